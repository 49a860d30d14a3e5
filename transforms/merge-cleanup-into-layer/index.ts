import { notAppendable, notExtendable, type Run, runsOf } from '../../src/cache-mounts/index.js';
import { type Edit, mountsOf } from '../../src/dockerfile/index.js';
import { effectsOf, type Facts, globsMeet } from '../../src/facts/index.js';
import { hasLooseComments, joinRuns, moveRun, type ScriptRun } from '../../src/shell/merge-runs.js';
import { defineTransform } from '../../src/transform/index.js';
import { blocks } from './between.js';
import { type Cleanup, cleanupsOf, covers } from './cleanups.js';

/** More RUNs than this stay apart: one change would run them all again. */
const MOST_JOINED = 3;

export default defineTransform({
  meta: {
    name: 'merge-cleanup-into-layer',
    summary: 'Clean up in the layer that made the mess',
    why: 'A file that a later layer removes is still in the layer that made it; removed by the same RUN it never enters the image.',
    phase: 'install',
    level: 'safe',
    assumes: [],
    needs: [],
    preset: 'default',
    sameAs: [],
    references: ['https://docs.docker.com/build/building/best-practices/#apt-get'],
    options: {},
  },
  find: (_, { facts, propose, decline }) => {
    const runs = runsOf(facts);
    const taken = new Set<Run>();
    for (const run of runs) {
      const cleanups = cleanupsOf(run);
      const maker = cleanups === undefined ? undefined : makerOf(runs, run, cleanups);
      if (cleanups === undefined || maker === undefined) continue;
      const found = mergeInto(facts, maker, run, cleanups, runs);
      if (typeof found === 'string') {
        decline(found, run.instruction.span);
        continue;
      }
      if (found.runs.some((one) => taken.has(one))) continue;
      for (const one of found.runs) taken.add(one);
      propose({
        at: run.instruction.span,
        edits: found.edits,
        level: 'safe',
        what: `clean up in the RUN at line ${maker.instruction.lines.first}, whose layer holds the files`,
        evidence: [
          { fact: 'this RUN makes the files', span: maker.instruction.span },
          { fact: 'this RUN removes them, which leaves them in the layer before', span: run.instruction.span },
        ],
      });
    }
  },
});

/** The last RUN before a clean-up, in its stage, that made something of what it removes, what pays first. */
function makerOf(runs: readonly Run[], run: Run, cleanups: readonly Cleanup[]): Run | undefined {
  const earlier = runs.filter((other) => other.stage === run.stage && other.instruction.index < run.instruction.index);
  const made = (some: readonly Cleanup[]): Run | undefined =>
    earlier.findLast((other) => some.some((cleanup) => leaves(other, cleanup)));
  return made(cleanups.filter(({ pays }) => pays)) ?? made(cleanups);
}

/** Whether a RUN makes what a clean-up removes, and does not do so itself afterwards. */
function leaves({ uses }: Run, { use, madeBy }: Cleanup): boolean {
  const last = uses.findLastIndex(madeBy);
  return last >= 0 && !uses.slice(last + 1).some((other) => covers(other, use));
}

interface Merge {
  readonly edits: readonly Edit[];
  readonly runs: readonly Run[];
}

function mergeInto(
  facts: Facts,
  maker: Run,
  run: Run,
  cleanups: readonly Cleanup[],
  runs: readonly Run[],
): Merge | string {
  const rooted = cleanups.every((one) => one.rooted);
  const reason = notAppendable(run) ?? notExtendable(facts, maker, rooted) ?? differs(facts, maker, run);
  if (reason !== undefined) return reason;
  const between = run.stage.instructions.filter(
    ({ index }) => index > maker.instruction.index && index < run.instruction.index,
  );
  const middle = between.map((instruction) => runs.find((one) => one.instruction === instruction));
  const move = (): readonly Edit[] => moveRun(facts.file, scriptRun(maker), scriptRun(run));
  const join = (): Merge | undefined => {
    const all = [maker, ...middle, run];
    if (!all.every((one): one is Run => one !== undefined) || notJoinable(facts, all)) return undefined;
    const loose = between.length === 0 && hasLooseComments(facts.file, maker.instruction, run.instruction);
    const edits = loose ? move() : joinRuns(facts.file, all.map(scriptRun));
    return { edits, runs: all };
  };
  const joined = middle.every((one) => one !== undefined && cleanupsOf(one) !== undefined) ? join() : undefined;
  if (joined !== undefined) return joined;
  const blocked = between.flatMap((one) => {
    const why = rooted
      ? blocks(facts, one, run, cleanups, runs)
      : `${one.keyword} at line ${one.lines.first} stands between, and the removed paths are relative or hold variables`;
    return why === undefined ? [] : { one, why };
  });
  if (blocked.length === 0) return { edits: move(), runs: [maker, run] };
  return (
    (cleanups.some(({ pays }) => pays) ? join() : undefined) ??
    (blocked.find(({ one }) => one.keyword === 'RUN') ?? blocked[0]!).why
  );
}

/** Whether RUNs that follow one another would do something else as one, or be too many. */
function notJoinable(facts: Facts, runs: readonly Run[]): boolean {
  if (runs.filter((one) => cleanupsOf(one) === undefined).length > MOST_JOINED) return true;
  if (runs.length > 2 && runs[0]!.instruction.flags.length > 0) return true;
  return runs.some((one, i) => {
    if (i === 0) return false;
    const rooted = cleanupsOf(one)?.every((cleanup) => cleanup.rooted) ?? false;
    return notAppendable(one) !== undefined || notExtendable(facts, runs[i - 1]!, rooted) !== undefined;
  });
}

function scriptRun({ instruction, script }: Run): ScriptRun {
  return { instruction, script: script! };
}

/** Why the end of one RUN is another place than a later RUN. */
function differs(facts: Facts, maker: Run, run: Run): string | undefined {
  const line = `line ${maker.instruction.lines.first}`;
  const between = run.stage.instructions.filter(
    ({ index }) => index > maker.instruction.index && index < run.instruction.index,
  );
  const has = (keyword: string): boolean => between.some((one) => one.keyword === keyword);
  if (has('USER') && (maker.state.user === undefined || maker.state.user !== run.state.user))
    return `${line} runs as another user`;
  if (has('SHELL') && maker.state.shell.join(' ') !== run.state.shell.join(' ')) return `${line} runs in another shell`;
  if (has('VOLUME')) return 'a VOLUME between discards what later RUNs do';
  const other = maker.instruction.flags.find(({ name }) => name !== 'mount');
  if (other !== undefined) return `${line} has --${other.name}`;
  const { writes } = effectsOf(facts, run.instruction);
  const mount = mountsOf(maker.instruction).find(
    ({ target }) => target === undefined || !target.startsWith('/') || writes.some((path) => globsMeet(path, target)),
  );
  return mount === undefined
    ? undefined
    : `${line} mounts ${mount.target ?? 'a folder'}, which is not part of the layer`;
}
