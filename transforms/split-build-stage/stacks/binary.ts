import { joinPath } from '../../../src/facts/index.js';
import { type Declined, declined, type RuntimePackage, type Step, type Subject } from '../types.js';

/** What stacks have in common whose program is one file. */

/** Packages for what starts the program or looks after it, or why a stage with little more than the program is not enough. */
export function guardProgram(subject: Subject, program: string): readonly RuntimePackage[] | Declined {
  const { command, stage, steps } = subject;
  const at = command.at!;
  const volume = stage.instructions.find(
    ({ keyword, logical }) =>
      keyword === 'VOLUME' && !/^VOLUME\s+(?:\[\s*"\/tmp\/?"\s*\]|\/tmp\/?)\s*$/i.test(logical.text),
  );
  if (volume !== undefined)
    return declined(`VOLUME at line ${volume.lines.first} may hold files that the image brings`, volume);
  const user = stage.instructions.find(({ keyword }) => keyword === 'USER');
  if (user !== undefined && !/^(?:USER\s+)?(?:root|0|nobody|\d+(?::\d+)?)\s*$/i.test(user.logical.text))
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
        const folder = path === undefined ? undefined : joinPath(step.cwd ?? '/', path);
        return folder === undefined || !(worksIn(steps, folder) || covers(folder, [program, command.workdir ?? '/']));
      }),
    );
  if (made !== undefined)
    return declined(`RUN at line ${made.instruction.lines.first} makes a folder that may be needed`, made.instruction);
  return check === undefined ? [] : [{ name: 'curl', why: 'HEALTHCHECK runs it' }];
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
