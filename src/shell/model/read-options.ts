import type { ShellWord } from '../syntax.js';

/** An option of an invocation: `--target-release sid`, `-ofoo`, `-q` out of `-yq`. */
export interface Option {
  /** With its dashes: `-o`, `--option`. */
  readonly name: string;
  readonly value: string | undefined;
  /** The word that holds the option; several options share it when clustered. */
  readonly word: ShellWord;
  /** The following word when the value stands there. */
  readonly valueWord: ShellWord | undefined;
  /** False when the model does not know the option. */
  readonly known: boolean;
}

/** Which options there are; blanks separate names. */
export interface OptionTable {
  readonly flags?: string;
  readonly values?: string;
  readonly optional?: string;
}

interface OptionSyntax {
  readonly singleDash?: boolean;
  readonly booleanWords?: boolean;
  readonly commandOptions?: string;
}

type Kind = 'flag' | 'value' | 'optional' | 'command';

/** The options of one word. */
interface OptionsRead {
  readonly options: readonly Option[];
  /** How many of the following words belong to them. */
  readonly used: number;
}

const memo = new Map<string, ReadonlySet<string>>();

/** The names in a blank-separated list. */
function nameSet(text: string | undefined): ReadonlySet<string> {
  const key = text ?? '';
  let set = memo.get(key);
  if (set === undefined) memo.set(key, (set = new Set(key.split(' ').filter((name) => name !== ''))));
  return set;
}

/** The literal beginning of a word. */
function headOf({ pieces, value }: ShellWord): string {
  if (value !== undefined) return value;
  let head = '';
  for (const piece of pieces) {
    if (piece.kind !== 'text') break;
    head += piece.value;
  }
  return head;
}

/** Whether a word is in the place of an option: it starts with a dash and is not `-` alone. */
export function looksLikeOption(word: ShellWord): boolean {
  const head = headOf(word);
  return head.startsWith('-') && word.value !== '-';
}

/**
 * Reads the option word `args[at]` as getopt does; the first table that has a name decides.
 * @returns its options and how many following words are their values.
 */
export function readOption(
  args: readonly ShellWord[],
  at: number,
  tables: readonly OptionTable[],
  syntax: OptionSyntax,
): OptionsRead {
  const word = args[at]!;
  const head = headOf(word);
  const whole = word.value !== undefined;
  const kindOf = (name: string): Kind | undefined => {
    if (nameSet(syntax.commandOptions).has(name)) return 'command';
    for (const table of tables) {
      if (nameSet(table.flags).has(name)) return 'flag';
      if (nameSet(table.values).has(name)) return 'value';
      if (nameSet(table.optional).has(name)) return 'optional';
    }
    return undefined;
  };
  const option = (name: string, known: boolean, value?: string, valueWord?: ShellWord): Option => ({
    name,
    value,
    word,
    valueWord,
    known,
  });
  const next = args[at + 1];
  const kind = whole ? kindOf(head) : undefined;
  if (kind === 'command') return readCommand(args, at, option);
  if (kind === 'value') return { options: [option(head, next !== undefined, next?.value, next)], used: 1 };
  if (kind === 'flag' && syntax.booleanWords === true && /^(true|false)$/.test(next?.value ?? ''))
    return { options: [option(head, true, next?.value, next)], used: 1 };
  if (kind !== undefined) return { options: [option(head, true)], used: 0 };
  const equals = head.indexOf('=');
  if (equals > 0) {
    const name = head.slice(0, equals);
    if (kindOf(name) !== undefined || name.startsWith('--'))
      return { options: [option(name, kindOf(name) !== undefined, word.value?.slice(equals + 1))], used: 0 };
  }
  if (syntax.singleDash === true) {
    const name = gluedName(head, kindOf);
    if (name === undefined) return { options: [option(head, false)], used: 0 };
    return { options: [option(name, true, word.value?.slice(name.length))], used: 0 };
  }
  if (/^-[^-]/.test(head)) return readCluster(head, word, next, kindOf, option);
  return { options: [option(head, false)], used: 0 };
}

/** The option that `-DNAME=1` or `-O2` begins with. */
function gluedName(head: string, kindOf: (name: string) => Kind | undefined): string | undefined {
  for (let length = head.length; length >= 2; length--) {
    const name = head.slice(0, length);
    const kind = kindOf(name);
    if (kind === 'optional' || (kind === 'value' && length === 2)) return name;
  }
  return undefined;
}

/** `find -exec rm -rf {} +`: the value is the program's name. */
function readCommand(
  args: readonly ShellWord[],
  at: number,
  option: (name: string, known: boolean, value?: string, valueWord?: ShellWord) => Option,
): OptionsRead {
  const length = args.length;
  let end = at + 1;
  while (end < length && args[end]!.value !== ';' && !(args[end]!.value === '+' && args[end - 1]!.value === '{}'))
    end++;
  const program = args[at + 1];
  const known = end < length && end > at + 1;
  return {
    options: [option(args[at]!.value!, known, program?.value?.replace(/^.*\//, ''), program)],
    used: Math.min(end, length - 1) - at,
  };
}

/** Takes `-yqo value` apart. */
function readCluster(
  head: string,
  word: ShellWord,
  next: ShellWord | undefined,
  kindOf: (name: string) => Kind | undefined,
  option: (name: string, known: boolean, value?: string, valueWord?: ShellWord) => Option,
): OptionsRead {
  const options: Option[] = [];
  for (let i = 1; i < head.length; i++) {
    const name = `-${head[i]!}`;
    const kind = kindOf(name);
    if (kind === 'flag') {
      options.push(option(name, true));
      continue;
    }
    const glued = i + 1 < head.length || word.value === undefined;
    if (kind === 'value' && !glued)
      return { options: [...options, option(name, next !== undefined, next?.value, next)], used: 1 };
    if (kind === 'value' || kind === 'optional')
      return { options: [...options, option(name, true, glued ? word.value?.slice(i + 1) : undefined)], used: 0 };
    return { options: [...options, option(i === 1 ? head : name, false)], used: 0 };
  }
  if (word.value === undefined) options.push(option(head, false));
  return { options, used: 0 };
}

/** Reads `xzf` of `tar xzf a`, values taken from the following words in the order of the letters; undefined when a letter is no option. */
export function readBundle(args: readonly ShellWord[], tables: readonly OptionTable[]): OptionsRead | undefined {
  const word = args[0];
  const letters = word?.value;
  if (word === undefined || letters === undefined || !/^[A-Za-z]+$/.test(letters)) return undefined;
  const options: Option[] = [];
  let used = 0;
  for (const letter of letters) {
    const name = `-${letter}`;
    const table = tables.find(({ flags, values }) => nameSet(flags).has(name) || nameSet(values).has(name));
    if (table === undefined) return undefined;
    const takesValue = !nameSet(table.flags).has(name);
    const valueWord = takesValue ? args[++used] : undefined;
    options.push({ name, value: valueWord?.value, word, valueWord, known: !takesValue || valueWord !== undefined });
  }
  return { options, used };
}
