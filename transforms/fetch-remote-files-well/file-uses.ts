import { PathIndex, type Run, runAt, runsIn, runsOf, type Use } from '../../src/cache-mounts/index.js';
import { argumentText, type Instruction, type Stage } from '../../src/dockerfile/index.js';
import { type Facts, resolvePath } from '../../src/facts/index.js';
import { onceFor } from '../../src/once.js';
import { baseName, commandFolders, spelledUse } from './spelling.js';

/** The instructions of a file by the files that they name: what one archive is looked for in is few of them. */
interface FileUses {
  readonly byPath: PathIndex<Instruction>;
  readonly byToken: ReadonlyMap<string, readonly Instruction[]>;
}

/** The pieces of which names of files are made. */
const TOKEN = /[\w.+-]+/g;

/** Files with fewer commands are read through sooner than their uses are sorted. */
const FEW = 200;

/** The instructions that may name a file, a folder above it or something in it, in order; others may be among them. */
export function instructionsNaming(facts: Facts, paths: readonly string[]): readonly Instruction[] {
  const uses = fileUses(facts);
  if (uses === 'few') return facts.file.instructions;
  const { byPath, byToken } = uses;
  const found = new Set<Instruction>();
  for (const path of paths) {
    for (const instruction of byPath.near(path)) found.add(instruction);
    const [token] = [...(baseName(path).match(TOKEN) ?? [])].sort((a, b) => b.length - a.length);
    // A name without a piece of its own may be in any.
    const named = token === undefined ? facts.file.instructions : (byToken.get(token) ?? []);
    for (const instruction of named) found.add(instruction);
  }
  return [...found].sort((a, b) => a.index - b.index);
}

/** The RUNs of a stage, from an instruction on, that may name a file by its path, a folder above it or something in it; others may be among them. */
export function runsUsing(facts: Facts, stage: Stage, from: Instruction, paths: readonly string[]): readonly Run[] {
  const uses = fileUses(facts);
  if (uses === 'few') return runsIn(facts, stage).filter(({ instruction }) => instruction.index >= from.index);
  const found = new Set(paths.flatMap((path) => uses.byPath.near(path)));
  return [...found]
    .filter(({ index }) => index >= from.index)
    .sort((a, b) => a.index - b.index)
    .flatMap((instruction) => runAt(facts, instruction) ?? [])
    .filter((run) => run.stage === stage);
}

const fileUses = onceFor((facts: Facts): FileUses | 'few' => {
  const commands = runsOf(facts).reduce((sum, { uses }) => sum + uses.length, facts.file.instructions.length);
  return commands < FEW ? 'few' : read(facts);
});

function read(facts: Facts): FileUses {
  const byPath = new PathIndex<Instruction>();
  const byToken = new Map<string, Instruction[]>();
  const add = (instruction: Instruction, text: string): void => {
    for (const token of text.match(TOKEN) ?? []) {
      const others = byToken.get(token);
      if (others === undefined) byToken.set(token, [instruction]);
      else if (others.at(-1) !== instruction) others.push(instruction);
    }
  };
  for (const { instruction, uses, opaque } of runsOf(facts)) {
    if (opaque !== undefined) add(instruction, argumentText(instruction));
    for (const use of uses) {
      const { paths, texts } = spelledUse(use);
      for (const path of [...paths, ...optionPaths(use)]) if (path !== undefined) byPath.add(path, instruction);
      for (const text of texts) add(instruction, text);
    }
  }
  for (const instruction of facts.file.instructions) {
    if (instruction.keyword === 'RUN') continue;
    add(instruction, argumentText(instruction));
    for (const folder of commandFolders(facts, instruction)) byPath.add(folder, instruction);
  }
  return { byPath, byToken };
}

/** The paths that stand in one word with their options. */
function optionPaths({ invocation: { options }, place }: Use): readonly (string | undefined)[] {
  return options.map(({ value, valueWord }) =>
    value === undefined || valueWord !== undefined ? undefined : resolvePath(value, place),
  );
}
