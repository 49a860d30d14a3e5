import type { Instruction, Stage } from '../dockerfile/index.js';
import { type CommandPlace, type Facts, placesIn, type State } from '../facts/index.js';
import { type Invocation, literalCommand, nestedScript, readInvocation, type ShellScript } from '../shell/index.js';
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

const runs = new WeakMap<Facts, readonly Run[]>();
const tools = new WeakMap<Facts, readonly string[]>();

/** Whether any RUN of a file uses a manager's program: the quick way out for most managers. */
export function mentions(facts: Facts, manager: CacheManager): boolean {
  let known = tools.get(facts);
  if (known === undefined) {
    known = [...new Set(runsOf(facts).flatMap(({ uses }) => uses.map(({ invocation }) => invocation.tool ?? '')))];
    tools.set(facts, known);
  }
  return known.some((tool) => manager.tools.test(tool));
}

/** A stage that is built from an image with all those built from it, and their RUNs. */
export interface Tree {
  readonly stages: readonly Stage[];
  readonly runs: readonly Run[];
}

const trees = new WeakMap<Facts, readonly Tree[]>();

/** The trees of stages of a file. */
export function treesOf(facts: Facts): readonly Tree[] {
  let known = trees.get(facts);
  if (known === undefined) {
    const roots: { stages: Stage[]; runs: Run[] }[] = [];
    for (const stage of facts.file.stages) {
      const tree = stage.parent === undefined ? { stages: [], runs: [] } : roots[stage.parent]!;
      tree.stages.push(stage);
      roots.push(tree);
    }
    for (const run of runsOf(facts)) roots[run.stage.index]!.runs.push(run);
    known = [...new Set(roots)];
    trees.set(facts, known);
  }
  return known;
}

/** All RUNs of a file (ONBUILD left out) with their commands. */
export function runsOf(facts: Facts): readonly Run[] {
  let known = runs.get(facts);
  if (known === undefined) {
    known = facts.file.stages.flatMap((stage) =>
      stage.instructions
        .filter(({ keyword }) => keyword === 'RUN')
        .map((instruction) => readRun(facts, stage, instruction)),
    );
    runs.set(facts, known);
  }
  return known;
}

function readRun(facts: Facts, stage: Stage, instruction: Instruction): Run {
  const state = facts.before(instruction)!;
  const body = facts.body(instruction);
  const base = { instruction, stage, state };
  if (body.kind === 'opaque') return { ...base, uses: [], script: undefined, opaque: body.why };
  if (body.kind === 'none') return { ...base, uses: [], script: undefined, opaque: undefined };
  if (body.kind === 'script')
    return {
      ...base,
      uses: usesIn(body.script, state, body.script.source.sources),
      script: body.script,
      opaque: undefined,
    };
  if (body.script !== undefined)
    return { ...base, uses: usesIn(body.script, state, undefined), script: undefined, opaque: undefined };
  const command = literalCommand(body.words);
  const place = placesIn(
    { source: { text: '', starts: [0], sources: [0] }, body: emptySequence, commands: [command], parents: new Map() },
    state,
  ).get(command)!;
  return {
    ...base,
    uses: [{ invocation: readInvocation(command), place, script: undefined, verbatim: false }],
    script: undefined,
    opaque: undefined,
  };
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
  return script.commands.flatMap((command) => {
    const place = places.get(command)!;
    const nested = nestedScript(script, command);
    const inner = nested === undefined ? [] : usesIn(nested, state, own, true);
    const verbatim = script.source.sources === own;
    return [
      { invocation: readInvocation(command), place, script: verbatim && !isNested ? script : undefined, verbatim },
      ...inner,
    ];
  });
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
