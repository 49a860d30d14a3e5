import { onceFor } from '../once.js';
import { toolAt } from './model/index.js';
import { looksLikeOption, type Option, type OptionTable, readBundle, readOption } from './model/read-options.js';
import { programFile } from './model/programs.js';
import type { ToolModel, UseModel } from './model/types.js';
import { seeThrough } from './model/see-through.js';
import type { ShellCommand, ShellWord } from './syntax.js';

export type { Option } from './model/read-options.js';

/** A simple command seen through its wrappers, split by the model of its tool. */
export interface Invocation {
  readonly command: ShellCommand;
  /** Program name without folder, the path itself for a program file that is no known tool; undefined when it is not literal. */
  readonly tool: string | undefined;
  /** The words that chose the use; without such words the option that did (`-x` of tar, `-S` of pacman), or `''`. */
  readonly subcommand: string;
  readonly options: readonly Option[];
  /** With the wrapper `xargs`, more operands come from standard input. */
  readonly operands: readonly ShellWord[];
  /** All words after the program name. */
  readonly args: readonly ShellWord[];
  /** `A=b cmd` and `env A=b cmd`. */
  readonly environment: readonly (readonly [name: string, value: ShellWord | undefined])[];
  /** Wrappers that were seen through, outermost first: `sudo`, `env`, `time` … */
  readonly wrappers: readonly string[];
  /** The user that a wrapper switches to; as written where that is not literal. */
  readonly user: string | undefined;
  readonly model: ToolModel | undefined;
  readonly use: UseModel | undefined;
}

const memo = new WeakMap<ShellCommand, Invocation>();

/** Splits a simple command; a command that only assigns variables has the tool `''`. */
export function readInvocation(command: ShellCommand): Invocation {
  const known = memo.get(command);
  if (known !== undefined) return known;
  const seen = seeThrough(command);
  const { program, args, environment, wrappers, user } = seen;
  const model = program === undefined ? undefined : toolAt(program.folder, program.name);
  const path = model === programFile ? program?.path : undefined;
  const tool = command.words.length === 0 ? '' : (path ?? program?.name);
  const invocation = { command, tool, args, environment, wrappers, user, model, ...split(model, args) };
  memo.set(command, invocation);
  return invocation;
}

/** The words after the program name, but for those that chose the use: `rustup target add` names no folder. */
export function wordsBehind({ args, subcommand, model }: Invocation): readonly ShellWord[] {
  const chosen = model === undefined ? [] : subcommand.split(' ');
  return args.filter(({ text }) => {
    const isNext = text === chosen[0];
    if (isNext) chosen.shift();
    return !isNext;
  });
}

type Split = Pick<Invocation, 'subcommand' | 'options' | 'operands' | 'use'>;

function split(model: ToolModel | undefined, args: readonly ShellWord[]): Split {
  if (model === undefined) return { subcommand: '', options: [], operands: args, use: undefined };
  const chosen = chooseUse(model, args);
  if (model.noOptions === true) return { subcommand: '', options: [], operands: args, use: chosen.use };
  const tables: OptionTable[] = chosen.use === undefined ? [model] : [chosen.use, model];
  let { use, key } = chosen;
  let read = readArguments(model, tables, args, chosen.words);
  for (let step = 0; step < 3 && (use?.modes ?? use?.code) !== undefined; step++) {
    const mode = chooseMode(model, use!, read.options);
    if (mode === undefined || mode === key) break;
    // Not knowing an option, `--version` beside it may be another program's.
    if (use!.opaque !== undefined && read.options.some(({ known, name }) => !known && use?.modes?.[name] === undefined))
      break;
    key = mode;
    use = model.uses[mode];
    if (use === undefined) break;
    tables.unshift(use);
    read = readArguments(model, tables, args, chosen.words);
  }
  const subcommand = chosen.name === '' && key.startsWith('-') ? key : chosen.name;
  const like = use?.operandsLike;
  if (
    like !== undefined &&
    read.operands.length > 0 &&
    read.operands.every(({ text }) => like.pattern.test(text)) &&
    !read.options.some(({ name }) => like.unless.includes(name))
  )
    use = model.uses[like.use];
  return { subcommand, options: read.options, operands: read.operands, use };
}

