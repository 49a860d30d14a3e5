import { type Dockerfile, type Edit, mountsOf, toSource } from '../../src/dockerfile/index.js';
import type { State } from '../../src/facts/index.js';
import {
  type FirstRun,
  isMounted,
  readElsewhere,
  removesLater,
  type Run,
  cleanableRuns,
  type Use,
} from '../../src/cache-mounts/index.js';
import { removeCommands, removeWords } from '../../src/shell/remove.js';
import { stopsAtFailure } from '../../src/shell/stops-at-failure.js';
import { defineTransform } from '../../src/transform/index.js';
import { CACHE, installsUnseen, isApk, looksIntoIndex, readsIndex, readsIndexInTrigger, REFRESH } from './apk-index.js';
import { dropLoneUpdates } from './lone-updates.js';
import { type Removals, removalsOf } from './removals.js';

const INSTALLS = /^(add|upgrade)$/;

export default defineTransform({
  meta: {
    name: 'use-apk-no-cache',
    summary: 'Install Alpine packages without an index in the layer',
    why: 'apk update leaves the index of all packages in the layer; with --no-cache apk fetches it, uses it and keeps nothing.',
    phase: 'clean',
    local: true,
    looksFor: [['apk']],
    level: 'safe',
    assumes: [],
    needs: [],
    preset: 'default',
    sameAs: ['DL3019'],
    references: ['https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper'],
    options: {},
  },
  find: (file, { facts, propose, decline }) => {
    const linked = file.instructions.some(
      (one) => file.slice(one.span).includes('/etc/apk/cache') && !mountsOf(one).some(({ target }) => target === CACHE),
    );
    for (const { run, later, heirs, ships } of cleanableRuns(facts)) {
      const uses = run.uses.filter((use) => isApk(use) && INSTALLS.test(use.invocation.subcommand));
      const open = uses.filter(({ invocation }) => !invocation.options.some(({ name }) => name === '--no-cache'));
      const first = run.uses.findIndex((use) => open.includes(use));
      if (first < 0 || !ships(CACHE) || isMounted(run, CACHE)) continue;
      const removals = removalsOf(run, first);
      if (removesLater(run, first, CACHE) && (removals === undefined || !run.state.image.official)) continue;
      const edits = linked
        ? LINKED
        : (oldApk(run.state) ??
          keepReason(run, open, later) ??
          readsIndexInTrigger(heirs) ??
          readElsewhere(facts, heirs, later, [CACHE]) ??
          editsOf(file, run, open, isStrict(run), removals));
      if (typeof edits === 'string') {
        decline(edits, run.instruction.span);
        continue;
      }
      propose({
        at: run.instruction.span,
        edits,
        level: 'safe',
        what: 'install with --no-cache',
        announces:
          removals === undefined
            ? [
                {
                  kind: 'files',
                  effect: 'removed',
                  paths: [`${CACHE}/**`],
                  why: 'apk fetches the index anew when it needs it',
                },
              ]
            : [],
      });
    }
    if (!linked) dropLoneUpdates({ facts, propose, decline });

    function isStrict(run: Run): boolean {
      const body = facts.body(run.instruction);
      return (body.kind === 'script' && body.errexit) || (run.script !== undefined && stopsAtFailure(run.script));
    }
  },
});

const LINKED = 'this file sets up /etc/apk/cache itself';

/** `--no-cache` came with Alpine 3.3: gliderlabs/docker-alpine, docs/usage.md. */
function oldApk({ image: { distribution, release } }: State): string | undefined {
  return distribution === 'alpine' && /^(2\.\d+|3\.[0-2])$/.test(release ?? '')
    ? `apk of Alpine ${release!} has no --no-cache`
    : undefined;
}

function keepReason(run: Run, open: readonly Use[], later: FirstRun): string | undefined {
  if (run.script === undefined || open.some(({ script }) => script === undefined)) return 'JSON form is not edited';
  const moved = open.find(({ invocation }) =>
    invocation.options.some(({ name }) => /^(--cache-dir|--root|-p|--no-network|--cache-max-age)$/.test(name)),
  );
  if (moved !== undefined) return 'apk works with another folder here';
  return readsIndex(run) ?? readsIndex(later(looksIntoIndex)) ?? installsUnseen(later);
}

function editsOf(
  file: Dockerfile,
  run: Run,
  open: readonly Use[],
  errexit: boolean,
  removals: Removals = { commands: [], words: [] },
): readonly Edit[] | string {
  const script = run.script!;
  const edits: Edit[] = [];
  for (const { invocation } of open) {
    const refresh = invocation.options.filter(({ name }) => REFRESH.test(name));
    if (refresh.some(({ name, word }) => word.value !== name)) return 'options of apk are written in one word';
    const place = refresh[0]?.word ?? invocation.args.find(({ value }) => value === invocation.subcommand)!;
    const end = toSource(script.source, place.span.end - 1) + 1;
    if (refresh.length === 0) edits.push({ span: { start: end, end }, text: ' --no-cache' });
    else edits.push({ span: { start: toSource(script.source, place.span.start), end }, text: '--no-cache' });
    edits.push(
      ...removeWords(
        file,
        script,
        refresh.slice(1).map(({ word }) => word),
      ),
    );
  }
  const updates = run.uses.filter((use) => isApk(use) && use.invocation.subcommand === 'update');
  const removed = removeCommands(
    file,
    script,
    [...updates.map(({ invocation }) => invocation.command), ...removals.commands],
    errexit,
  );
  if (typeof removed === 'string') return `apk update cannot be taken out: ${removed}`;
  return [...edits, ...removed.edits, ...removeWords(file, script, removals.words)];
}
