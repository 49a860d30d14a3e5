import { type Dockerfile, type Edit, toSource } from '../../src/dockerfile/index.js';
import {
  isMounted,
  mayInstallUnseen,
  readElsewhere,
  removesLater,
  type Run,
  shippedRuns,
  type Use,
} from '../../src/cache-mounts/index.js';
import { removeCommands, removeWords, stopsAtFailure } from '../../src/shell/edit.js';
import { defineTransform } from '../../src/transform/index.js';

const CACHE = '/var/cache/apk';
const INSTALLS = /^(add|upgrade)$/;
const REFRESH = /^(-U|--update-cache|--update)$/;
/** What works without an index in the cache. */
const NEEDS_NO_INDEX = /^(add|upgrade|update|del|info|version|audit|fix|)$/;

export default defineTransform({
  meta: {
    name: 'use-apk-no-cache',
    summary: 'Install Alpine packages without an index in the layer',
    why: 'apk update leaves the index of all packages in the layer; with --no-cache apk fetches it, uses it and keeps nothing.',
    phase: 'clean',
    level: 'safe',
    assumes: [],
    needs: [],
    preset: 'default',
    sameAs: ['DL3019'],
    references: ['https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper'],
    options: {},
  },
  find: (file, { facts, propose, decline }) => {
    const linked = file.text.includes('/etc/apk/cache');
    for (const { run, later, heirs } of shippedRuns(facts)) {
      const uses = run.uses.filter((use) => isApk(use) && INSTALLS.test(use.invocation.subcommand));
      const open = uses.filter(({ invocation }) => !invocation.options.some(({ name }) => name === '--no-cache'));
      const first = run.uses.findIndex((use) => open.includes(use));
      if (first < 0 || isMounted(run, CACHE) || removesLater(run, first, CACHE)) continue;
      const edits = linked
        ? 'this file sets up /etc/apk/cache itself'
        : (keepReason(run, open, later()) ??
          readElsewhere(facts, heirs, later(), [CACHE]) ??
          editsOf(file, run, open, isStrict(run)));
      if (typeof edits === 'string') {
        decline(edits, run.instruction.span);
        continue;
      }
      propose({
        at: run.instruction.span,
        edits,
        level: 'safe',
        what: 'install with --no-cache',
        announces: [
          {
            kind: 'files',
            effect: 'removed',
            paths: [`${CACHE}/**`],
            why: 'apk fetches the index anew when it needs it',
          },
        ],
      });
    }

    function isStrict(run: Run): boolean {
      const body = facts.body(run.instruction);
      return (body.kind === 'script' && body.errexit) || (run.script !== undefined && stopsAtFailure(run.script));
    }
  },
});

function isApk({ invocation }: Use): boolean {
  return invocation.tool === 'apk';
}

function keepReason(run: Run, open: readonly Use[], later: readonly Run[]): string | undefined {
  if (run.script === undefined || open.some(({ script }) => script === undefined)) return 'JSON form is not edited';
  const moved = open.find(({ invocation }) =>
    invocation.options.some(({ name }) => /^(--cache-dir|--root|-p|--no-network|--cache-max-age)$/.test(name)),
  );
  if (moved !== undefined) return 'apk works with another folder here';
  for (const other of [run, ...later]) {
    const reader = other.uses.find((use) => isApk(use) && !NEEDS_NO_INDEX.test(use.invocation.subcommand));
    if (reader !== undefined)
      return `line ${other.instruction.lines.first} reads the index: apk ${reader.invocation.subcommand}`;
  }
  const unseen = later.find(mayInstallUnseen);
  return unseen === undefined
    ? undefined
    : `line ${unseen.instruction.lines.first} runs code that may install from the index that this RUN fetched`;
}

function editsOf(file: Dockerfile, run: Run, open: readonly Use[], errexit: boolean): readonly Edit[] | string {
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
    updates.map(({ invocation }) => invocation.command),
    errexit,
  );
  return typeof removed === 'string' ? `apk update cannot be taken out: ${removed}` : [...edits, ...removed.edits];
}
