import {
  joinReason,
  needsNoDirectory,
  notAppendable,
  notExtendable,
  type Run,
  runAt,
} from '../../src/cache-mounts/index.js';
import { type Edit, mountsOf } from '../../src/dockerfile/index.js';
import { effectsOf, type Facts, globsMeet } from '../../src/facts/index.js';
import { hasLooseComments, joinRuns, moveRun, type ScriptRun } from '../../src/shell/merge-runs.js';
import { blocks } from './between.js';
import { type Cleanup, cleanupsOf } from './cleanups.js';

/** More RUNs than this stay apart: one change would run them all again. */
const MOST_JOINED = 3;

/** Between instructions that stand farther apart than this, nobody looks at all that stands between. */
const FARTHEST = 200;

/** What puts a clean-up into the RUN that made the files, and the RUNs that it changes. */
export interface Merge {
  readonly edits: readonly Edit[];
  readonly runs: readonly Run[];
}

/** Moves a clean-up to its maker, or joins the RUNs from one to the other; else why not. */
export function mergeInto(facts: Facts, maker: Run, run: Run, cleanups: readonly Cleanup[]): Merge | string {
  const rooted = cleanups.every((one) => one.rooted);
  const distance = run.instruction.index - maker.instruction.index;
  if (distance > FARTHEST)
    return `line ${maker.instruction.lines.first} makes the files, ${distance} instructions before they are removed`;
  const between = facts.file.instructions.slice(maker.instruction.index + 1, run.instruction.index);
  const middle = between.map((instruction) => runAt(facts, instruction));
  const anywhere = rooted || needsNoDirectory(middle[0] ?? run);
  const reason =
    notAppendable(run) ?? notExtendable(facts, maker, rooted, anywhere) ?? differs(facts, maker, run, cleanups);
  if (reason !== undefined) return reason;
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
      ? blocks(facts, one, run, cleanups)
      : `${one.keyword} at line ${one.lines.first} stands between, and the removed paths are relative or hold variables`;
    return why === undefined ? [] : { one, why };
  });
  if (rooted && blocked.length === 0) return { edits: move(), runs: [maker, run] };
  return (
    (cleanups.some(({ pays }) => pays) ? join() : undefined) ??
    (blocked.find(({ one }) => one.keyword === 'RUN') ?? blocked[0])?.why ??
    `line ${run.instruction.lines.first} needs its own directory`
  );
}

/** Whether RUNs that follow one another would do something else as one, or be too many. */
function notJoinable(facts: Facts, runs: readonly Run[]): boolean {
  if (runs.filter((one) => cleanupsOf(one) === undefined).length > MOST_JOINED) return true;
  if (runs.length > 2 && runs[0]!.instruction.flags.length > 0) return true;
  const isFree = (run: Run): boolean => cleanupsOf(run)?.every(({ rooted }) => rooted) ?? false;
  return joinReason(facts, runs, isFree) !== undefined;
}

function scriptRun({ instruction, script }: Run): ScriptRun {
  return { instruction, script: script! };
}

/** Why the end of one RUN is another place than a later RUN. */
function differs(facts: Facts, maker: Run, run: Run, cleanups: readonly Cleanup[]): string | undefined {
  const line = `line ${maker.instruction.lines.first}`;
  const between = facts.file.instructions.slice(maker.instruction.index + 1, run.instruction.index);
  const has = (keyword: string): boolean => between.some((one) => one.keyword === keyword);
  if (has('USER') && (maker.state.user === undefined || maker.state.user !== run.state.user))
    return `${line} runs as another user`;
  if (has('SHELL') && maker.state.shell.join(' ') !== run.state.shell.join(' ')) return `${line} runs in another shell`;
  if (has('VOLUME')) return 'a VOLUME between discards what later RUNs do';
  const other = maker.instruction.flags.find(({ name }) => name !== 'mount');
  if (other !== undefined) return `${line} has --${other.name}`;
  // Packages that go are in the layer, whatever is mounted for their download.
  if (cleanups.every(({ removes }) => removes === 'packages')) return undefined;
  const { writes } = effectsOf(facts, run.instruction);
  const mount = mountsOf(maker.instruction).find(
    ({ target }) => target === undefined || !target.startsWith('/') || writes.some((path) => globsMeet(path, target)),
  );
  return mount === undefined
    ? undefined
    : `${line} mounts ${mount.target ?? 'a folder'}, which is not part of the layer`;
}
