import { BuildError, type Tree, join, parent } from './tree.js';
import { tools } from './tools.js';

/** What a command sees and may change. */
export interface Process {
  readonly tree: Tree;
  readonly env: Map<string, string>;
  /** `uid:gid`. */
  readonly user: string;
  cwd: string;
  /** `set -e`. */
  strict: boolean;
}

/** A construct or command that the oracle does not know: the test's fault, never a result. */
export class Unknown extends Error {}

type Token = { readonly word: string; readonly quoted: boolean } | { readonly operator: string };

/**
 * Runs a script as `/bin/sh -c` does, for the part of the language that the generated builds and the rewrites use:
 * lists, groups, `if`, pipelines, redirections to files, quotes and variables.
 * @throws BuildError when its exit code is not 0.
 */
export function runScript(script: string, process: Process): void {
  const parser = new Parser(tokenize(script));
  const { ok, error } = parser.list(process, true);
  if (!parser.done) throw new Unknown(`shell: ${script}`);
  if (!ok) throw error ?? new BuildError(`exit code 1: ${script}`);
}

interface Status {
  readonly ok: boolean;
  readonly error?: BuildError | undefined;
  readonly output?: string;
}

class Parser {
  private at = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  get done(): boolean {
    return this.at >= this.tokens.length;
  }

  /** A list; with `run` false it is only skipped. */
  list(process: Process, run: boolean): Status {
    let status: Status = { ok: true };
    let live = run;
    while (!this.done && !this.closes()) {
      if (this.operator(';') || this.operator('\n')) continue;
      const { status: next, last } = this.andOr(process, live);
      if (!live) continue;
      status = next;
      if (!status.ok && process.strict && last) live = false;
    }
    return status;
  }

  private andOr(process: Process, run: boolean): { status: Status; last: boolean } {
    let status = this.pipeline(process, run);
    let last = true;
    for (;;) {
      const and = this.operator('&&');
      if (!and && !this.operator('||')) return { status, last };
      while (this.operator('\n'));
      const wanted = run && status.ok === and;
      const next = this.pipeline(process, wanted);
      // `set -e` does not fire for a command that is not the last of its list.
      if (wanted) status = next;
      last = wanted;
    }
  }

  private pipeline(process: Process, run: boolean): Status {
    const negated = this.word('!');
    let status = this.command(process, run, '');
    while (this.operator('|')) status = this.command(process, run, status.output ?? '');
    return negated ? { ok: !status.ok } : status;
  }

  private command(process: Process, run: boolean, input: string): Status {
    if (this.word('if')) return this.condition(process, run);
    if (this.word('{')) {
      const status = this.list(process, run);
      if (!this.word('}')) throw new Unknown('a group that does not end');
      return status;
    }
    if (this.operator('(')) {
      const inner = { ...process, env: new Map(process.env) };
      const status = this.list(inner, run);
      if (!this.operator(')')) throw new Unknown('a subshell that does not end');
      return status;
    }
    return this.simple(process, run, input);
  }

  private condition(process: Process, run: boolean): Status {
    const strict = process.strict;
    process.strict = false;
    const test = this.list(process, run);
    process.strict = strict;
    if (!this.word('then')) throw new Unknown('if without then');
    const then = this.list(process, run && test.ok);
    const otherwise = this.word('else') ? this.list(process, run && !test.ok) : { ok: true };
    if (!this.word('fi')) throw new Unknown('if without fi');
    return test.ok ? then : otherwise;
  }

  private simple(process: Process, run: boolean, input: string): Status {
    const words: Token[] = [];
    let target: { path: string; append: boolean } | undefined;
    for (;;) {
      const token = this.tokens[this.at];
      if (token === undefined) break;
      if ('word' in token) {
        words.push(token);
        this.at++;
        continue;
      }
      if (token.operator !== '>' && token.operator !== '>>') break;
      this.at++;
      const to = this.tokens[this.at++];
      if (to === undefined || !('word' in to)) throw new Unknown('a redirection to nothing');
      target = { path: to.word, append: token.operator === '>>' };
    }
    if (words.length === 0) throw new Unknown('an empty command');
    if (!run) return { ok: true };
    try {
      const output = runSimple(words as Extract<Token, { word: string }>[], process, input);
      if (target === undefined) return { ok: true, output };
      const path = join(process.cwd, expand(target.path, process.env));
      if (path !== '/dev/null') {
        const old = target.append && process.tree.get(path)?.kind === 'file' ? process.tree.read(path) : '';
        process.tree.write(path, old + output, process.user);
      }
      return { ok: true, output: '' };
    } catch (error) {
      if (error instanceof BuildError) return { ok: false, error };
      throw error;
    }
  }

  private closes(): boolean {
    const token = this.tokens[this.at];
    if (token === undefined) return true;
    if ('operator' in token) return token.operator === ')';
    return !token.quoted && ['}', 'then', 'else', 'fi'].includes(token.word);
  }

  private operator(text: string): boolean {
    const token = this.tokens[this.at];
    if (token === undefined || !('operator' in token) || token.operator !== text) return false;
    this.at++;
    return true;
  }

  private word(text: string): boolean {
    const token = this.tokens[this.at];
    if (token === undefined || !('word' in token) || token.quoted || token.word !== text) return false;
    this.at++;
    return true;
  }
}

