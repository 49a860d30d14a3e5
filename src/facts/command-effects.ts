import { type Invocation, patternOf, type ShellRedirect, type ShellWord, valueOf } from '../shell/index.js';
import { joinPath } from './paths.js';
import { BROAD } from './private-folders.js';

/** What one command does to files and beyond. Paths are absolute globs. */
interface CommandEffects {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly removes: readonly string[];
  /** Those of `writes` that stand for files of packages, wherever these put them. */
  readonly packageWrites: readonly string[];
  /** The packages, as written, whose files these are. */
  readonly packages: readonly string[];
  /** Also writes the folders above those in which programs are found by name (`/opt/venv` of `/opt/venv/bin`). */
  readonly writesPrefixes: boolean;
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
  packageWrites: [],
  packages: [],
  writesPrefixes: false,
  network: false,
  environment: [],
  opaque: undefined,
};

function opaqueEffects(why: string): CommandEffects {
  return { ...NOTHING, reads: ['/**'], writes: ['/**'], network: true, environment: ['*'], opaque: why };
}

/** By the place, which is one object for a command in a state. */
const memo = new WeakMap<CommandPlace, { readonly invocation: Invocation; readonly effects: CommandEffects }>();

/** What an invocation reads, writes and removes, by the model of its tool. */
export function commandEffects(invocation: Invocation, place: CommandPlace): CommandEffects {
  let known = memo.get(place);
  if (known?.invocation !== invocation)
    memo.set(place, (known = { invocation, effects: workOutEffects(invocation, place) }));
  return known.effects;
}

function workOutEffects(invocation: Invocation, place: CommandPlace): CommandEffects {
  const { tool, use, model } = invocation;
  if (tool === '') return { ...NOTHING, ...redirectEffects(invocation.command.redirects, place) };
  if (tool === undefined) return opaqueEffects('the program name is not literal');
  if (model === undefined) return opaqueEffects(`${tool} is not modelled`);
  if (use === undefined) return opaqueEffects(`${tool} ${invocation.subcommand} is not modelled`);
  if (use.opaque !== undefined) return opaqueEffects(use.opaque);
  const strange = invocation.options.find(({ name }) => use.opaqueOption?.includes(name));
  if (strange !== undefined) return opaqueEffects(`${tool} ${strange.name}`);
  const unknown = invocation.options.find(({ known }) => !known);
  if (unknown !== undefined) return opaqueEffects(`${tool} ${unknown.name} is not known`);
  if (use.operands === 'script' || use.operands === 'command') {
    return opaqueEffects(`${tool} runs ${invocation.operands[0]?.text ?? 'a program'}`);
  }

  const manifest = optionValue(invocation, use.manifestOption, place);
  const folder = optionValue(invocation, [...(model.directoryOption ?? []), ...(use.directoryOption ?? [])], place);
  const cwd =
    manifest === null || folder === null
      ? undefined
      : folder !== undefined
        ? resolvePath(folder, place)
        : manifest !== undefined
          ? parentOf(resolvePath(manifest, place))
          : place.cwd;
  const paths = new PathList({ ...place, cwd });
  if (typeof manifest === 'string') paths.addPath('reads', manifest, place);
  const skipped = use.skipUnless !== undefined && invocation.options.some(({ name }) => use.skipUnless!.includes(name));
  const operands = skipped ? invocation.operands : invocation.operands.slice(use.skip ?? 0);
  addOperands(invocation, paths, operands, place);
  if (invocation.wrappers.includes('xargs') && use.operands !== 'text') paths.addAnywhere();
  const target = invocation.options.find(({ name }) => use.targetOption?.includes(name));
  if (target !== undefined) paths.add('writes', target.valueWord, target.value, '/**');
  if (operands.length === 0) {
    for (const path of use.defaultReads ?? []) paths.addPath('reads', path);
    for (const path of use.defaultWrites ?? []) paths.addPath('writes', path);
  }
  for (const option of invocation.options) {
    if (use.readsOption?.includes(option.name)) paths.add('reads', option.valueWord, option.value, '/**');
    if (use.readsBeside?.includes(option.name)) paths.addFolder(option.valueWord, option.value);
    if (use.writesOption?.includes(option.name)) paths.add('writes', option.valueWord, option.value, '/**');
  }
  if (isBeside(invocation)) paths.addBeside();
  const prefix = use.writesPrefix === true ? prefixOf(invocation, place) : undefined;
  if (prefix !== undefined) {
    paths.addPath('reads', `${prefix}/**`, place);
    paths.addPath('writes', `${prefix}/**`, place);
  }
  for (const path of use.reads ?? []) paths.addPath('reads', path);
  for (const path of use.writes ?? []) paths.addPath('writes', path);
  for (const name of use.folderVariables ?? []) {
    const value = inlineValue(invocation, name, place) ?? place.lookup(name);
    if (value !== undefined && value !== '') paths.addPath('writes', `${value}/**`);
  }
  const redirects = redirectEffects(invocation.command.redirects, place);
  const packageWrites = (use.writes ?? []).filter((path) => BROAD.test(path));
  return {
    reads: [...paths.reads, ...redirects.reads],
    writes: [...paths.writes, ...redirects.writes],
    removes: paths.removes,
    packageWrites,
    writesPrefixes: use.writesPrefix === true && prefix === undefined,
    packages: packageWrites.length > 0 ? operands.map(({ text }) => text) : [],
    network: use.network ?? false,
    environment: [...(model.environment ?? []), ...(use.environment ?? [])],
    opaque: undefined,
  };
}

