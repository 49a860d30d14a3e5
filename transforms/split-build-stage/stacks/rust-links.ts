import { declined, type Declined, type RuntimePackage, type Step, type Subject } from '../types.js';
import { linkedPackages } from './c-libraries.js';

/** `#[link(name = "sqlite3")]`, unless the library becomes a part of the program or is another system's. */
const LINK = /#\[link\(([^)\]]*)\)/g;
const NOT_AT_RUN_TIME = /\bkind\s*=\s*"(?:static|framework|raw-dylib)"/;
/** Options of the compiler by which the program loads what no source names. */
const OPTIONS = /(?:^|["'\s=,])-l\s*\w|link-args?=-l|prefer-dynamic|[+-]crt-static|-rpath/;

/**
 * The packages with the libraries that the project's own sources link, or why one is not known.
 * @param release codename of the Debian that ships; undefined on another system
 */
export function ownLinks(
  { project, files, stage }: Subject,
  builds: readonly Step[],
  release: string | undefined,
): readonly RuntimePackage[] | Declined {
  const { context } = project!;
  const flagged = builds.find((step) => OPTIONS.test(step.variable('RUSTFLAGS') ?? ''));
  if (flagged !== undefined) return declined('RUSTFLAGS may link libraries of the system', flagged.instruction);
  const names: string[] = [];
  for (const { context: path } of files.values()) {
    if (path === undefined || !/\.rs$|(?:^|\/)\.cargo\/config(?:\.toml)?$/.test(path)) continue;
    const text = context.read(path) ?? '';
    if (!path.endsWith('.rs') && OPTIONS.test(text))
      return declined(`${path} may link libraries of the system`, stage.from);
    for (const [, words] of text.matchAll(LINK)) {
      const name = /\bname\s*=\s*"([^"]+)"/.exec(words!)?.[1];
      if (path.endsWith('.rs') && name !== undefined && !NOT_AT_RUN_TIME.test(words!)) names.push(name);
    }
  }
  const packages = linkedPackages(names.map((name) => `-l${name}`).join(' '), release);
  return typeof packages === 'string'
    ? declined(`which package has the library ${packages} is not known`, stage.from)
    : packages;
}
