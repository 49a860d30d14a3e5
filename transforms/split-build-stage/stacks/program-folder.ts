import { argumentText, argumentWords, type Instruction, referencedNames } from '../../../src/dockerfile/index.js';
import { expandIn, isRoot, isWithin, joinPath } from '../../../src/facts/index.js';
import { type Effect, effectOf } from '../file-steps.js';
import { byInstruction, isPackageCommand } from '../system-packages.js';
import { type Declined, declined, type Step, type Subject } from '../types.js';

/** What stacks have in common that ship the whole folder of the program. */

const SYSTEM =
  /^\/(?:(?:usr(?:\/local)?(?:\/(?:bin|sbin|lib|lib64|libexec|share|include|etc)(?:\/.*)?)?|etc|var|bin|sbin|lib|lib64|tmp|dev|proc|sys|root|home|run|boot)?|(?:etc|bin|sbin|lib|lib64|tmp|dev|proc|sys|run|boot)\/.*)$/;

/** Whether a folder belongs to the system, so that what is copied of it would be more than the program. */
export function isOfSystem(folder: string): boolean {
  return SYSTEM.test(folder);
}

interface Placed {
  readonly places: ReadonlyMap<Instruction, 'both'>;
  /** Whether a step of the build gives the folder itself another owner or mode. */
  readonly owner: Instruction | undefined;
}

/**
 * What each RUN and COPY leaves, and where it must stand.
 * @param builderEffect the effect of a command of the language; undefined for other commands
 */
export function placesAround(
  subject: Subject,
  root: string,
  builderEffect: (step: Step) => Effect | undefined,
): Placed | Declined {
  const { stage, facts } = subject;
  const places = new Map<Instruction, 'both'>();
  for (const one of stage.instructions) {
    if (one.keyword === 'VOLUME' && /\$/.test(argumentText(one)))
      return declined(`VOLUME at line ${one.lines.first} is not known`, one);
    if (one.keyword === 'VOLUME') {
      const paths = argumentWords(one);
      if (paths.some((path) => isWithin(path, root) || isWithin(root, path)))
        return declined(`VOLUME at line ${one.lines.first} may hold files that the image brings`, one);
    }
    if (one.keyword !== 'COPY' && one.keyword !== 'ADD') continue;
    const state = facts.before(one)!;
    const last = one.json?.at(-1)?.value ?? argumentText(one).split(/\s+/).at(-1) ?? '';
    const { value, overridable } = expandIn(state, last, facts.file);
    if (
      value === undefined ||
      overridable ||
      one.heredocs.length > 0 ||
      (state.workdir === undefined && !value.startsWith('/'))
    )
      return declined(`where ${one.keyword} at line ${one.lines.first} puts files is not known`, one);
    const target = joinPath(state.workdir ?? '/', value);
    if (isWithin(target, root)) continue;
    const brought = [...subject.files].filter(([, { by }]) => by === one).map(([path]) => path);
    if (isWithin(root, target) && (brought.length === 0 || brought.some((path) => isWithin(path, root))))
      return declined(`${one.keyword} at line ${one.lines.first} puts files around ${root}`, one);
    places.set(one, 'both');
  }
  let owner: Instruction | undefined;
  for (const [instruction, commands] of byInstruction(subject.steps)) {
    const line = `RUN at line ${instruction.lines.first}`;
    const effects = commands
      .filter((step) => !isPackageCommand(step))
      .map((step) => {
        const builds = builderEffect(step);
        return { step, builds, effect: builds ?? effectOf(step, root) };
      });
    const unknown = effects.find(({ effect }) => effect === 'unknown');
    if (unknown !== undefined)
      return declined(
        `${line} runs ${unknown.step.invocation.tool ?? 'a program'}, and what it leaves outside ${root} is not known`,
        instruction,
      );
    const outside = effects.filter(({ effect }) => effect === 'outside');
    if (outside.length === 0) continue;
    const alone =
      effects.length === commands.length &&
      effects.every(({ builds, effect }) => effect === 'outside' || (effect === 'none' && builds === undefined));
    const named = referencedNames(argumentText(instruction), facts.file.escape);
    const { env } = facts.before(instruction)!;
    if (alone && !/\$\(|`/.test(argumentText(instruction)) && [...named].every((name) => env.has(name)))
      places.set(instruction, 'both');
    else if (
      outside.every(
        ({ step }) => /^(?:chown|chgrp|chmod|mkdir)$/.test(step.invocation.tool ?? '') && onRoot(step, root),
      )
    )
      owner ??= instruction;
    else return declined(`${line} changes more than ${root} in one step with the build`, instruction);
  }
  return { places, owner };
}

function onRoot(step: Step, root: string): boolean {
  return step.invocation.operands.slice(step.invocation.tool === 'mkdir' ? 0 : 1).every((word) => {
    const path = step.text(word);
    return path !== undefined && step.cwd !== undefined && isWithin(joinPath(step.cwd, path), root);
  });
}

/** A user other than root who owns what is copied: the copies keep owners, the folder itself does not. */
export function userOf({ facts, stage, steps }: Subject, owner: Instruction | undefined): Declined | undefined {
  const end = facts.atEnd(stage);
  if (isRoot(end) === true) return undefined;
  if (owner !== undefined)
    return declined(
      `RUN at line ${owner.lines.first} gives the folder of the program to another user in one step with the build`,
      owner,
    );
  const other = steps.find(({ state }) => state.user !== steps[0]!.state.user);
  const last = steps.at(-1);
  return other !== undefined && last?.state.user !== end.user && isRoot(last!.state) !== true
    ? declined('steps run as several users', other.instruction)
    : undefined;
}
