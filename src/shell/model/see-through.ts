import type { ShellCommand, ShellWord } from '../syntax.js';
import { toolAt } from './index.js';
import { looksLikeOption, readOption } from './read-options.js';
import type { ToolModel } from './types.js';
import { corepackTools, type Wrapper, wrappers as table } from './wrappers.js';

/** A program's place: `folder` is undefined when it is started by its name alone, a variable in it is `$`. */
export interface Program {
  readonly folder: string | undefined;
  readonly name: string;
  /** As written. */
  readonly path: string;
}

/** The command behind the wrappers. */
export interface Seen {
  readonly program: Program | undefined;
  readonly args: readonly ShellWord[];
  readonly environment: readonly (readonly [name: string, value: ShellWord | undefined])[];
  readonly wrappers: readonly string[];
  readonly user: string | undefined;
}

type Environment = (readonly [name: string, value: ShellWord | undefined])[];

/** Looks through `sudo`, `env A=b`, `time`, `xargs` and their kin, and through `python3 -m pip`, `php composer.phar`, `corepack pnpm`. */
export function seeThrough(command: ShellCommand): Seen {
  const environment: Environment = command.assignments.map(({ name, value }) => [name, value] as const);
  const names: string[] = [];
  let user: string | undefined;
  let words: readonly ShellWord[] = command.words;
  for (;;) {
    const program = programOf(words[0]);
    const wrapper = program === undefined || !ownFolder(program.folder) ? undefined : table.get(program.name);
    if (program === undefined || wrapper === undefined) break;
    const rest = skipWrapper(wrapper, words.slice(1));
    if (rest === undefined || rest.words.length === 0) break;
    environment.push(...rest.environment);
    names.push(program.name);
    if (wrapper.user !== undefined) user = rest.user;
    words = rest.words;
  }
  let program = programOf(words[0]);
  let args: readonly ShellWord[] = words.slice(1);
  for (let step = 0; step < 2 && program !== undefined; step++) {
    const inner = innerTool(program, args);
    if (inner === undefined) break;
    names.push(program.name);
    program = inner.program;
    args = inner.args;
  }
  return { program, args, environment, wrappers: names, user };
}

function ownFolder(folder: string | undefined): boolean {
  return folder === undefined || /^\/(usr\/(local\/)?)?s?bin$/.test(folder);
}

function programOf(word: ShellWord | undefined): Program | undefined {
  if (word === undefined) return undefined;
  const path =
    word.value ?? word.pieces.map((piece) => (piece.kind === 'text' && !piece.glob ? piece.value : '$')).join('');
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  if (name === '' || (word.value === undefined && (slash < 0 || name.includes('$')))) return undefined;
  return { folder: slash < 0 ? undefined : path.slice(0, Math.max(slash, 1)), name, path: word.text };
}

interface Unwrapped {
  readonly words: readonly ShellWord[];
  readonly user: string | undefined;
  readonly environment: Environment;
}

function skipWrapper(wrapper: Wrapper, words: readonly ShellWord[]): Unwrapped | undefined {
  const environment: Environment = [];
  let user = wrapper.otherwise;
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at]!;
    const assignment = wrapper.assigns === true ? assignmentOf(word) : undefined;
    if (assignment !== undefined) {
      environment.push(assignment);
      continue;
    }
    if (word.value === '--') {
      at++;
      break;
    }
    if (!looksLikeOption(word) && !(word.value === '-' && wrapper.flags?.endsWith(' -') === true)) break;
    if (word.value === '-') continue;
    const read = readOption(words, at, [wrapper], {});
    if (read.options.some(({ known }) => !known)) return undefined;
    for (const { name, value, valueWord, word: own } of read.options)
      if (wrapper.user?.includes(name) === true) user = value ?? (valueWord ?? own).text;
    at += read.used;
  }
  if (wrapper.user === 'operand') user = words[at]?.value ?? words[at]?.text;
  return { words: words.slice(at + (wrapper.skip ?? 0)), user: user?.replace(/:.*/, ''), environment };
}

function assignmentOf(word: ShellWord): Environment[number] | undefined {
  const head = /^([A-Za-z_]\w*)=/.exec(word.text);
  if (head === null) return undefined;
  const value = word.value?.slice(head[0].length);
  return [
    head[1]!,
    value === undefined ? undefined : { ...word, value, pieces: [{ kind: 'text' as const, value, glob: false }] },
  ];
}

function innerTool(
  program: Program,
  args: readonly ShellWord[],
): { program: Program; args: readonly ShellWord[] } | undefined {
  if (program.name === 'corepack' && ownFolder(program.folder) && corepackTools.has(args[0]?.value ?? ''))
    return { program: programOf(args[0])!, args: args.slice(1) };
  const model = toolAt(program.folder, program.name);
  if (model?.modules !== undefined) return moduleTool(model, program, args);
  if (model?.programs === undefined) return undefined;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (!looksLikeOption(word)) {
      const name = (word.value ?? word.text).replace(/^.*\//, '');
      const tool = Object.hasOwn(model.programs, name) ? model.programs[name] : undefined;
      return tool === undefined
        ? undefined
        : { program: { folder: undefined, name: tool, path: tool }, args: args.slice(at + 1) };
    }
    const use = model.uses[''];
    const read = readOption(args, at, use === undefined ? [model] : [use, model], model);
    if (word.value === '--') return standardInputTool(model, args.slice(at + 1));
    if (read.options.some(({ known, name }) => !known || name === '-r')) return undefined;
    at += read.used;
  }
  return undefined;
}

/** `curl … | php -- --install-dir=/usr/local/bin`: options that only one tool has tell which program comes in. */
function standardInputTool(
  model: ToolModel,
  args: readonly ShellWord[],
): { program: Program; args: readonly ShellWord[] } | undefined {
  const tool = model.programs?.['--'];
  const use = tool === undefined ? undefined : toolAt(undefined, tool)?.uses[''];
  if (tool === undefined || use === undefined || args.length === 0) return undefined;
  for (let at = 0; at < args.length; at++) {
    if (!looksLikeOption(args[at]!)) return undefined;
    const read = readOption(args, at, [use], {});
    if (read.options.some(({ known }) => !known)) return undefined;
    at += read.used;
  }
  return { program: { folder: undefined, name: tool, path: tool }, args };
}

/** `python3 -u -m pip install`: the module is the tool, in the interpreter's folder. */
function moduleTool(
  model: ToolModel,
  program: Program,
  args: readonly ShellWord[],
): { program: Program; args: readonly ShellWord[] } | undefined {
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word.value === '-m') {
      const name = args[at + 1]?.value ?? '';
      if (model.modules?.includes(name) !== true) return undefined;
      return { program: { folder: program.folder, name, path: name }, args: args.slice(at + 2) };
    }
    if (!looksLikeOption(word)) return undefined;
    const read = readOption(args, at, [model.uses['']!], model);
    if (read.options.some(({ known }) => !known)) return undefined;
    at += read.used;
  }
  return undefined;
}
