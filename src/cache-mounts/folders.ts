import { certainValue, homeOf, joinPath, resolvePath, type State, variable } from '../facts/index.js';
import type { CommandPlace } from '../facts/index.js';
import { type Invocation, valueOf } from '../shell/index.js';
import { type CacheFolder, type CacheManager, VERSION } from './types.js';
import type { Use } from './uses.js';

/** A cache folder of one invocation: an absolute path, or why it is not known. */
export type Resolved = { readonly path: string } | { readonly unknown: string };

/** Where an invocation keeps its cache: options first, then inline and exported environment, ENV and ARG, then the default. */
function resolveFolder(folder: CacheFolder, invocation: Invocation, place: CommandPlace, state: State): Resolved {
  for (const { option, environment, append = '', byImages, list } of folder.movers) {
    if (option !== undefined) {
      const found = invocation.options.find(({ name }) => name === option);
      if (found === undefined) continue;
      const value = found.valueWord === undefined ? found.value : valueOf(found.valueWord, place.lookup);
      const path = value === undefined ? undefined : resolvePath(value, place);
      return path === undefined ? { unknown: `the value of ${option}` } : { path: path + append };
    }
    if (environment === undefined) continue;
    const folderIn = (value: string): Resolved => {
      const first = list === true ? value.split(':').find((part) => part !== '')! : value;
      return { path: (resolvePath(first, place) ?? first) + append };
    };
    const inline = inlineValue(invocation, environment, place);
    if (inline !== undefined) {
      if (inline.value === undefined) return { unknown: `$${environment}` };
      if (inline.value !== '') return folderIn(inline.value);
      continue;
    }
    const exported = place.lookup(environment);
    const set = variable(state, environment);
    if (exported === undefined && (set === undefined || (byImages === true && set.from === undefined))) continue;
    if (exported === undefined) return { unknown: `$${environment}` };
    if (exported !== '') return folderIn(exported);
  }
  if (folder.path.startsWith('./')) {
    return place.cwd === undefined ? { unknown: 'the working directory' } : { path: place.cwd + folder.path.slice(1) };
  }
  if (!folder.path.startsWith('~')) return { path: folder.path };
  const elsewhere = state.image.official ? folder.inImages?.[state.image.image] : undefined;
  if (elsewhere !== undefined) return { path: elsewhere };
  const inline = inlineValue(invocation, 'HOME', place);
  const home = inline === undefined ? (place.home ?? homeOf(state)) : inline.value;
  return home === undefined ? { unknown: 'HOME' } : { path: home + folder.path.slice(1) };
}

/** What a command sets a variable to for itself: undefined when it does not, no value when that is not known. */
function inlineValue(
  { environment }: Invocation,
  variableName: string,
  place: CommandPlace,
): { readonly value: string | undefined } | undefined {
  const found = environment.find(([name]) => name === variableName);
  if (found === undefined) return undefined;
  return { value: found[1] === undefined ? '' : valueOf(found[1], place.lookup) };
}

/** A folder with the path that it has in one RUN. */
export interface PlacedFolder {
  readonly folder: CacheFolder;
  readonly path: string;
  /** Where the manager would keep it had it not been told otherwise. */
  readonly instead?: string;
  /** Other patterns that name it whole in a clean-up. */
  readonly aliases?: readonly string[];
}

/** What the places of folders depend on beyond the commands. */
interface Placing {
  readonly state: State;
  readonly assumeRoot: boolean;
  readonly uid: number | undefined;
  /** The reference of the base image. */
  readonly image: string;
  /** The file's text. */
  readonly text: string;
}

/** What ends a flag, a field of a mount, or is read as more than itself in one. */
const UNWRITABLE = /[\s"'`,$\\]/;

/** The folders of a manager in one RUN, as its commands find them, or why one is not known. */
export function placeFolders(
  manager: CacheManager,
  uses: readonly Use[],
  { state, assumeRoot, uid, image, text }: Placing,
): readonly PlacedFolder[] | string {
  const folders: PlacedFolder[] = [];
  for (const folder of manager.folders) {
    const paths = new Set<string>();
    for (const { invocation, place: found } of uses) {
      if (folder.tools?.test(invocation.tool ?? '') === false) continue;
      const place = found.home === undefined && assumeRoot ? { ...found, home: '/root' } : found;
      const resolved = resolveFolder(folder, invocation, place, state);
      if ('path' in resolved) {
        if (!resolved.path.startsWith('/')) return `the ${manager.label} cache folder ${resolved.path} is relative`;
        if (UNWRITABLE.test(resolved.path))
          return `the ${manager.label} cache folder ${resolved.path} cannot be written in a mount`;
        paths.add(joinPath('/', resolved.path));
      } else if (resolved.unknown === 'HOME' && uid !== undefined) paths.add(folder.path);
      else return `the ${manager.label} cache folder is not known: it depends on ${resolved.unknown}`;
    }
    const [path, other] = paths;
    if (other !== undefined) return `commands of this RUN keep their ${manager.label} cache in different folders`;
    if (path === undefined) continue;
    const version = path.includes(VERSION) ? manager.version?.(image) : '';
    if (version === undefined)
      return `the ${manager.label} cache folder is not known: it depends on the version of ${image}`;
    folders.push({
      folder,
      path: path.replace(VERSION, version),
      aliases: [
        ...(path.includes(VERSION) ? [path.replace(VERSION, '*')] : []),
        ...(manager.alone?.test(text) === true ? [joinPath(path, '..')] : []),
      ],
    });
  }
  return folders;
}

/** Whether environment turns the cache off at an invocation; names the variable. */
export function disabledBy(
  manager: CacheManager,
  invocation: Invocation,
  place: CommandPlace,
  state: State,
): string | undefined {
  return manager.disablingEnvironment?.find((name) => {
    const inline = invocation.environment.find(([key]) => key === name);
    if (inline !== undefined) return (inline[1] === undefined ? '' : (inline[1].value ?? 'set')) !== '';
    const value =
      place.lookup(name) ?? (variable(state, name) === undefined ? '' : (certainValue(state, name) ?? 'set'));
    return value !== '';
  });
}

/** Whether a folder is where the manager keeps it when nothing moves it. */
export function isDefault(folder: CacheFolder, path: string, state: State): boolean {
  const home = homeOf(state);
  return folder.path.startsWith('~')
    ? home === undefined || path === folder.path || path === home + folder.path.slice(1)
    : path === folder.path;
}
