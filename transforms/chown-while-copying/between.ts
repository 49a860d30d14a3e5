import { relationTo, type Run, type Use } from '../../src/cache-mounts/index.js';
import type { Instruction } from '../../src/dockerfile/index.js';
import { commandEffects, type Facts, isRoot, resolvePath } from '../../src/facts/index.js';
import type { Chown } from './chowns.js';
import { isGlobalInstall } from './history.js';
import { isInImage, meansTheSame } from './owner.js';

/** Programs that read files and ask nobody whose they are. */
const ASKS_NOT =
  /^(?:cat|ls|test|\[|head|tail|wc|grep|sed|awk|sha256sum|md5sum|file|echo|printf|cd|mkdir|touch|chmod|rm|rmdir|ln|dos2unix|true|apt|apt-get|apk|yum|dnf|microdnf|useradd|adduser|groupadd|addgroup|usermod|chown|set|export|)$/;
const MAKES_USERS = /^(?:useradd|adduser|groupadd|addgroup)$/;

/**
 * What stands between the first file of a folder and the chown.
 * @returns the RUNs that make the user and do nothing else, which have to come before; or why files that belong to
 * another user earlier would make a difference.
 */
export function lookBetween(
  facts: Facts,
  runs: readonly Run[],
  chown: Chown,
  start: Instruction,
  folder: string,
): readonly Run[] | string {
  const makers: Run[] = [];
  for (const run of runs) {
    const at = run.instruction;
    if (run.stage !== chown.run.stage || at.index <= start.index || at.index > chown.run.instruction.index) continue;
    const isLast = run === chown.run;
    const line = isLast ? 'the RUN of the chown' : `line ${at.lines.first}`;
    if (run.opaque !== undefined) return `${line} is not understood`;
    const uses = run.uses.filter((_, i) => !isLast || i !== chown.at);
    const makes =
      uses.some((use, i) => (!isLast || i < chown.at) && makesUsers(use)) &&
      chown.owner.names.some((name) => !isInImage(name, run.state));
    if (makes) {
      if (!canComeFirst(facts, uses, run, start, folder)) return `${line} may make the user, which COPY needs before`;
      makers.push(run);
      continue;
    }
    for (const { invocation, place } of isLast ? run.uses.slice(0, chown.at) : uses) {
      if (isGlobalInstall(invocation)) continue;
      const { reads, opaque } = commandEffects(invocation, place);
      const tool = invocation.tool ?? 'a program';
      if (opaque !== undefined || (!ASKS_NOT.test(tool) && reads.some((path) => relationTo(path, folder) !== 'none')))
        return `${line} runs ${tool}, which may look at who owns files`;
    }
  }
  return makers;
}

function makesUsers({ invocation, place }: Use): boolean {
  return commandEffects(invocation, place).writes.some((path) =>
    ['/etc/passwd', '/etc/group'].some((file) => relationTo(path, file) !== 'none'),
  );
}

/** Whether commands do nothing but make users, and would do the same before an earlier instruction. */
function canComeFirst(
  facts: Facts,
  uses: readonly Use[],
  { instruction, script, state }: Run,
  start: Instruction,
  folder: string,
): boolean {
  const before = facts.before(start)!;
  if (
    script === undefined ||
    instruction.flags.length > 0 ||
    isRoot(before) !== isRoot(state) ||
    before.shell.join() !== state.shell.join()
  )
    return false;
  return uses.every(({ invocation, place }) => {
    const { tool, command, options, environment, wrappers } = invocation;
    if (
      !MAKES_USERS.test(tool ?? '') ||
      command.conditional ||
      command.redirects.length > 0 ||
      environment.length + wrappers.length > 0
    )
      return false;
    const home = options.find(({ name }) => /^(?:-d|--home|--home-dir|-h)$/.test(name))?.value;
    const path = home === undefined ? undefined : resolvePath(home, place);
    if (
      home !== undefined &&
      (path === undefined || relationTo(path, folder) !== 'none' || relationTo(folder, path) !== 'none')
    )
      return false;
    return command.words.every((word) => meansTheSame(facts, word, start, instruction));
  });
}
