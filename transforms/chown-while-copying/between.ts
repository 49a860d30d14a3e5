import { relationTo, type Run, runAt, type Use } from '../../src/cache-mounts/index.js';
import type { Instruction } from '../../src/dockerfile/index.js';
import { commandEffects, effectsOf, type Facts, globsMeet, isRoot, type State } from '../../src/facts/index.js';
import type { Chown } from './chowns.js';
import { isGlobalInstall } from './global-install.js';
import { isInImage, meansTheSame } from './owner.js';

/** Programs that read files and ask nobody whose they are. */
const ASKS_NOT =
  /^(?:cat|ls|test|\[|head|tail|wc|grep|sed|awk|sha256sum|md5sum|file|echo|printf|cd|mkdir|touch|chmod|rm|rmdir|ln|dos2unix|true|apt|apt-get|apk|yum|dnf|microdnf|useradd|adduser|groupadd|addgroup|usermod|chown|set|export|)$/;
const MAKES_USERS = /^(?:useradd|adduser|groupadd|addgroup)$/;

/**
 * What stands between the first file of a folder and the chown.
 * @param isThere whether the folder is there before that file
 * @returns the RUNs that make the user and do nothing else, which have to come before; or why files that belong to
 * another user earlier would make a difference.
 */
export function lookBetween(
  facts: Facts,
  chown: Chown,
  start: Instruction,
  folder: string,
  isThere: boolean,
): readonly Run[] | string {
  const makers: Run[] = [];
  for (const at of facts.file.instructions.slice(start.index + 1, chown.run.instruction.index + 1)) {
    const run = runAt(facts, at);
    if (run?.stage !== chown.run.stage) continue;
    const isLast = run === chown.run;
    const line = isLast ? 'the RUN of the chown' : `line ${at.lines.first}`;
    if (run.opaque !== undefined) return `${line} is not understood`;
    const uses = run.uses.filter((_, i) => !isLast || i !== chown.at);
    const makes =
      uses.some((use, i) => (!isLast || i < chown.at) && makesUsers(use)) &&
      chown.owner.names.some((name) => !isInImage(name, run.state));
    if (makes) {
      const passed = chown.run.stage.instructions.filter(
        (one) => one.index >= start.index && one.index < at.index && !makers.some((maker) => maker.instruction === one),
      );
      if (!canComeFirst(facts, uses, run, start, passed)) return `${line} may make the user, which COPY needs before`;
      if (!isThere && uses.some((use) => makesHome(use, folder, run.state)))
        return `${line} makes the user, whose home COPY made before`;
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

const ANOTHER_HOME = /^(?:-[bdhHM]|--base-dir|--home(?:-dir)?|--no-create-home)$/;

/**
 * Whether a new user may get a folder, or one around it, as a home, which useradd(8) and adduser(8) fill where it is not there
 * yet; Debian's useradd makes none unasked.
 */
function makesHome({ invocation: { tool, options, operands } }: Use, folder: string, { image }: State): boolean {
  const has = (names: RegExp): boolean => options.some(({ name }) => names.test(name));
  const isMade = tool === 'adduser' || has(/^(?:-m|--create-home)$/) || image.family !== 'debian';
  return (
    /^(?:useradd|adduser)$/.test(tool ?? '') &&
    isMade &&
    !has(ANOTHER_HOME) &&
    relationTo(folder, `/home/${operands[0]?.value ?? '*'}`) !== 'none'
  );
}

/** Whether commands do nothing but make users, and would do the same before the instructions that they pass. */
function canComeFirst(
  facts: Facts,
  uses: readonly Use[],
  { instruction, script, state }: Run,
  start: Instruction,
  passed: readonly Instruction[],
): boolean {
  const before = facts.before(start)!;
  if (
    script === undefined ||
    instruction.flags.length > 0 ||
    isRoot(before) !== isRoot(state) ||
    before.shell.join() !== state.shell.join()
  )
    return false;
  const written = passed.flatMap((one) => effectsOf(facts, one).writes);
  if (passed.some((one) => effectsOf(facts, one).opaque !== undefined)) return false;
  return uses.every(({ invocation, place }) => {
    const { tool, command, environment, wrappers } = invocation;
    const { reads } = commandEffects(invocation, place);
    if (
      !MAKES_USERS.test(tool ?? '') ||
      command.conditional ||
      command.redirects.length > 0 ||
      environment.length + wrappers.length > 0 ||
      reads.some((path) => written.some((to) => globsMeet(path, to)))
    )
      return false;
    return command.words.every((word) => meansTheSame(facts, word, start, instruction));
  });
}
