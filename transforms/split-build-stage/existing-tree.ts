import { argumentText, type Instruction, sourceStage, type Stage, toSource } from '../../src/dockerfile/index.js';
import { copyWords, isWithin, joinPath } from '../../src/facts/index.js';
import type { Proposal } from '../../src/transform/index.js';
import { leftBehind } from './announce.js';
import { isOfSystem } from './stacks/program-folder.js';
import { isPackageCommand } from './system-packages.js';
import { takenAway } from './taken-away.js';
import { ask, type Declined, declined, isDeclined, type Stack, type Subject } from './types.js';

/**
 * What a file that has its stages already lacks: a COPY that takes the whole folder of the build, sources and all, takes the
 * program and what it reads.
 * @param stacks those that know each file which a program needs
 */
export function takeWhatRuns(
  final: Subject,
  read: (stage: Stage) => Subject,
  stacks: readonly Stack[],
  dockerfile: string,
): Proposal | Declined | undefined {
  const { facts, stage, project } = final;
  const { file } = facts;
  if (project === undefined) return undefined;
  const { command } = final;
  if (command.at === undefined || stage.index !== file.stages.length - 1) return undefined;
  for (const copy of stage.instructions) {
    const name = copy.keyword === 'COPY' ? copy.flags.find((flag) => flag.name === 'from')?.value : undefined;
    const source = name === undefined ? undefined : sourceStage(file.stages, stage, name);
    const [from, to, more] = copyWords(facts, copy);
    if (source === undefined || from === undefined || to === undefined || more !== undefined) continue;
    const root = joinPath('/', from);
    if (root !== facts.atEnd(source).workdir || isOfSystem(root)) continue;
    const build = { ...read(source), command };
    const [planned] = stacks.flatMap((stack) => ask(stack, build) ?? []);
    if (planned === undefined) continue;
    const line = `COPY at line ${copy.lines.first} takes all of ${root}`;
    const target = joinPath(facts.before(copy)!.workdir ?? '/', to);
    if (target !== root) return declined(`${line}: it puts it at ${target}`, copy);
    if (isDeclined(planned)) return declined(`${line}: ${planned.reason}`, copy);
    const gone = takenAway(build, planned.copies);
    if (gone !== undefined) return declined(`${line}: ${gone.reason}`, copy);
    const kept = planned.copies.map(({ from: path }) => path);
    const maybe = kept.find((path) => path.endsWith('*'));
    if (maybe !== undefined) return declined(`${line}: ${maybe.slice(0, -1)} may be there too`, copy);
    const reason = whyWhole(final, copy, root, kept);
    if (reason !== undefined) return declined(`${line}: ${reason}`, copy);
    const start = toSource(copy.logical, copy.args.start);
    const head = file.text.slice(copy.span.start, start);
    return {
      at: copy.span,
      edits: [{ span: copy.span, text: kept.map((path) => `${head}${path} ${path}`).join(file.eol) }],
      level: planned.level,
      what: `copy ${kept.map((path) => path.slice(path.lastIndexOf('/') + 1)).join(', ')} instead of all of ${root}`,
      evidence: planned.evidence,
      announces: [
        ...planned.announces.filter((one) => one.kind === 'files' && one.effect === 'removed'),
        {
          kind: 'files',
          effect: 'removed',
          paths: leftBehind(build, planned, dockerfile),
          why: 'what only the build reads stays in its stage',
        },
      ],
    };
  }
  return undefined;
}

/** Why a final stage may need more of the build's folder than the program and what it reads. */
function whyWhole(
  { stage, steps, command }: Subject,
  copy: Instruction,
  root: string,
  kept: readonly string[],
): string | undefined {
  if (kept.some((path) => !isWithin(path, root))) return 'what runs lies outside it';
  const later = steps.find((step) => step.instruction.index > copy.index && !isPackageCommand(step));
  if (later !== undefined) return `RUN at line ${later.instruction.lines.first} may read it`;
  const volume = stage.instructions.find(({ keyword }) => keyword === 'VOLUME');
  if (volume !== undefined) return `VOLUME at line ${volume.lines.first} may hold files of it`;
  if (copy.flags.some(({ name }) => name === 'chown' || name === 'chmod'))
    return 'it gives the folder an owner or a mode';
  const other = stage.instructions.find(
    (one) =>
      /^(?:ENV|HEALTHCHECK)$/.test(one.keyword) &&
      [...argumentText(one).matchAll(/(?<![\w./-])[\w./-]*\/[\w./-]*/g)].some(([path]) => {
        const place = joinPath(command.workdir ?? '/', path);
        return place !== root && isWithin(place, root) && !kept.some((one) => isWithin(place, one));
      }),
  );
  return other === undefined ? undefined : `${other.keyword} at line ${other.lines.first} names files of it`;
}
