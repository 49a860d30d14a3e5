import { toSource } from '../../src/dockerfile/index.js';
import {
  type FirstRun,
  isApt,
  isMounted,
  likelyHome,
  readElsewhere,
  removesLater,
  type Run,
  cleanableRuns,
  runsOf,
  type Use,
} from '../../src/cache-mounts/index.js';
import { certainValue, type Facts, type State, variable } from '../../src/facts/index.js';
import { defineTransform } from '../../src/transform/index.js';

const PIP = /^pip(-python)?-?[23]?(\.\d+)?$/;
const FILLS = /^(install|wheel|download)$/;
const DISABLES = ['--no-cache-dir', '--no-cache', '--cache-dir'];

export default defineTransform({
  meta: {
    name: 'skip-pip-cache',
    summary: 'Keep no pip downloads in the layer',
    why: 'pip keeps a second copy of all that it downloads and builds in its cache; without a cache mount it lands in the image, where nothing reads it.',
    phase: 'clean',
    local: true,
    looksFor: [
      [
        'pip',
        'pip2',
        'pip3',
        'pip-2',
        'pip-3',
        'pip-python',
        'pip-python2',
        'pip-python3',
        'pip-python-2',
        'pip-python-3',
      ],
    ],
    level: 'safe',
    assumes: [],
    needs: [],
    preset: 'default',
    sameAs: ['DL3042'],
    references: ['https://pip.pypa.io/en/stable/topics/caching/#disabling-caching'],
    options: {},
  },
  find: (_file, { facts, propose, decline }) => {
    for (const { run, later, heirs, ships } of cleanableRuns(facts)) {
      const folders = new Set<string>();
      const uses = run.uses.filter((use, index) => {
        const folder = cacheOf(run.state, use);
        if (folder === undefined || !keepsDownloads(run, use, index, folder)) return false;
        if (!ships(folder) || isMounted(run, folder)) return false;
        folders.add(folder);
        return true;
      });
      if (uses.length === 0) continue;
      const reason =
        uses.some(({ script }) => script === undefined) || run.script === undefined
          ? 'JSON form is not edited'
          : (readElsewhere(facts, heirs, later, [...folders]) ?? readLater(later) ?? oldPip(facts, run));
      if (reason !== undefined) {
        decline(reason, run.instruction.span);
        continue;
      }
      propose({
        at: run.instruction.span,
        edits: uses.map(({ invocation, script }) => {
          const word = invocation.args.find(({ value }) => value === invocation.subcommand)!;
          const end = toSource(script!.source, word.span.end - 1) + 1;
          return { span: { start: end, end }, text: ' --no-cache-dir' };
        }),
        level: 'safe',
        what: 'install without the pip cache',
        announces: [
          {
            kind: 'files',
            effect: 'removed',
            paths: [...folders].map((folder) => `${folder}/**`),
            why: 'pip is told to keep no copy of its downloads',
          },
        ],
      });
    }
  },
});

/** Where pip keeps its cache (pip.pypa.io/en/stable/topics/caching); undefined where a variable that is not known says so. */
function cacheOf(state: State, use: Use): string | undefined {
  for (const [name, below] of [
    ['PIP_CACHE_DIR', ''],
    ['XDG_CACHE_HOME', '/pip'],
  ] as const) {
    if (variable(state, name) === undefined) continue;
    const folder = certainValue(state, name);
    return folder === undefined ? undefined : folder + below;
  }
  return `${likelyHome(state, use)}/.cache/pip`;
}

/** Whether a command leaves downloads in pip's cache when its RUN ends. */
function keepsDownloads(run: Run, { invocation }: Use, index: number, folder: string): boolean {
  if (!PIP.test(invocation.tool ?? '') || !FILLS.test(invocation.subcommand)) return false;
  if (invocation.options.some(({ name }) => DISABLES.includes(name))) return false;
  if (run.state.env.has('PIP_NO_CACHE_DIR') || run.state.args.has('PIP_NO_CACHE_DIR')) return false;
  if (/\b(?:PIP_(?:NO_)?CACHE_DIR|XDG_CACHE_HOME)\b/.test(run.script?.source.text ?? '')) return false;
  const purged = run.uses
    .slice(index + 1)
    .some(({ invocation: other }) => PIP.test(other.tool ?? '') && other.subcommand.startsWith('cache'));
  return !purged && !removesLater(run, index, folder);
}

/** Debian's and Ubuntu's releases with a pip before 6.0, which brought the cache and the option together (pip's NEWS). */
const OLD = /^(squeeze|wheezy|jessie|lucid|precise|trusty|utopic|vivid|wily)$/;

/** Why pip may not know the option: it is the package of an old release. */
function oldPip(facts: Facts, { state, stage, instruction }: Run): string | undefined {
  const release = state.image.release ?? '';
  const packaged =
    OLD.test(release) &&
    runsOf(facts).some(
      (other) =>
        other.instruction.index <= instruction.index &&
        facts.heirs(other.stage).includes(stage) &&
        other.uses.some(
          ({ invocation }) =>
            isApt(invocation) && invocation.operands.some(({ value }) => /^python3?-pip$/.test(value ?? '')),
        ),
    );
  return packaged ? `the pip of ${release} keeps no cache and does not know --no-cache-dir` : undefined;
}

function worksOnCache({ uses }: Run): boolean {
  return uses.some(({ invocation }) => PIP.test(invocation.tool ?? '') && invocation.subcommand.startsWith('cache'));
}

/** A later step that looks into the cache itself. */
function readLater(later: FirstRun): string | undefined {
  const reader = later(worksOnCache);
  return reader === undefined ? undefined : `line ${reader.instruction.lines.first} works on the pip cache`;
}
