import { notAppendable, notExtendable, type Run, runsOf } from '../../src/cache-mounts/index.js';
import { type Edit, type Instruction, mountsOf } from '../../src/dockerfile/index.js';
import { effectsOf, type Facts, globsMeet } from '../../src/facts/index.js';
import { joinRuns, moveRun, type ScriptRun } from '../../src/shell/merge-runs.js';
import { defineTransform } from '../../src/transform/index.js';
import { blocks } from './between.js';
import { type Cleanup, cleanupsOf } from './cleanups.js';

/** More RUNs than this stay apart: one change would run them all again. */
const MOST_JOINED = 4;

export default defineTransform({
  meta: {
    name: 'merge-cleanup-into-layer',
    summary: 'Clean up in the layer that made the mess',
    why: 'A file that a later layer removes is still in the layer that made it; removed by the same RUN it never enters the image.',
    phase: 'clean',
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
      });
    }
  },
});

/** The last RUN before a clean-up, in its stage, that made something of what it removes. */
function makerOf(runs: readonly Run[], run: Run, cleanups: readonly Cleanup[]): Run | undefined {
  return runs.findLast(
    (other) =>
      other.stage === run.stage &&
      other.instruction.index < run.instruction.index &&
      other.uses.some((use) => cleanups.some(({ madeBy }) => madeBy(use))),
  );
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
  const { file } = facts;
  const reason = notAppendable(run) ?? notExtendable(facts, maker, true) ?? differs(facts, maker, run);
  if (reason !== undefined) return reason;
  const between = run.stage.instructions.filter(
    ({ index }) => index > maker.instruction.index && index < run.instruction.index,
  );
  const blocked = between.flatMap((one) => {
    const why = blocks(facts, one, run, cleanups, runs);
    return why === undefined ? [] : { one, why };
  });
  if (blocked.length === 0) return moveUp(facts, maker, run, between);
  const joined = joinable(facts, maker, run, between, runs);
  if (joined === undefined) return (blocked.find(({ one }) => one.keyword === 'RUN') ?? blocked[0]!).why;
  return { edits: joinRuns(file, joined.map(scriptRun)), runs: joined };
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

function moveUp(facts: Facts, maker: Run, run: Run, between: readonly Instruction[]): Merge {
  const [target, source] = [maker, run].map(scriptRun);
  const edit = between.length === 0 ? joinRuns(facts.file, [target!, source!]) : moveRun(facts.file, target!, source!);
  return { edits: edit, runs: [maker, run] };
}

function scriptRun({ instruction, script }: Run): ScriptRun {
  return { instruction, script: script! };
}

/** The RUNs from the maker to the clean-up when all that stands between are RUNs that can be joined to them. */
function joinable(
  facts: Facts,
  maker: Run,
  run: Run,
  between: readonly Instruction[],
  runs: readonly Run[],
): readonly Run[] | undefined {
  const middle = between.map((instruction) => runs.find((one) => one.instruction === instruction));
  if (middle.length + 2 > MOST_JOINED || maker.instruction.flags.length > 0) return undefined;
  if (!middle.every((one): one is Run => one !== undefined)) return undefined;
  const fits = middle.every(
    (one, i) =>
      notAppendable(one) === undefined &&
      notExtendable(facts, i === 0 ? maker : middle[i - 1]!, false) === undefined &&
      notExtendable(facts, one, true) === undefined,
  );
  return fits ? [maker, ...middle, run] : undefined;
}
