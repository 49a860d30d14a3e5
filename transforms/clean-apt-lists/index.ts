import {
  APT_LISTS,
  cleanableRuns,
  endProblem,
  type FirstRun,
  isInstall,
  isUpdate,
  mayReadEarlierLists,
  mountsLists,
  readAtRunTime,
  readElsewhere,
  readsEarlierLists,
  readsLists,
  readsListsInTrigger,
  removesLists,
  type Run,
} from '../../src/cache-mounts/index.js';
import { appendCommand } from '../../src/shell/insert.js';
import { defineTransform } from '../../src/transform/index.js';

const APT = { label: 'apt', tools: /^(apt|apt-get|aptitude)$/, fills: /^(install|build-dep|download)$/ };
/** An option that puts the package lists elsewhere. */
const MOVES = /^(-o=?)?["']?(Dir(::State(::lists)?)?|RootDir)=/i;

export default defineTransform({
  meta: {
    name: 'clean-apt-lists',
    summary: 'Remove package lists in the layer that fetched them',
    why: 'apt-get update leaves some 20 to 50 MB of package lists in the layer; only a removal in the same RUN keeps them out of the image.',
    phase: 'clean',
    local: true,
    looksFor: [['apt', 'apt-get', 'aptitude']],
    level: 'safe',
    assumes: [],
    needs: [],
    preset: 'default',
    sameAs: ['DL3009'],
    references: ['https://docs.docker.com/build/building/best-practices/#apt-get'],
    options: {},
  },
  find: (file, { facts, propose, decline }) => {
    for (const { run, later, heirs, ships } of cleanableRuns(facts)) {
      const { script, instruction } = run;
      const update = run.uses.findIndex(({ invocation }) => isUpdate(invocation));
      if (update < 0 || mountsLists(run) || removesLists(run) || !ships(APT_LISTS)) continue;
      const reason =
        keepReason(run, update, later) ??
        readsListsInTrigger(heirs) ??
        readElsewhere(facts, heirs, later, [APT_LISTS]) ??
        readAtRunTime(facts, APT, heirs);
      if (reason !== undefined || script === undefined) {
        decline(reason ?? 'JSON form is not edited', instruction.span);
        continue;
      }
      const sudo = run.uses[update]!.invocation.wrappers.includes('sudo') ? 'sudo ' : '';
      propose({
        at: instruction.span,
        edits: [appendCommand(file, instruction, script, `${sudo}rm -rf ${APT_LISTS}/*`)],
        level: 'safe',
        what: 'remove the package lists in the same layer',
        announces: [
          {
            kind: 'files',
            effect: 'removed',
            paths: [`${APT_LISTS}/**`],
            why: 'apt-get update fetches package lists anew',
          },
        ],
      });
    }
  },
});

/** Why the lists stay: something may still read them, or the end of the RUN cannot take one more command. */
function keepReason(run: Run, update: number, later: FirstRun): string | undefined {
  const reader = later(readsEarlierLists);
  if (reader !== undefined)
    return `line ${reader.instruction.lines.first} installs from the lists that this RUN fetched`;
  const installs = run.uses.slice(update).some(({ invocation }) => isInstall(invocation) || readsLists(invocation));
  if (!installs) return 'this RUN only updates the package lists; nothing in this file reads them';
  if (run.uses[update]!.invocation.args.some(({ text }) => MOVES.test(text))) return 'apt keeps its lists elsewhere';
  const unseen = later(mayReadEarlierLists);
  if (unseen !== undefined)
    return `line ${unseen.instruction.lines.first} runs code that may install from the lists that this RUN fetched; with an update of its own before, it would not`;
  return run.script === undefined ? undefined : endProblem(run.script);
}