/** Whether what it writes has files of other names beside it. */
function isBeside({ use, options }: Invocation): boolean {
  const beside = use?.writesBeside ?? false;
  if (typeof beside === 'boolean') return beside;
  return options.some(({ name, value }) => beside.includes(name) && value !== undefined && value !== '');
}

/** The folder above the `bin` that a program is started from by its path: `/opt/venv` of `/opt/venv/bin/pip`. */
function prefixOf({ command, args }: Invocation, place: CommandPlace): string | undefined {
  const words = command.words.slice(0, command.words.length - args.length);
  const path = words.map((word) => valueOf(word, place.lookup) ?? word.text).findLast((text) => text.includes('/'));
  const prefix = path === undefined ? undefined : /^(.*)\/s?bin\/[^/]+$/.exec(path)?.[1];
  return prefix === undefined || prefix === '' || SYSTEM_PREFIX.test(prefix) ? undefined : prefix;
}

const SYSTEM_PREFIX = /^\/usr(?:\/local)?$/;

function addOperands(
  invocation: Invocation,
  paths: PathList,
  operands: readonly ShellWord[],
  place: CommandPlace,
): void {
  const use = invocation.use!;
  switch (use.operands) {
    case 'reads':
      for (const word of operands) {
        paths.add('reads', word, undefined, '/**');
        if (use.readsBeside !== undefined) paths.addFolder(word, undefined);
      }
      break;
    case 'writes':
      for (const word of operands) paths.add('writes', word, undefined, '/**');
      break;
    case 'updates':
      for (const word of operands) paths.add('reads', word, undefined, '/**').add('writes', word, undefined, '/**');
      break;
    case 'removes':
      for (const word of operands) paths.add('removes', word, undefined, '/**');
      break;
    case 'copies':
    case 'moves': {
      const targeted = invocation.options.some(({ name }) => use.targetOption?.includes(name));
      const sources = targeted || operands.length === 1 ? operands : operands.slice(0, -1);
      for (const word of sources) {
        paths.add('reads', word, undefined, '/**');
        if (use.operands === 'moves') paths.add('removes', word, undefined, '/**');
      }
      if (!targeted && operands.length > 1) paths.add('writes', operands.at(-1)!, undefined, '/**');
      if (!targeted && operands.length === 1) paths.addPath('writes', './**');
      break;
    }
    case 'packages':
      for (const word of operands) {
        const value = valueOf(word, place.lookup) ?? word.text;
        const path = value.replace(/\[[^[\]]*\]$/, ''); // extras: `.[test]`
        const isFile =
          /^[.~/]/.test(path) ||
          use.packageFiles?.some((end) => path.endsWith(end)) === true ||
          (use.slashIsPath === true && path.includes('/'));
        if (/(?:^|[@:]|\s)file:/.test(path)) paths.addPath('reads', '/**');
        else if (isFile && !path.includes('://')) paths.add('reads', path === value ? word : undefined, path, '/**');
      }
      break;
    default:
  }
}

