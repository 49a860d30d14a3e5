import { APT_LISTS, mayInstallUnseen, readsLists, type Run, runAt } from '../../src/cache-mounts/index.js';
import { argumentText, type Instruction } from '../../src/dockerfile/index.js';
import { effectsOf, type Facts, globsMeet, orderReason } from '../../src/facts/index.js';
import { type Cleanup, pathsOf } from './cleanups.js';

/** Instructions that only write configuration which no clean-up reads. */
const CONFIGURATION = new Set([
  'CMD',
  'ENTRYPOINT',
  'EXPOSE',
  'LABEL',
  'MAINTAINER',
  'STOPSIGNAL',
  'HEALTHCHECK',
  'USER',
  'SHELL',
  'ONBUILD',
]);

/** Commands that fetch package lists or install from them behind the scenes. */
const BRINGS_LISTS = /\bapt\b|\bapt-|aptitude|playwright|install-deps|nala|gdebi|tasksel/;

/** Why a clean-up may not come before an instruction that stands above it. */
export function blocks(
  facts: Facts,
  instruction: Instruction,
  cleanup: Run,
  cleanups: readonly Cleanup[],
): string | undefined {
  if (CONFIGURATION.has(instruction.keyword)) return undefined;
  const run = runAt(facts, instruction);
  const paths = cleanups.flatMap(({ use }) => (use.invocation.tool === 'rm' ? pathsOf(use) : []));
  const onlyRemoves = cleanups.every(({ use }) => use.invocation.tool === 'rm');
  const line = `${instruction.keyword} at line ${instruction.lines.first}`;
  const aptCaches = cleanups.every(({ use }) =>
    use.invocation.tool === 'rm'
      ? pathsOf(use).every((path) => path.startsWith(APT_LISTS) || path.startsWith('/var/cache/apt/'))
      : /^(auto-?)?clean$/.test(use.invocation.subcommand) && /^apt/.test(use.invocation.tool ?? ''),
  );
  if (run !== undefined && aptCaches)
    return mayInstallUnseen(run) ||
      BRINGS_LISTS.test(argumentText(run.instruction)) ||
      run.uses.some(({ invocation }) => readsLists(invocation))
      ? `${line} may use the files`
      : undefined;
  if (run !== undefined && leavesFiles(run)) {
    const side = cleaned(cleanups).find((path) => SIDE_FOLDERS.test(path));
    if (side !== undefined) return `${line} may leave files in ${side}`;
  }
  if (onlyRemoves && run === undefined && ['COPY', 'ADD', 'WORKDIR'].includes(instruction.keyword)) {
    const met = effectsOf(facts, instruction).writes.find((written) => paths.some((path) => globsMeet(written, path)));
    return met === undefined ? undefined : `${line} may write below ${met}`;
  }
  const anywhere = cleanups.every(({ use }) => use.invocation.tool === 'rm' || SYSTEM.test(use.invocation.tool ?? ''));
  if (instruction.keyword === 'WORKDIR' && anywhere && !onlyRemoves) {
    const written = effectsOf(facts, instruction).writes[0];
    if (written !== undefined && !paths.some((path) => globsMeet(written, path))) return undefined;
  }
  if (instruction.keyword === 'WORKDIR') return `${line} changes the directory`;
  const reason = orderReason(facts, instruction, cleanup.instruction);
  if (reason === undefined || run === undefined) return reason;
  return `${line} may use what line ${cleanup.instruction.lines.first} removes`;
}

/** What clean-ups remove: the paths of `rm`, and the home of the caches that a package manager cleans. */
function cleaned(cleanups: readonly Cleanup[]): readonly string[] {
  return cleanups.flatMap(({ use }) => {
    if (use.invocation.tool === 'rm') return pathsOf(use);
    return SYSTEM.test(use.invocation.tool ?? '') ? [] : '/root/.cache';
  });
}

/** Managers of system packages: the directory is nothing to them. */
const SYSTEM = /^(apt|apt-get|aptitude|apk|yum|dnf|microdnf)$/;

/** Folders that programs fill without being asked: temporary files and the caches in a home folder. */
const SIDE_FOLDERS = /^\/(tmp|var\/tmp)(\/?|\/\*.*)$|^\/(root|home\/[^/]+)\/\.|^\/(root|home)\/?\*/;

/** Whether a RUN may leave temporary files or caches behind that its models do not list. */
function leavesFiles({ opaque, uses }: Run): boolean {
  return (
    opaque !== undefined ||
    uses.some(({ invocation: { tool, use } }) => {
      if (tool === '') return false;
      return use === undefined || use.opaque !== undefined || use.network === true || use.runsProjectScripts === true;
    })
  );
}