/** The use that an option of the command stands for: of several the one that stands first in the model. */
function chooseMode(model: ToolModel, use: UseModel, options: readonly Option[]): string | undefined {
  const modes = use.modes ?? {};
  const keys = new Set<string>();
  for (const { name, value } of options) {
    const exact = `${name} ${value ?? ''}`;
    if (Object.hasOwn(modes, exact)) keys.add(modes[exact]!);
    else if (Object.hasOwn(modes, name)) keys.add(modes[name]!);
    const known = use.code?.find(
      ({ options: holders, isKnown }) => holders.includes(name) && value !== undefined && isKnown(value),
    );
    if (known !== undefined) keys.add(known.use);
  }
  return keys.size === 0 ? undefined : Object.keys(model.uses).find((key) => keys.has(key));
}

/** Splits the words into options and operands; before the subcommand the tool's own options hold, after it the use's first. */
function readArguments(
  model: ToolModel,
  tables: readonly OptionTable[],
  args: readonly ShellWord[],
  subcommand: readonly ShellWord[],
): { options: readonly Option[]; operands: readonly ShellWord[] } {
  const options: Option[] = [];
  const operands: ShellWord[] = [];
  const last = subcommand.at(-1);
  const bundle = model.bundled === true ? readBundle(args, tables) : undefined;
  if (bundle !== undefined) options.push(...bundle.options);
  let after = last === undefined;
  // In a chain a comma ends a subcommand, and stands behind its last option.
  const given =
    model.chain === undefined ? args : args.map((word) => (looksLikeOption(word) ? withoutComma(word) : word));
  let onlyOperands = false;
  for (let at = bundle === undefined ? 0 : bundle.used + 1; at < args.length; at++) {
    const word = args[at]!;
    if (subcommand.includes(word)) {
      if (word === last) after = true;
    } else if (onlyOperands || !looksLikeOption(word) || (model.optionsFirst === true && operands.length > 0))
      operands.push(word);
    else if (word.value === '--') onlyOperands = true;
    else {
      const read = readOption(given, at, after ? tables : [model, ...tables], model);
      options.push(...read.options);
      at += read.used;
    }
  }
  return { options, operands };
}

function withoutComma(word: ShellWord): ShellWord {
  return word.value?.endsWith(',') === true ? { ...word, value: word.value.slice(0, -1) } : word;
}

interface Chosen {
  readonly name: string;
  /** The key in `uses`. */
  readonly key: string;
  readonly words: readonly ShellWord[];
  readonly use: UseModel | undefined;
}

const subcommandsOf = onceFor(
  ({ uses }: ToolModel): ReadonlySet<string> =>
    new Set(Object.keys(uses).filter((key) => key !== '' && key !== '*' && !/(^| )-/.test(key))),
);

/** Whether every subcommand of a chain is one whose use is known. */
function chainIsKnown(model: ToolModel, args: readonly ShellWord[]): boolean {
  const start = args.findIndex(({ value }) => value === model.chain) + 1;
  const rest = args.slice(start);
  return rest.every((word, i) => {
    const before = rest[i - 1]?.value;
    const begins = i === 0 || before === '+' || before?.endsWith(',') === true;
    if (word.value === undefined) return false;
    const use = begins ? model.uses[word.value.replace(/,$/, '')] : undefined;
    return !begins || (use !== undefined && use.opaque === undefined);
  });
}

/** The longest subcommand that the tool's uses know; options may stand before and between. */
function chooseUse(model: ToolModel, args: readonly ShellWord[]): Chosen {
  const none: Chosen = { name: '', key: '', words: [], use: model.uses[''] };
  const names = subcommandsOf(model);
  const other = model.uses['*'];
  if (names.size === 0 && other === undefined) return none;
  const plain = readArguments(model, [model], args, []).operands.slice(0, 3);
  if (model.chain !== undefined && plain[0]?.value === model.chain && !chainIsKnown(model, args))
    return { name: model.chain, key: '*', words: [], use: other };
  for (let count = plain.length; count > 0; count--) {
    const words = plain.slice(0, count);
    const name = words.map((word) => word.value ?? '\0').join(' ');
    if (names.has(name)) return { name, key: name, words, use: model.uses[name] };
  }
  const first = plain[0];
  if (first === undefined) return none;
  return { name: first.value ?? '', key: '*', words: other === undefined ? [first] : [], use: other };
}
