import type { Instruction, Stage } from '../dockerfile/index.js';
import { type CommandPlace, type Facts, placesIn, type State } from '../facts/index.js';
import { type Invocation, literalCommand, nestedScript, readInvocation, type ShellScript } from '../shell/index.js';
import { onceFor } from '../once.js';
import type { CacheManager } from './types.js';

/** One command of a RUN with where it runs. */
export interface Use {
  readonly invocation: Invocation;
  readonly place: CommandPlace;
  /** The script that holds the command; undefined for JSON form and within `sh -c '…'`. */
  readonly script: ShellScript | undefined;
  /** Whether the words stand in the text of the RUN as the shell reads them, within `sh -c '…'` too. */
  readonly verbatim: boolean;
}

/** A RUN of a stage, read once for all managers. */
export interface Run {
  readonly instruction: Instruction;
  readonly stage: Stage;
  readonly state: State;
  readonly uses: readonly Use[];
  readonly script: ShellScript | undefined;
  /** Why the body is not understood. */
  readonly opaque: string | undefined;
}

/** The programs that the RUNs of a file use. */
const toolsOf = onceFor((facts: Facts): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const { uses } of runsOf(facts)) for (const { invocation } of uses) found.add(invocation.tool ?? '');
  return found;
});

/** A manager with what a table says of it. */
type Row = readonly [CacheManager, ...unknown[]];

const byTool = new WeakMap<readonly Row[], Map<string, readonly Row[]>>();
/** A long run meets ever more programs by their paths. */
const MOST_TOOLS = 1000;

/** Of the rows of a table, in its order, those whose programs any RUN of a file uses; most are none. */
export function mentioned<R extends Row>(facts: Facts, rows: readonly R[]): readonly R[] {
  let known = byTool.get(rows) as Map<string, readonly R[]> | undefined;
  if (known === undefined || known.size > MOST_TOOLS) byTool.set(rows, (known = new Map<string, readonly R[]>()));
  const found = new Set<R>();
  for (const tool of toolsOf(facts)) {
    let named = known.get(tool);
    if (named === undefined) known.set(tool, (named = rows.filter(([manager]) => manager.tools.test(tool))));
    for (const row of named) found.add(row);
  }
  return found.size < 2 ? [...found] : rows.filter((row) => found.has(row));
}

/** A stage that is built from an image with all those built from it, and their RUNs. */
export interface Tree {
  readonly stages: readonly Stage[];
  readonly runs: readonly Run[];
}

/** The trees of stages of a file. */
export const treesOf = onceFor((facts: Facts): readonly Tree[] => {
  const roots: { stages: Stage[]; runs: Run[] }[] = [];
  for (const stage of facts.file.stages) {
    const tree = stage.parent === undefined ? { stages: [], runs: [] } : roots[stage.parent]!;
    tree.stages.push(stage);
    roots.push(tree);
  }
  for (const run of runsOf(facts)) roots[run.stage.index]!.runs.push(run);
  return [...new Set(roots)];
});

/** All RUNs of a file (ONBUILD left out) with their commands. */
export const runsOf = onceFor((facts: Facts): readonly Run[] =>
  facts.file.stages.flatMap((stage) =>
    stage.instructions
      .filter(({ keyword }) => keyword === 'RUN')
      .map((instruction) => readRun(facts, stage, instruction)),
  ),
);

const runsByStage = onceFor((facts: Facts): ReadonlyMap<Stage, readonly Run[]> => {
  const found = new Map<Stage, Run[]>(facts.file.stages.map((one) => [one, []]));
  for (const run of runsOf(facts)) found.get(run.stage)!.push(run);
  return found;
});

/** The RUNs of a stage, in order. */
export function runsIn(facts: Facts, stage: Stage): readonly Run[] {
  return runsByStage(facts).get(stage)!;
}

const runsByInstruction = onceFor(
  (facts: Facts): ReadonlyMap<Instruction, Run> => new Map(runsOf(facts).map((run) => [run.instruction, run])),
);

/** The RUN of a file that an instruction is; undefined for other instructions. */
export function runAt(facts: Facts, instruction: Instruction): Run | undefined {
  return runsByInstruction(facts).get(instruction);
}

function readRun(facts: Facts, stage: Stage, instruction: Instruction): Run {
  const state = facts.before(instruction)!;
  const body = facts.body(instruction);
  const run = (uses: readonly Use[], script?: ShellScript, opaque?: string): Run => ({
    instruction,
    stage,
    state,
    uses,
    script,
    opaque,
  });
  if (body.kind === 'opaque') return run([], undefined, body.why);
  if (body.kind === 'none') return run([]);
  if (body.kind === 'script') return run(usesIn(body.script, state, body.script.source.sources), body.script);
  if (body.script !== undefined) return run(usesIn(body.script, state, undefined));
  const command = literalCommand(body.words);
  const place = placesIn(
    { source: { text: '', starts: [0], sources: [0] }, body: emptySequence, commands: [command], parents: new Map() },
    state,
  ).get(command)!;
  return run([{ invocation: readInvocation(command), place, script: undefined, verbatim: false }]);
}

const emptySequence = { type: 'sequence', items: [], operators: [], span: { start: 0, end: 0 } } as const;

/** @param own where the text of the RUN comes from */
function usesIn(
  script: ShellScript,
  state: State,
  own: ShellScript['source']['sources'] | undefined,
  isNested = false,
): readonly Use[] {
  const places = placesIn(script, state);
  const verbatim = script.source.sources === own;
  const uses: Use[] = [];
  for (const command of script.commands) {
    const invocation = readInvocation(command);
    uses.push({
      invocation,
      place: places.get(command)!,
      script: verbatim && !isNested ? script : undefined,
      verbatim,
    });
    const nested = nestedScript(script, command);
    if (nested !== undefined) uses.push(...usesIn(nested, state, own, true));
  }
  return uses;
}

export function isTool(manager: CacheManager, { tool }: Invocation): boolean {
  return tool !== undefined && manager.tools.test(tool);
}

export function fills(manager: CacheManager, { invocation }: Use, state: State): boolean {
  return (
    isTool(manager, invocation) &&
    manager.fills.test(invocation.subcommand) &&
    manager.skip?.(invocation, state) === undefined
  );
}

/** Whether a command in this RUN puts something into the cache. */
export function fillsCache(manager: CacheManager, run: Run): boolean {
  return run.uses.some((use) => fills(manager, use, run.state));
}

export function reads(manager: CacheManager, use: Use, state: State): boolean {
  if (!isTool(manager, use.invocation)) return false;
  return fills(manager, use, state) || (manager.readers?.test(use.invocation.subcommand) ?? false);
}

/** Whether a RUN uses the manager, or runs code that is not seen and so may. */
export function mayRead(manager: CacheManager, run: Run): boolean {
  if (run.opaque !== undefined) return true;
  return run.uses.some(
    ({ invocation }) =>
      isTool(manager, invocation) ||
      invocation.use?.opaque !== undefined ||
      (invocation.tool !== '' && invocation.model === undefined),
  );
}

/** `subcommand operands options`, as the tables' patterns for cleaners and configuration expect it. */
export function usage({ subcommand, operands, options }: Invocation): string {
  // A subcommand that the tool's model does not name stands among the operands still.
  const rest = operands[0]?.value === subcommand ? operands.slice(1) : operands;
  return [subcommand, ...rest.map(({ text }) => text), ...options.map(({ name }) => name)].join(' ').trim();
}
