import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ExitCode, type Io, main } from '../../src/cli.js';
import { argumentText } from '../../src/dockerfile/index.js';
import { type AnyTransform, defineTransform, type Level } from '../../src/transform/index.js';

/** Turns `echo hi` into `echo hello`; leaves `echo no` alone and says so. */
export const sayHello = greeting('say-hello', 'hi', 'hello', 'safe');
/** Turns `echo bye` into `echo farewell`, which is above `safe`. */
export const sayFarewell = greeting('say-farewell', 'bye', 'farewell', 'review');
/** As `say-hello`, for another word; runs only when named. */
export const whisper = greeting('whisper', 'LOUD', 'quiet', 'safe', 'opt-in');
/** Adds a line to .dockerignore, where there is a project. */
export const ignoreGit = defineTransform({
  meta: { ...meta('ignore-git', 'safe'), needs: ['project'] },
  find(file, { project, propose }) {
    const before = project?.context.read('.dockerignore');
    const run = file.instructions.find((instruction) => argumentText(instruction) === 'true');
    if (project === undefined || before?.includes('.git') === true || run === undefined) return;
    const after = `${before ?? ''}.git\n`;
    const edit = { span: { start: run.span.end - 4, end: run.span.end }, text: ':' };
    propose({
      at: run.span,
      edits: [edit],
      files: [{ path: '.dockerignore', before, after }],
      what: 'x',
      level: 'safe',
    });
  },
});

function meta(name: string, level: Level) {
  return {
    name,
    summary: `Test ${name}`,
    why: `Because of ${name}.`,
    phase: 'runtime',
    level,
    assumes: level === 'safe' ? [] : ['nobody minds'],
    needs: [],
    preset: 'default',
    sameAs: [],
    references: [],
    options: { word: { default: '', describe: 'Another word to write' } },
  } as const;
}

function greeting(name: string, from: string, to: string, level: Level, preset: 'default' | 'opt-in' = 'default') {
  return defineTransform({
    meta: { ...meta(name, level), preset },
    find(file, { options, propose, decline }) {
      const word = options.word === '' ? to : options.word;
      for (const instruction of file.instructions) {
        const text = file.slice(instruction.span);
        if (text === 'RUN echo no') decline('somebody said no', instruction.span);
        const at = text.indexOf(`echo ${from}`);
        if (at < 0) continue;
        const start = instruction.span.start + at + 'echo '.length;
        const edit = { span: { start, end: start + from.length }, text: word };
        propose({ at: instruction.span, edits: [edit], what: `say ${word}`, level });
      }
    },
  });
}

export const testTransforms: readonly AnyTransform[] = [sayHello, sayFarewell, whisper, ignoreGit];

/** A folder of its own under the system's temporary one, with these files in it. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Folder {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'dfix-cli-')));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  }
  return {
    root,
    read: (name) => readFileSync(path.join(root, name), 'utf8'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

export interface Folder {
  readonly root: string;
  read(name: string): string;
  remove(): void;
}

export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Io['env'];
  readonly isTTY?: boolean;
  readonly transforms?: readonly AnyTransform[];
}

/** Runs the command line in this process, with what it prints caught. */
export async function dfix(cwd: string, argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { io, said } = caught(cwd, options);
  const code = await main(argv, io, options.transforms ?? testTransforms);
  return { code, ...said() };
}

/** What a command runs in, and what it has printed so far. */
export function caught(cwd: string, { stdin = '', env = {}, isTTY = false }: RunOptions = {}) {
  let [out, err] = ['', ''];
  const io: Io = {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    stdin: chunks(stdin),
    cwd,
    env,
    isTTY,
  };
  return { io, said: () => ({ out, err }) };
}

async function* chunks(text: string | Uint8Array): AsyncGenerator<string | Uint8Array> {
  yield await Promise.resolve(text);
}
