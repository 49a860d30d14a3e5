import { argumentText, argumentWords, type Instruction } from '../../../src/dockerfile/index.js';
import { isWithin, joinPath } from '../../../src/facts/index.js';
import { type Declined, declined, type RuntimePackage, type Step, type Subject } from '../types.js';

/** What stacks have in common whose program is one file. */

/** Packages for what starts the program or looks after it, or why a stage with little more than the program is not enough. */
export function guardProgram(subject: Subject, program: string): readonly RuntimePackage[] | Declined {
  const { command, stage, steps, accounts, files } = subject;
  const at = command.at!;
  const volume = stage.instructions.find(
    (one) => one.keyword === 'VOLUME' && volumesOf(subject, one).some((path) => mayHold(subject, program, path)),
  );
  if (volume !== undefined)
    return declined(`VOLUME at line ${volume.lines.first} may hold files that the image brings`, volume);
  const user = stage.instructions.find(({ keyword }) => keyword === 'USER');
  const isKnown = (name: string): boolean => /^(?:root|nobody|\d+)$/.test(name) || accounts.has(name);
  if (user !== undefined && !argumentText(user).trim().split(':').every(isKnown))
    return declined(`USER at line ${user.lines.first} names a user that the new base may lack`, user);
  const health = command.healthCheck;
  if (health === undefined) return declined('HEALTHCHECK is not understood', at);
  const check = health.find(
    ({ tool }) =>
      !/^(?:wget|exit|true|false|test|\[|)$/.test(tool ?? '?') &&
      joinPath(command.workdir ?? '/', tool ?? '') !== program,
  );
  if (check !== undefined && check.tool !== 'curl')
    return declined(`HEALTHCHECK runs ${check.tool ?? 'a program'}, which the new base may lack`, at);
  const made = steps
    .filter(({ invocation }) => invocation.tool === 'mkdir')
    .find((step) =>
      step.invocation.operands.some((word) => {
        const path = step.text(word);
        const place = path === undefined ? undefined : joinPath(step.cwd ?? '/', path);
        const brought = place !== undefined && [...files.keys()].some((file) => isWithin(file, place));
        return (
          !brought &&
          (place === undefined || !(worksIn(steps, place) || covers(place, [program, command.workdir ?? '/'])))
        );
      }),
    );
  if (made !== undefined)
    return declined(`RUN at line ${made.instruction.lines.first} makes a folder that may be needed`, made.instruction);
  return check === undefined ? [] : [{ name: 'curl', why: 'HEALTHCHECK runs it' }];
}

/** The folders that VOLUME names; undefined where one is not known. */
function volumesOf({ facts }: Subject, one: Instruction): readonly (string | undefined)[] {
  const { workdir } = facts.before(one)!;
  const words = argumentWords(one);
  return words.map((word) => (/[$"']/.test(word) ? undefined : joinPath(workdir ?? '/', word)));
}

/** Whether the image may bring files into a volume: copied ones, the program, or what a step of the build writes there. */
function mayHold({ files, steps }: Subject, program: string, path: string | undefined): boolean {
  if (path === undefined) return true;
  const isInside = (one: string): boolean => isWithin(one, path);
  return (
    isInside(program) ||
    [...files.keys()].some(isInside) ||
    steps.some(({ cwd, invocation: { tool, command } }) => {
      const texts = [...command.words, ...command.redirects.flatMap(({ target }) => target ?? [])];
      // A program of the build may write anywhere.
      const runs = tool?.includes('/') === true;
      return runs || (cwd !== undefined && isInside(cwd)) || texts.some(({ text }) => text.includes(path));
    })
  );
}

/** Whether a step only sets mode or owner of programs and of files that are copied: they keep them when they ship. */
export function setsModes({ invocation, ...step }: Step, { files }: Subject, programs: readonly string[]): boolean {
  const { tool, operands } = invocation;
  return (
    /^(?:chmod|chown|chgrp)$/.test(tool ?? '') &&
    operands.slice(1).every((word) => {
      const value = step.text(word);
      const path = value === undefined || step.cwd === undefined ? undefined : joinPath(step.cwd, value);
      return path !== undefined && (programs.includes(path) || files.has(path));
    })
  );
}

/** Whether a build works in a folder that it made: `mkdir build && cd build`. */
function worksIn(steps: readonly Step[], folder: string): boolean {
  return steps.some(({ cwd, invocation }) => cwd === folder && invocation.tool !== 'cd');
}

/** Whether a folder is made anyway by what is copied and by WORKDIR. */
function covers(folder: string, paths: readonly string[]): boolean {
  return paths.some((path) => path === folder || path.startsWith(`${folder}/`));
}

/** Whether a step writes a file by redirection. */
export function redirects({ invocation }: Step): boolean {
  return invocation.command.redirects.some(
    ({ operator, target }) =>
      operator.startsWith('>') && target?.value?.startsWith('/dev/') !== true && !operator.includes('&'),
  );
}

/** Packages by name. */
export function inOrder(packages: readonly RuntimePackage[]): readonly RuntimePackage[] {
  return [...new Map(packages.map((one) => [one.name, one])).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