function runSimple(words: readonly { word: string; quoted: boolean }[], process: Process, input: string): string {
  const env = new Map(process.env);
  let first = 0;
  for (; first < words.length; first++) {
    const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(words[first]?.word ?? '');
    if (match === null) break;
    env.set(match[1] ?? '', expand(match[2] ?? '', process.env));
  }
  const [name, ...args] = words
    .slice(first)
    .flatMap(({ word, quoted }) => glob(expand(word, process.env), quoted, process));
  if (name === undefined) {
    for (const [key, value] of env) process.env.set(key, value);
    return '';
  }
  if (/^(?:\/bin\/)?(?:ba)?sh$/.test(name)) {
    const [option = '', script = ''] = args;
    if (!/^-[el]*c$/.test(option)) throw new Unknown(`${name} ${option}`);
    runScript(script, { ...process, env, strict: option.includes('e') });
    return '';
  }
  const builtIn = builtIns[name];
  if (builtIn !== undefined) return builtIn(args, process);
  const tool = tools[name];
  if (tool === undefined) throw new Unknown(`command ${name}`);
  return tool(args, { ...process, env }, input) ?? '';
}

const builtIns: Readonly<Record<string, (args: readonly string[], process: Process) => string>> = {
  cd: ([path = '/root'], process) => {
    const target = join(process.cwd, path);
    if (!process.tree.isFolder(target)) throw new BuildError(`cd: ${path}: no such folder`);
    process.cwd = target;
    return '';
  },
  set: (args, process) => {
    if (args.some((arg) => /^-\w*e/.test(arg))) process.strict = true;
    return '';
  },
  export: (args, process) => {
    for (const arg of args) {
      const at = arg.indexOf('=');
      if (at > 0) process.env.set(arg.slice(0, at), arg.slice(at + 1));
    }
    return '';
  },
  true: () => '',
  ':': () => '',
  false: () => {
    throw new BuildError('false');
  },
  echo: (args) => `${args.join(' ')}\n`,
  pwd: (_, { cwd }) => `${cwd}\n`,
  '[': (args, process) => test(args.slice(0, -1), process),
  test: (args, process) => test(args, process),
};

function test(args: readonly string[], { tree, cwd }: Process): string {
  const [flag, path = ''] = args;
  const entry = tree.get(join(cwd, path));
  const holds =
    flag === '-f' || flag === '-e' || flag === '-d'
      ? entry !== undefined && (flag === '-e' || entry.kind === (flag === '-f' ? 'file' : 'folder'))
      : undefined;
  if (holds === undefined) throw new Unknown(`test ${args.join(' ')}`);
  if (!holds) throw new BuildError(`test ${args.join(' ')}`);
  return '';
}

/** A word's variables, outside single quotes; quotes and escapes are marked by the tokenizer. */
function expand(word: string, env: ReadonlyMap<string, string>): string {
  return word
    .replace(/\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g, (_, braced?: string, fallback?: string, bare?: string) => {
      const value = env.get(braced ?? bare ?? '');
      return value === undefined || (value === '' && fallback !== undefined) ? (fallback ?? '') : value;
    })
    .replaceAll(LITERAL_DOLLAR, '$');
}

const LITERAL_DOLLAR = '\u0001';

function glob(word: string, quoted: boolean, { tree, cwd }: Process): readonly string[] {
  if (!quoted && word === '') return [];
  if (quoted || !word.includes('*')) return [word];
  const at = join(cwd, parent(join('/', word)) === '/' && !word.startsWith('/') ? '.' : parent(word));
  const name = word.slice(word.lastIndexOf('/') + 1);
  if (word.slice(0, -name.length).includes('*')) throw new Unknown(`glob ${word}`);
  const pattern = new RegExp(`^${name.split('*').map(escapeRegExp).join('.*')}$`);
  const found = tree.children(at).filter((path) => {
    const last = path.slice(path.lastIndexOf('/') + 1);
    return pattern.test(last) && (!last.startsWith('.') || name.startsWith('.'));
  });
  return found.length > 0 ? found : [word];
}

function escapeRegExp(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}

function tokenize(script: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < script.length) {
    const operator = /^(?:&&|\|\||>>|[;|()\n>])/.exec(script.slice(at, at + 2));
    if (operator !== null) {
      tokens.push({ operator: operator[0] });
      at += operator[0].length;
    } else if (/[ \t]/.test(script[at] ?? '')) at++;
    else if (script.startsWith('\\\n', at)) at += 2;
    else if (script[at] === '#') at = Math.max(script.indexOf('\n', at), at + 1);
    else if (/[<&`]/.test(script[at] ?? '') || script.startsWith('$(', at)) throw new Unknown(`shell: ${script}`);
    else {
      const word = readWord(script, at);
      tokens.push({ word: word.text, quoted: word.quoted });
      at = word.end;
    }
  }
  return tokens;
}

function readWord(script: string, start: number): { text: string; quoted: boolean; end: number } {
  let [text, quoted, at] = ['', false, start];
  while (at < script.length && !/[\s;|&()<>]/.test(script[at] ?? '')) {
    const char = script[at] ?? '';
    if (char === "'") {
      const end = script.indexOf("'", at + 1);
      text += script.slice(at + 1, end).replaceAll('$', LITERAL_DOLLAR);
      [quoted, at] = [true, end + 1];
    } else if (char === '"') {
      const end = script.indexOf('"', at + 1);
      const inner = script.slice(at + 1, end);
      if (/[\\`]|\$\(/.test(inner)) throw new Unknown(`shell: ${script}`);
      [text, quoted, at] = [text + inner, true, end + 1];
    } else if (char === '\\') {
      if (script[at + 1] !== '\n') text += script[at + 1] === '$' ? LITERAL_DOLLAR : (script[at + 1] ?? '');
      at += 2;
    } else if (char === '`' || script.startsWith('$(', at)) throw new Unknown(`shell: ${script}`);
    else {
      text += char;
      at++;
    }
  }
  return { text, quoted, end: at };
}
