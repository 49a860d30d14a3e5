import { declined, type Declined, type RuntimePackage, type Step, type Subject } from '../types.js';
import { linkedPackages } from './c-libraries.js';

/** Sources that the C and C++ compilers take from the folder of a package that uses cgo. */
const C_SOURCE = /\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|m|s|S)$/;
const CPP_SOURCE = /\.(?:cc|cpp|cxx|hh|hpp|hxx)$/;
/** What is linked as it lies in the project. */
const READY_MADE = /\.(?:a|so(?:\.\d+)*|syso|o)$/;
/** Calls that read files, load libraries or start programs. */
const REACHES = /\b(?:f?open(?:at|dir)?|dlm?open|mmap|system|popen|exec[lv]\w*|posix_spawnp?)\s*\(/;
const OTHER_SYSTEMS = /^(?!.*(?:linux|!)).*(?:darwin|windows|bsd|solaris|android|ios|aix|js)/;
const OTHER_FILES = /_(?:darwin|windows|(?:free|net|open)bsd|solaris|android|ios|aix|js|wasm)(?:_[a-z\d]+)?\.go$/;

/**
 * The packages with the libraries that files of the project link by cgo, or why one is not known.
 * @param names files that import "C"
 * @param release codename of the Debian that ships; undefined on Alpine, whose libraries have other names
 */
export function nativeLibraries(
  { project, files }: Subject,
  names: readonly string[],
  release: string | undefined,
  { instruction }: Step,
): readonly RuntimePackage[] | Declined {
  if (names.length === 0) return [];
  const { context } = project!;
  const folders = new Set(names.map((name) => name.slice(0, name.lastIndexOf('/') + 1)));
  const beside = [...files.values()].flatMap(({ context: path }) => path ?? []);
  const ready = beside.find((path) => READY_MADE.test(path));
  if (ready !== undefined) return declined(`${ready} may be linked, and the new base would lack it`, instruction);
  const sources = beside.filter((path) => C_SOURCE.test(path) && folders.has(path.slice(0, path.lastIndexOf('/') + 1)));
  const own = names.filter((name) => !OTHER_FILES.test(name));
  const texts = [...own, ...sources].map((path) => [path, context.read(path)] as const);
  const reaching = texts.find(
    ([path, text]) => text === undefined || REACHES.test(path.endsWith('.go') ? preamble(text) : text),
  );
  if (reaching !== undefined)
    return declined(`C of ${reaching[0]} may read files or load libraries, which are not followed`, instruction);
  const silent = own.find((name) => {
    const last = preamble(context.read(name)!).trimEnd().split('\n').at(-1)!.trim();
    return !last.startsWith('//') && !last.endsWith('*/');
  });
  if (silent !== undefined)
    return declined(`${silent} needs C, and the library that it would link to is not known`, instruction);
  const options = own.flatMap((name) => optionsIn(context.read(name)!));
  const odd = options.find((words) => /(?:^|\s)-(?:L|Wl,|rpath|fopenmp|lgomp|latomic|lquadmath)|\$|\//.test(words));
  if (odd !== undefined) return declined(`cgo links with ${odd}, and what that finds is not followed`, instruction);
  const cpp = sources.some((path) => CPP_SOURCE.test(path)) || /stdc\+\+/.test(options.join(' '));
  if (cpp && release === undefined) return declined('a program of C++ has a library that Alpine lacks', instruction);
  const packages = linkedPackages(options.join('\n'), release);
  return typeof packages === 'string'
    ? declined(`which package has the library ${packages} is not known`, instruction)
    : packages;
}

/** What a Go file tells the linker on Linux: `#cgo linux LDFLAGS: -lsqlite3`, `#cgo pkg-config: sqlite3`. */
function optionsIn(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [, directive] = line.split('#cgo ', 2);
    const colon = directive?.indexOf(':') ?? -1;
    if (directive === undefined || colon < 0) return [];
    const names = directive.slice(0, colon).trim();
    const words = directive
      .slice(colon + 1)
      .split('*/', 1)[0]!
      .trim();
    const kind = /(?:LDFLAGS|pkg-config)$/.exec(names)?.[0];
    if (kind === undefined || OTHER_SYSTEMS.test(names)) return [];
    return kind === 'LDFLAGS' ? words : `pkg-config ${words}`;
  });
}

/** The comments of a Go file before it imports "C", which are C. */
function preamble(text: string): string {
  return text.slice(0, /^[ \t]*(?:import[ \t]+)?"C"[ \t]*\r?$/m.exec(text)?.index ?? 0);
}
