import { commandEffects, type CommandPlace, globsMeet, resolvePath } from '../../src/facts/index.js';
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
export const SYSTEM_PLACES =
  /^\/(?:s?bin|lib\d*|etc|usr\/(?:s?bin|lib\d*|local|share|include|libexec)|var\/(?:lib|cache|log|spool|run)|run)(?:\/|$)/;

/** Writes of a model that stand for a package's files, which are never an application's. */
const BROAD = /^\/(?:usr|opt|srv|home|root|var|tmp|etc|run|boot|s?bin|lib\w*|var\/lib)\/\*\*$/;

/** Files that one COPY brings, by their paths in the image, with the path that all of them lie at or below. */
export interface CopiedFiles {
  readonly target: string;
  readonly paths: readonly string[];
}

/** What a command that is no install needs of the copied files: those that it names, or why it must come after the COPY. */
export function otherNeeds(
  invocation: Invocation,
  place: CommandPlace,
  copies: readonly CopiedFiles[],
): readonly string[] | string {
  const meeting = (glob: string): readonly string[] =>
    copies.flatMap(({ target, paths }) =>
      globsMeet(glob, target) ? paths.filter((path) => globsMeet(glob, path)) : [],
    );
  const name = nameOf(invocation);
  const effects = commandEffects(invocation, place);
  if (effects.opaque !== undefined) return `${name} may read the source: ${effects.opaque}`;
  const modelled = new Set(invocation.use?.writes ?? []);
  const needed = new Set<string>();
  for (const glob of effects.reads) {
    const exact = glob.replace(/\/\*\*$/, '');
    for (const path of meeting(glob)) {
      if (path !== exact) return `${name} reads ${glob}`;
      needed.add(path);
    }
  }
  for (const glob of effects.writes) {
    const packages = BROAD.test(glob) && modelled.has(glob);
    const hit = meeting(glob).find((path) => !(packages && !SYSTEM_PLACES.test(path)));
    if (hit !== undefined) return `${name} writes ${glob}, where ${hit} is copied`;
  }
  for (const glob of effects.removes) {
    const [hit] = meeting(glob);
    if (hit !== undefined) return `${name} removes ${glob}, where ${hit} is copied`;
  }
  return [...needed];
}

/** A command for people: "npm run". */
export function nameOf({ tool, subcommand }: Invocation): string {
  return [tool ?? 'a command', subcommand].filter((part) => part !== '').join(' ');
}
