import {
  endProblem,
  type FirstRun,
  isMounted,
  readElsewhere,
  removesLater,
  type Run,
  cleanableRuns,
  type Use,
} from '../../src/cache-mounts/index.js';
import { appendCommand } from '../../src/shell/insert.js';
import { defineTransform } from '../../src/transform/index.js';

interface Cleaner {
  readonly fills: RegExp;
  readonly command: string;
  readonly folders: readonly string[];
}

const RPM =
  /^(install|update|upgrade|makecache|reinstall|localinstall|groupinstall|group install|module install|distro-sync|builddep)$/;
const DNF = ['/var/cache/dnf', '/var/cache/libdnf5', '/var/cache/yum'];

/** Managers of RPM packages: dnf(8), yum(8), microdnf(8), tdnf(8) and zypper(8). */
const CLEANERS: Readonly<Record<string, Cleaner>> = {
  dnf: { fills: RPM, command: 'dnf clean all', folders: DNF },
  dnf5: { fills: RPM, command: 'dnf5 clean all', folders: DNF },
  yum: { fills: RPM, command: 'yum clean all', folders: DNF },
  microdnf: { fills: RPM, command: 'microdnf clean all', folders: [...DNF, '/var/cache/yum'] },
  tdnf: { fills: RPM, command: 'tdnf clean all', folders: ['/var/cache/tdnf'] },
  zypper: {
    fills: /^(install|in|update|up|dist-upgrade|dup|patch|refresh|ref)$/,
    command: 'zypper clean --all',
    folders: ['/var/cache/zypp'],
  },
};

/** Options that put the cache elsewhere. */
const OTHER_ROOT = /^(--installroot|--root|-R|--cachedir|--cache-dir)$/;
/** Options that take everything from the cache. */
const OFFLINE = /^(-C|--cacheonly|--no-refresh)$/;

export default defineTransform({
  meta: {
    name: 'clean-dnf-cache',
    summary: 'Remove the caches of dnf, yum and zypper in the layer that filled them',
    why: 'dnf, yum and zypper leave the metadata of all repositories in the layer, often more than the packages themselves; only a removal in the same RUN keeps it out of the image.',
    phase: 'clean',
    local: true,
    looksFor: [['dnf', 'dnf5', 'yum', 'microdnf', 'tdnf', 'zypper']],
    level: 'safe',
    assumes: [],
    needs: [],
    preset: 'default',
    sameAs: ['DL3032', 'DL3036', 'DL3040'],
    references: [
      'https://dnf.readthedocs.io/en/latest/command_ref.html#clean-command',
      'https://docs.docker.com/build/building/best-practices/#minimize-the-number-of-layers',
    ],
    options: {},
  },
  find: (file, { facts, propose, decline }) => {
    for (const { run, later, heirs, ships } of cleanableRuns(facts)) {
      const last = run.uses.findLastIndex((use) => cleanerOf(use) !== undefined);
      const use = run.uses[last];
      const cleaner = use === undefined ? undefined : cleanerOf(use);
      if (use === undefined || cleaner === undefined || isClean(run, last, cleaner)) continue;
      if (!cleaner.folders.some(ships)) continue;
      const { script, instruction } = run;
      const reason = script === undefined ? 'JSON form is not edited' : keepReason(run, use, later);
      const problem = reason ?? readElsewhere(facts, heirs, later, cleaner.folders);
      if (problem !== undefined || script === undefined) {
        decline(problem ?? '', instruction.span);
        continue;
      }
      const sudo = use.invocation.wrappers.includes('sudo') ? 'sudo ' : '';
      propose({
        at: instruction.span,
        edits: [appendCommand(file, instruction, script, `${sudo}${cleaner.command}`)],
        level: 'safe',
        what: `${cleaner.command} in the same layer`,
        announces: [
          {
            kind: 'files',
            effect: 'removed',
            paths: [...new Set(cleaner.folders)].map((folder) => `${folder}/**`),
            why: 'metadata and packages are fetched anew when they are needed',
          },
        ],
      });
    }
  },
});

function cleanerOf({ invocation: { tool, subcommand } }: Use): Cleaner | undefined {
  const cleaner = tool !== undefined && Object.hasOwn(CLEANERS, tool) ? CLEANERS[tool] : undefined;
  return cleaner?.fills.test(subcommand) === true ? cleaner : undefined;
}

function isClean(run: Run, last: number, { folders }: Cleaner): boolean {
  const cleans = ({ invocation: { tool, subcommand } }: Use): boolean =>
    tool !== undefined && Object.hasOwn(CLEANERS, tool) && /^(clean|cc)\b/.test(subcommand);
  return (
    run.uses.slice(last + 1).some(cleans) ||
    folders.some((folder) => isMounted(run, folder) || removesLater(run, last, folder))
  );
}

function takesFromCache({ uses }: Run): boolean {
  return uses.some(
    ({ invocation: { tool, options } }) =>
      Object.hasOwn(CLEANERS, tool ?? '') && options.some(({ name }) => OFFLINE.test(name)),
  );
}

function keepReason(run: Run, { invocation }: Use, later: FirstRun): string | undefined {
  if (run.uses.some((use) => use.invocation.options.some(({ name }) => OTHER_ROOT.test(name))))
    return 'packages are installed below another root';
  if (invocation.command.conditional) return `${invocation.tool!} runs only under a condition here`;
  const offline = later(takesFromCache);
  if (offline !== undefined) return `line ${offline.instruction.lines.first} takes everything from the cache`;
  return run.script === undefined ? undefined : endProblem(run.script);
}
