import type { Invocation, ShellWord } from '../shell/index.js';
import { patternOf } from '../shell/index.js';
import { joinPath } from './paths.js';

/** What one command does to files and beyond. Paths are absolute globs. */
export interface CommandEffects {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly removes: readonly string[];
  readonly network: boolean;
  /** Environment names (or prefixes, `npm_config_*`) that change what it does. */
  readonly environment: readonly string[];
  /** Why the command may read and write anything; undefined when it is understood. */
  readonly opaque: string | undefined;
}

/** Where a command runs. */
export interface CommandPlace {
  /** Current directory; undefined when not known. */
  readonly cwd: string | undefined;
  readonly home: string | undefined;
  readonly lookup: (name: string) => string | undefined;
}

const NOTHING: CommandEffects = {
  reads: [],
  writes: [],
  removes: [],
  network: false,
  environment: [],
  opaque: undefined,
};

export function opaqueEffects(why: string): CommandEffects {
  return { ...NOTHING, reads: ['/**'], writes: ['/**'], network: true, environment: ['*'], opaque: why };
}

/** What an invocation reads, writes and removes, by the model of its tool. */
export function commandEffects(invocation: Invocation, place: CommandPlace): CommandEffects {
  const { tool, use, model } = invocation;
  if (tool === '') return { ...NOTHING, ...redirectEffects(invocation, place) };
  if (tool === undefined) return opaqueEffects('the program name is not literal');
  if (model === undefined) return opaqueEffects(`${tool} is not modelled`);
  if (use === undefined) return opaqueEffects(`${tool} ${invocation.subcommand} is not modelled`);
  if (use.opaque !== undefined) return opaqueEffects(use.opaque);
  const strange = invocation.options.find(({ name }) => use.opaqueOption?.includes(name));
  if (strange !== undefined) return opaqueEffects(`${tool} ${strange.name}`);

  const directory = directoryOf(invocation, place);
  const paths = new PathList({ ...place, cwd: directory });
  const operands = invocation.operands.slice(use.skip ?? 0);
  switch (use.operands) {
    case 'reads':
      for (const word of operands) paths.add('reads', word);
      break;
    case 'writes':
      for (const word of operands) paths.add('writes', word);
      break;
    case 'updates':
      for (const word of operands) paths.add('reads', word).add('writes', word);
      break;
    case 'removes':
      for (const word of operands) paths.add('removes', word);
      break;
    case 'copies':
    case 'moves':
      for (const word of operands.slice(0, -1))
        paths.add(use.operands === 'moves' ? 'removes' : 'reads', word).add('reads', word);
      if (operands.length > 0) paths.add('writes', operands.at(-1)!);
      break;
    case 'packages':
      for (const word of operands) if (/^[./~]|\//.test(word.value ?? '')) paths.add('reads', word);
      break;
    case 'script':
      return opaqueEffects(`${tool} runs ${operands[0]?.text ?? 'a program'}`);
    default:
  }
  for (const option of invocation.options) {
    const value = option.valueWord;
    const glued = option.value;
    if (use.readsOption?.includes(option.name)) paths.add('reads', value, glued);
    if (use.writesOption?.includes(option.name)) paths.add('writes', value, glued);
  }
  for (const path of use.reads ?? []) paths.addPath('reads', path);
  for (const path of use.writes ?? []) paths.addPath('writes', path);
  if (paths.unknown !== undefined) return opaqueEffects(`${tool}: the path ${paths.unknown} is not known`);
  const redirects = redirectEffects(invocation, place);
  return {
    reads: [...paths.reads, ...redirects.reads],
    writes: [...paths.writes, ...redirects.writes],
    removes: paths.removes,
    network: use.network ?? false,
    environment: [...(model.environment ?? []), ...(use.environment ?? [])],
    opaque: undefined,
  };
}

function directoryOf(invocation: Invocation, place: CommandPlace): string | undefined {
  const names = [...(invocation.model?.directoryOption ?? []), ...(invocation.use?.directoryOption ?? [])];
  const option = invocation.options.find(({ name }) => names.includes(name));
  if (option === undefined) return place.cwd;
  const value = option.valueWord === undefined ? option.value : patternOf(option.valueWord, place.lookup);
  return value === undefined ? undefined : resolvePath(value, place);
}

function redirectEffects(invocation: Invocation, place: CommandPlace): Pick<CommandEffects, 'reads' | 'writes'> {
  const paths = new PathList(place);
  for (const { operator, target } of invocation.command.redirects) {
    if (target === undefined || operator.includes('&') || operator === '<<<') continue;
    if (target.value === '/dev/null') continue;
    paths.add(operator === '<' ? 'reads' : 'writes', target);
  }
  return paths.unknown === undefined ? paths : { reads: [], writes: ['/**'] };
}

/** An absolute glob for a path as written; undefined when it depends on something not known. */
export function resolvePath(path: string, place: CommandPlace): string | undefined {
  let expanded = path;
  if (path === '~' || path.startsWith('~/')) {
    if (place.home === undefined) return undefined;
    expanded = place.home + path.slice(1);
  }
  if (expanded.startsWith('/')) return joinPath('/', expanded);
  return place.cwd === undefined ? undefined : joinPath(place.cwd, expanded);
}

/** Collects resolved paths by role; remembers the first that could not be resolved. */
class PathList {
  readonly reads: string[] = [];
  readonly writes: string[] = [];
  readonly removes: string[] = [];
  unknown: string | undefined;

  constructor(readonly place: CommandPlace) {}

  add(role: 'reads' | 'writes' | 'removes', word: ShellWord | undefined, literal?: string): this {
    const text = word === undefined ? literal : patternOf(word, this.place.lookup);
    if (text === undefined) this.unknown ??= word?.text ?? '?';
    else if (text !== '-') this.addPath(role, text);
    return this;
  }

  addPath(role: 'reads' | 'writes' | 'removes', path: string): void {
    const resolved = resolvePath(path, this.place);
    if (resolved === undefined) this.unknown ??= path;
    else this[role].push(resolved);
  }
}
