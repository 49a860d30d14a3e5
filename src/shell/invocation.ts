import { toolNamed } from './model/index.js';
import type { ToolModel, UseModel } from './model/types.js';
import type { ShellAssignment, ShellCommand, ShellWord } from './syntax.js';

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

/** A simple command seen through its wrappers, split by the model of its tool. */
export interface Invocation {
  readonly command: ShellCommand;
  /** Program name without folder; undefined when it is not literal. */
  readonly tool: string | undefined;
  readonly subcommand: string;
  readonly options: readonly Option[];
  readonly operands: readonly ShellWord[];
  /** All words after the program name. */
  readonly args: readonly ShellWord[];
  /** `A=b cmd` and `env A=b cmd`. */
  readonly environment: readonly (readonly [name: string, value: ShellWord | undefined])[];
  /** Wrappers that were seen through, outermost first: `sudo`, `env`, `time` … */
  readonly wrappers: readonly string[];
  /** The user that a wrapper switches to, when literal. */
  readonly user: string | undefined;
  readonly model: ToolModel | undefined;
  readonly use: UseModel | undefined;
}

/** Wrappers and their options: without a value, with one; `first` operands to skip before the command. */
const WRAPPERS: Readonly<Record<string, { readonly flags: string; readonly values: string; readonly first?: number }>> =
  {
    sudo: {
      flags: '-E -H -n -S -i -s -k --preserve-env --login --non-interactive',
      values: '-u -g -p -C --user --group',
    },
    env: { flags: '-i --ignore-environment -', values: '-u --unset -C --chdir' },
    time: { flags: '-p -v', values: '-f -o' },
    exec: { flags: '-c -l', values: '-a' },
    command: { flags: '-p', values: '' },
    builtin: { flags: '', values: '' },
    nice: { flags: '', values: '-n --adjustment' },
    ionice: { flags: '-t', values: '-c -n' },
    nohup: { flags: '', values: '' },
    timeout: { flags: '--preserve-status --foreground -v', values: '-s -k --signal --kill-after', first: 1 },
    gosu: { flags: '', values: '', first: 1 },
    'su-exec': { flags: '', values: '', first: 1 },
    xargs: {
      flags: '-0 -r -t -p --null --no-run-if-empty --verbose',
      values: '-n -I -L -P -d -E -s -a --max-args --max-procs --delimiter --arg-file',
    },
    eatmydata: { flags: '', values: '' },
    setarch: { flags: '-R', values: '', first: 1 },
    stdbuf: { flags: '', values: '-i -o -e' },
    catchsegv: { flags: '', values: '' },
    tini: { flags: '-g -s -v -w', values: '-e -p' },
    'dumb-init': { flags: '-v -c --single-child', values: '--rewrite' },
    'cross-env': { flags: '', values: '' },
  };

const memo = new WeakMap<ShellCommand, Invocation>();

/** Splits a simple command; a command that only assigns variables has the tool `''`. */
export function readInvocation(command: ShellCommand): Invocation {
  const known = memo.get(command);
  if (known !== undefined) return known;
  const invocation = build(command);
  memo.set(command, invocation);
  return invocation;
}

function build(command: ShellCommand): Invocation {
  const environment = command.assignments.map(({ name, value }: ShellAssignment) => [name, value] as const);
  const wrappers: string[] = [];
  let user: string | undefined;
  let words = command.words;
  for (;;) {
    const name = programName(words[0]);
    const wrapper = name === undefined || !Object.hasOwn(WRAPPERS, name) ? undefined : WRAPPERS[name];
    if (name === undefined || wrapper === undefined) break;
    const rest = skipWrapper(wrapper, words.slice(1), environment);
    if (rest === undefined || (rest.words.length === 0 && name !== 'env')) break;
    if (rest.words.length === 0) break;
    wrappers.push(name);
    if (name === 'sudo') user = rest.user ?? 'root';
    if (name === 'gosu' || name === 'su-exec') user = words[1]?.value?.replace(/:.*/, '');
    words = rest.words;
  }
  const tool = words.length === 0 ? '' : programName(words[0]);
  const args = words.slice(1);
  const model = tool === undefined || tool === '' ? undefined : toolNamed(tool);
  return { command, tool, args, environment, wrappers, user, model, ...split(model, args) };
}

