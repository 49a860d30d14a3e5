import { mountsOf } from '../../src/dockerfile/index.js';
import { relationTo, type Run, runsOf } from '../../src/cache-mounts/index.js';
import { isRoot } from '../../src/facts/index.js';
import { appendCommand } from '../../src/shell/edit.js';
import { patternOf } from '../../src/shell/index.js';
import { resolvePath } from '../../src/facts/index.js';
import { defineTransform } from '../../src/transform/index.js';

const LISTS = '/var/lib/apt/lists';
const NEEDS_LISTS = new Set(['install', 'upgrade', 'dist-upgrade', 'full-upgrade', 'build-dep', 'source', 'download']);

export default defineTransform({
  meta: {
    name: 'clean-apt-lists',
    summary: 'Remove package lists in the layer that fetched them',
    why: 'apt-get update leaves some 20 to 50 MB of package lists in the layer; only a removal in the same RUN keeps them out of the image.',
    phase: 'clean',
    level: 'safe',
    assumes: [],
    needs: [],
    preset: 'default',
    sameAs: ['DL3009'],
    references: ['https://docs.docker.com/build/building/best-practices/#apt-get'],
    options: {},
  },
  find: (file, { facts, propose, decline }) => {
    const runs = runsOf(facts);
    for (const run of runs) {
      const { script, instruction, state } = run;
      const update = run.uses.findIndex(
        ({ invocation }) => isApt(invocation.tool) && invocation.subcommand === 'update',
      );
      if (update < 0 || servedByMount(run) || removesLists(run, update)) continue;
      const installs = run.uses
        .slice(update)
        .some(({ invocation }) => isApt(invocation.tool) && NEEDS_LISTS.has(invocation.subcommand));
      const tree = facts.heirs(run.stage);
      const reader = runs.find(
        (other) => tree.includes(other.stage) && other.instruction.index > instruction.index && readsLists(other),
      );
      if (!installs) {
        if (reader === undefined)
          decline('this RUN only updates the package lists; nothing in this file reads them', instruction.span);
        continue;
      }
      if (reader !== undefined) {
        decline(
          `line ${reader.instruction.lines.first} installs from the lists that this RUN fetched`,
          instruction.span,
        );
        continue;
      }
      if (script === undefined) {
        decline('JSON form is not edited', instruction.span);
        continue;
      }
      const last = script.body.items.at(-1)!;
      if (
        last.type === 'block' ||
        last.type === 'pipeline' ||
        (last.type === 'command' && ['exit', 'exec'].includes(last.words[0]?.value ?? ''))
      ) {
        decline('the RUN ends with a compound command, a pipeline or exit', instruction.span);
        continue;
      }
      const sudo = run.uses[update]!.invocation.wrappers.includes('sudo') || isRoot(state) === false ? 'sudo ' : '';
      propose({
        at: instruction.span,
        edits: [appendCommand(file, instruction, script, `${sudo}rm -rf ${LISTS}/*`)],
        level: 'safe',
        what: 'remove the package lists in the same layer',
        announces: [
          {
            kind: 'files',
            effect: 'removed',
            paths: [`${LISTS}/**`],
            why: 'package lists are fetched anew by apt-get update',
          },
        ],
      });
    }
  },
});

function isApt(tool: string | undefined): boolean {
  return tool === 'apt-get' || tool === 'apt' || tool === 'aptitude';
}

function servedByMount(run: Run): boolean {
  return mountsOf(run.instruction).some(
    ({ target }) => target !== undefined && ['same', 'within'].includes(relationTo(LISTS, target)),
  );
}

/** Whether something after the update removes the lists, or a folder above them. */
function removesLists(run: Run, update: number): boolean {
  return run.uses.slice(update).some(({ invocation, place }) => {
    if (invocation.subcommand === 'distclean') return true;
    if (invocation.tool !== 'rm' && invocation.tool !== 'find') return false;
    return invocation.operands.some((word) => {
      const pattern = patternOf(word, place.lookup);
      const path = pattern === undefined ? undefined : resolvePath(pattern, place);
      return path !== undefined && relationTo(path, LISTS) !== 'none';
    });
  });
}

function readsLists(run: Run): boolean {
  if (run.opaque !== undefined) return true;
  for (const { invocation } of run.uses) {
    if (isApt(invocation.tool) && invocation.subcommand === 'update') return false;
    if (isApt(invocation.tool) && NEEDS_LISTS.has(invocation.subcommand)) return true;
    if (invocation.tool === 'apt-cache') return true;
  }
  return false;
}
