import { commandEffects, type CommandPlace, globsMeet, isWithin, resolvePath } from '../../src/facts/index.js';
import { type Invocation, valueOf } from '../../src/shell/index.js';

/** The directory that a command works in; undefined when not known. */
export function directoryOf(invocation: Invocation, place: CommandPlace): string | undefined {
  const names = [...(invocation.model?.directoryOption ?? []), ...(invocation.use?.directoryOption ?? [])];
  const option = invocation.options.find(({ name }) => names.includes(name));
  const manifest = invocation.options.find(({ name }) => invocation.use?.manifestOption?.includes(name));
  const given = option ?? manifest;
  if (given === undefined) return place.cwd;
  const value = given.valueWord === undefined ? given.value : valueOf(given.valueWord, place.lookup);
  const path = value === undefined ? undefined : resolvePath(value, place);
  return option !== undefined || path === undefined ? path : path.slice(0, path.lastIndexOf('/')) || '/';
}

/** Where programs look for what they load; a file that is copied there may matter to any of them. */
const SYSTEM_PLACES =
  /^\/(?:s?bin|lib\d*|etc|usr\/(?:s?bin|lib\d*|local|share|include|libexec)|var\/(?:lib|cache|log|spool|run)|run)(?:\/|$)/;

/** Folders that are the system's own, however the stage names its working directory. */
const SYSTEM_FOLDER =
  /^\/(?:|s?bin|lib\d*|etc(?:\/nginx|\/apache2|\/php)?|usr(?:\/(?:s?bin|lib\d*|local(?:\/(?:bin|etc|lib|share|include))?|share|include))?|var(?:\/(?:lib|cache|log|spool|run))?|run)$/;

/** Whether a file stands where programs look for what they load, and not in the application's own folder. */
export function isSystem(path: string, workdirs: ReadonlySet<string>): boolean {
  if (!SYSTEM_PLACES.test(path)) return false;
  return ![...workdirs].some((folder) => !SYSTEM_FOLDER.test(folder) && isWithin(path, folder));
}

/** Writes of a model that stand for a package's files, which are never an application's. */
const BROAD = /^\/(?:usr|opt|srv|home|root|var|tmp|etc|run|boot|s?bin|lib\w*|var\/lib)\/\*\*$/;

/** Files that one COPY brings, by their paths in the image, with the path that all of them lie at or below. */
export interface CopiedFiles {
  readonly target: string;
  readonly paths: readonly string[];
  /** Folders of the image into which folders of the context are copied whole: there may be more below than is known. */
  readonly folders: readonly string[];
  /** False when only some of the files are known. */
  readonly complete: boolean;
}

/** What a command that is no install does with copied files, by their paths in the image. */
export interface Uses {
  /** It reads or changes these, so they must be there before it. */
  readonly needed: readonly string[];
  /** It changes these, so that a COPY may not bring them once more. */
  readonly changed: readonly string[];
}

/** More files than this are not brought ahead for one command. */
const MOST_FILES = 50;

/** The copied files that a command uses, where they can be named, or why it must come after the COPY. */
export function usesOf(invocation: Invocation, place: CommandPlace, copies: readonly CopiedFiles[]): Uses | string {
  const name = nameOf(invocation);
  const effects = commandEffects(invocation, place);
  if (effects.opaque !== undefined) return `${name} may read the source: ${effects.opaque}`;
  const needed = new Set<string>();
  const changed = new Set<string>();
  const home = { cwd: directoryOf(invocation, place), home: place.home };
  const resolved = (globs: readonly string[] | undefined) =>
    new Set((globs ?? []).map((glob) => resolvePath(glob, home)));
  const modelled = resolved(invocation.use?.writes);
  const whatever = resolved([...(invocation.use?.reads ?? []), ...(invocation.use?.writes ?? [])]);
  for (const [verb, globs] of [
    ['reads', effects.reads],
    ['writes', effects.writes],
    ['removes', effects.removes],
  ] as const) {
    for (const glob of globs) {
      const packages = verb === 'writes' && BROAD.test(glob) && modelled.has(glob);
      for (const { target, paths, folders, complete } of copies) {
        if (packages || !globsMeet(glob, target)) continue;
        if (verb !== 'reads' && !modelled.has(glob) && invocation.tool !== 'mkdir') {
          const folder = folders.find((to) => globsMeet(glob, to));
          if (folder !== undefined) return `${name} ${verb} ${glob}, below ${folder}, to which the source is copied`;
        }
        if (!complete && !modelled.has(glob) && folders.some((to) => globsMeet(glob, to)) && !paths.includes(glob))
          return `${name} ${verb} ${glob}`;
        const hits = paths.filter((path) => globsMeet(glob, path));
        const below = folders.find((to) => isWithin(glob, to));
        if (
          below !== undefined &&
          hits.length === 0 &&
          !whatever.has(glob) &&
          mayComeWithSource(invocation, verb, glob, home.cwd)
        )
          return `${name} ${verb} ${glob}, below ${below}, to which the source is copied`;
        // What a tool does whatever its operands are, below a folder: more than the files that are known.
        const general = glob.endsWith('/**') && whatever.has(glob) && hits.length > 0;
        const whole = general || (paths.length > 1 && (hits.length > MOST_FILES || hits.length === paths.length));
        if (whole) return `${name} ${verb} ${glob}`;
        for (const path of hits) {
          needed.add(path);
          if (verb !== 'reads') changed.add(path);
        }
      }
    }
  }
  return { needed: [...needed], changed: [...changed] };
}

/** Files whose absence says which manager a project uses. */
const LOCKFILE =
  /\/(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|\.npmrc|\.yarnrc(?:\.yml)?)$/;
/** Folders that installs fill. */
const INSTALLED = /\/(?:node_modules|vendor|\.venv|venv|deps)(?:\/|$)/;

/** Whether a path that is not among the known files may still come, or get its folder, with the source. */
function mayComeWithSource(
  { tool, options }: Invocation,
  verb: 'reads' | 'writes' | 'removes',
  glob: string,
  cwd: string | undefined,
): boolean {
  const path = glob.replace(/\/\*\*$/, '');
  if (verb === 'reads') return !LOCKFILE.test(path) && !INSTALLED.test(path);
  if (verb === 'removes' || tool !== 'mkdir' || options.some(({ name }) => /^(?:-p|--parents)$/.test(name)))
    return false;
  return path.slice(0, path.lastIndexOf('/')) !== cwd;
}

/** A command for people: "npm run". */
export function nameOf({ tool, subcommand }: Invocation): string {
  return [tool ?? 'a command', subcommand].filter((part) => part !== '').join(' ');
}