function programName(word: ShellWord | undefined): string | undefined {
  return word?.value?.replace(/^.*\//, '');
}

function skipWrapper(
  wrapper: { readonly flags: string; readonly values: string; readonly first?: number },
  words: readonly ShellWord[],
  environment: (readonly [string, ShellWord | undefined])[],
): { words: readonly ShellWord[]; user?: string } | undefined {
  const flags = wrapper.flags.split(' ');
  const values = wrapper.values.split(' ');
  let user: string | undefined;
  let at = 0;
  for (; at < words.length; at++) {
    const text = words[at]!.value;
    const assignment = /^([A-Za-z_]\w*)=/.exec(words[at]!.text);
    if (assignment !== null) {
      const whole = words[at]!;
      const offset = assignment[0].length;
      const value =
        whole.value === undefined
          ? undefined
          : {
              ...whole,
              value: whole.value.slice(offset),
              pieces: [{ kind: 'text' as const, value: whole.value.slice(offset), glob: false }],
            };
      environment.push([assignment[1]!, value]);
      continue;
    }
    if (text === undefined) break;
    if (text === '--') {
      at++;
      break;
    }
    if (!text.startsWith('-')) break;
    const name = text.replace(/=.*/s, '');
    if (flags.includes(name) || /^-\d+$/.test(name)) continue;
    if (values.includes(name)) {
      if (!text.includes('=')) at++;
      if (name === '-u' || name === '--user')
        user = text.includes('=') ? text.slice(name.length + 1) : words[at]?.value;
      continue;
    }
    if (values.some((value) => /^-\w$/.test(value) && text.startsWith(value))) continue;
    return undefined;
  }
  const rest = words.slice(at + (wrapper.first ?? 0));
  return user === undefined ? { words: rest } : { words: rest, user };
}

const listMemo = new Map<string, ReadonlySet<string>>();
function list(text: string | undefined): ReadonlySet<string> {
  const key = text ?? '';
  let set = listMemo.get(key);
  if (set === undefined) listMemo.set(key, (set = new Set(key.split(' ').filter((word) => word !== ''))));
  return set;
}

function split(
  model: ToolModel | undefined,
  args: readonly ShellWord[],
): Pick<Invocation, 'subcommand' | 'options' | 'operands' | 'use'> {
  if (model === undefined) return { subcommand: '', options: [], operands: args, use: undefined };
  const chosen = chooseUse(model, args);
  const flags = [list(model.flags), list(chosen.use?.flags)];
  const values = [list(model.values), list(chosen.use?.values)];
  const options: Option[] = [];
  const operands: ShellWord[] = [];
  const takesValue = (name: string): boolean => values.some((set) => set.has(name));
  const takesNone = (name: string): boolean => flags.some((set) => set.has(name));
  let onlyOperands = false;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (chosen.words.includes(word)) continue;
    const head = word.pieces[0]?.kind === 'text' ? word.pieces[0].value : '';
    if (onlyOperands || !head.startsWith('-') || head === '-') {
      operands.push(word);
      continue;
    }
    if (word.value === '--') {
      onlyOperands = true;
      continue;
    }
    const equals = head.indexOf('=');
    const name = equals > 0 ? head.slice(0, equals) : head;
    const add = (option: string, value: string | undefined, valueWord: ShellWord | undefined, known: boolean): void =>
      void options.push({ name: option, value, word, valueWord, known });
    if (equals > 0) {
      const value = word.value?.slice(equals + 1);
      add(name, value, undefined, takesValue(name) || takesNone(name));
    } else if (takesNone(name)) add(name, undefined, undefined, true);
    else if (takesValue(name)) {
      const next = args[at + 1];
      add(name, next?.value, next, next !== undefined);
      at++;
    } else if (/^-[A-Za-z0-9]{2,}/.test(name)) {
      if (cluster(name, word, at, args, takesNone, takesValue, add)) at++;
    } else add(name, undefined, undefined, false);
  }
  return { subcommand: chosen.name, options, operands, use: chosen.use };
}

/** Takes `-yqo value` apart; returns whether the next word was used as a value. */
function cluster(
  name: string,
  word: ShellWord,
  at: number,
  args: readonly ShellWord[],
  takesNone: (name: string) => boolean,
  takesValue: (name: string) => boolean,
  add: (option: string, value: string | undefined, valueWord: ShellWord | undefined, known: boolean) => void,
): boolean {
  for (let i = 1; i < name.length; i++) {
    const option = `-${name[i]!}`;
    if (takesNone(option)) add(option, undefined, undefined, true);
    else if (takesValue(option)) {
      const glued = name.slice(i + 1);
      if (glued !== '' || word.value !== name) {
        add(option, word.value?.slice(i + 1), undefined, true);
        return false;
      }
      const next = args[at + 1];
      add(option, next?.value, next, next !== undefined);
      return true;
    } else {
      add(i === 1 ? name : option, undefined, undefined, false);
      return false;
    }
  }
  return false;
}

/** The longest subcommand that the tool's uses know; options may stand before and between. */
function chooseUse(
  model: ToolModel,
  args: readonly ShellWord[],
): { name: string; words: readonly ShellWord[]; use: UseModel | undefined } {
  const names = Object.keys(model.uses).filter((name) => name !== '' && name !== '*');
  if (names.length === 0) return { name: '', words: [], use: model.uses[''] ?? model.uses['*'] };
  const values = list(model.values);
  const plain: ShellWord[] = [];
  for (let at = 0; at < args.length && plain.length < 3; at++) {
    const word = args[at]!;
    const head = word.pieces[0]?.kind === 'text' ? word.pieces[0].value : '';
    if (word.value !== undefined && values.has(word.value)) at++;
    else if (!head.startsWith('-')) plain.push(word);
  }
  for (let count = Math.min(3, plain.length); count > 0; count--) {
    const words = plain.slice(0, count);
    const name = words.map((word) => word.value ?? '\0').join(' ');
    if (Object.hasOwn(model.uses, name)) return { name, words, use: model.uses[name] };
  }
  if (plain.length === 0) return { name: '', words: [], use: model.uses[''] };
  const first = plain[0]!;
  const other = model.uses['*'];
  return { name: first.value ?? '', words: other === undefined ? [first] : [], use: other };
}