/** The value of the first of some options; null when it is there and not known. */
function optionValue(
  invocation: Invocation,
  names: readonly string[] | undefined,
  place: CommandPlace,
): string | undefined | null {
  const option = invocation.options.find(({ name }) => names?.includes(name));
  if (option === undefined) return undefined;
  return (option.valueWord === undefined ? option.value : valueOf(option.valueWord, place.lookup)) ?? null;
}

function inlineValue({ environment }: Invocation, name: string, place: CommandPlace): string | undefined {
  const value = environment.find(([other]) => other === name)?.[1];
  return value === undefined ? undefined : valueOf(value, place.lookup);
}

function parentOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '/';
}

/** What redirects read and write; `2>&1` and `>&-` name no file. */
export function redirectEffects(
  redirects: readonly ShellRedirect[],
  place: CommandPlace,
): Pick<CommandEffects, 'reads' | 'writes'> {
  const paths = new PathList(place);
  for (const { operator, target } of redirects) {
    if (target === undefined || operator === '<<<') continue;
    if (/^[<>]&/.test(operator) && /^(?:\d+|-)?$/.test(target.value ?? '')) continue;
    if (target.value?.startsWith('/dev/') === true) continue;
    paths.add(operator === '<' ? 'reads' : 'writes', target);
  }
  return paths;
}

/** An absolute glob for a path as written; undefined when it depends on something not known. */
export function resolvePath(path: string, place: Pick<CommandPlace, 'cwd' | 'home'>): string | undefined {
  let expanded = path;
  if (path === '~' || path.startsWith('~/')) {
    if (place.home === undefined) return undefined;
    expanded = place.home + path.slice(1);
  }
  if (expanded.startsWith('/')) return joinPath('/', expanded);
  return place.cwd === undefined ? undefined : joinPath(place.cwd, expanded);
}

type Role = 'reads' | 'writes' | 'removes';

/** Collects resolved paths by role; one whose place is not known may be anywhere. */
class PathList {
  readonly reads: string[] = [];
  readonly writes: string[] = [];
  readonly removes: string[] = [];

  constructor(readonly place: CommandPlace) {}

  /** Adds a word's path, and with `below` what lies under it. */
  add(role: Role, word: ShellWord | undefined, literal?: string, below = ''): this {
    const text = word === undefined ? literal : patternOf(word, this.place.lookup);
    if (text === undefined) this[role].push('/**');
    else if (text !== '-' && text !== '' && !/^[\w+.-]+:\/\//.test(text)) this.addPath(role, text + below);
    return this;
  }

  /** Adds all that lies below the folder of a file that is read. */
  addFolder(word: ShellWord | undefined, literal: string | undefined): void {
    const text = word === undefined ? literal : patternOf(word, this.place.lookup);
    if (text === undefined || /^[\w+.-]+:\/\//.test(text)) return;
    const folder = parentOf(resolvePath(text, this.place));
    this.reads.push(folder === undefined || folder === '/' ? '/**' : `${folder}/**`);
  }

  /** Adds the files in the folders of what is written so far. */
  addBeside(): void {
    const folders = this.writes.map((path) => parentOf(path.replace(/\/\*\*$/, '')) ?? '');
    for (const folder of new Set(folders)) this.writes.push(folder === '/' ? '/*' : `${folder}/*`);
  }

  /** For operands that come from standard input. */
  addAnywhere(): void {
    for (const role of ['reads', 'writes', 'removes'] as const) this[role].push('/**');
  }

  addPath(role: Role, path: string, place: CommandPlace = this.place): void {
    this[role].push(resolvePath(path, place) ?? '/**');
  }
}
