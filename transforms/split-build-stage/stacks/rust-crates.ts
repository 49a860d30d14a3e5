import { librariesOf } from '../../../src/bases/index.js';
import type { Evidence } from '../../../src/transform/index.js';
import { type Declined, declined, type RuntimePackage, type Subject } from '../types.js';

/** `…-sys` crates that link no library of the system on Linux: other platforms', bindings only, or built from their own sources. */
const LINKS_NOTHING =
  /^(?:windows.*|winapi.*|js-sys|web-sys|linux-raw-sys|dirs-sys(?:-next)?|clang-sys|(?:core-foundation|core-graphics|security-framework|system-configuration|fsevent|kqueue|mach|apple|objc|ndk|jni|hermit|wasi|redox)[\w-]*-sys|zstd-sys|lz4-sys|bzip2-sys|(?:tikv-)?jemalloc-sys|mimalloc-sys|libmimalloc-sys|ring|aws-lc-sys|blake3|secp256k1-sys|inotify-sys|iana-time-zone-haiku)$/;

/** The development package, in Debian, of the library that a crate links unless it builds its own. */
const PACKAGES: Readonly<Record<string, string>> = {
  'openssl-sys': 'libssl-dev',
  'libsqlite3-sys': 'libsqlite3-dev',
  'pq-sys': 'libpq-dev',
  'mysqlclient-sys': 'default-libmysqlclient-dev',
  'curl-sys': 'libcurl4-openssl-dev',
  'libz-sys': 'zlib1g-dev',
};
/** A crate that is there when another builds its library from sources and links it into the program. */
const BUNDLED: Readonly<Record<string, string>> = { 'openssl-sys': 'openssl-src', 'pq-sys': 'pq-src' };

/** All packages that the program is made of, with what each depends on. */
export function cratesOf({ project, files, stage }: Subject): ReadonlyMap<string, readonly string[]> | Declined {
  const lock = [...files.values()].find(({ context }) => context !== undefined && /(?:^|\/)Cargo\.lock$/.test(context));
  const unreadable = project!.cargo.some((one) => one.unreadable.length > 0);
  const direct = project!.cargo.flatMap(({ dependencies }) => [...dependencies]);
  if (project!.cargo.length === 0 || unreadable || !project!.complete)
    return declined('which crates the program is made of is not known', stage.from);
  if (lock === undefined)
    return direct.length === 0
      ? new Map()
      : declined('without a Cargo.lock it is not known which crates link libraries of the system', stage.from);
  const text = project!.context.read(lock.context!) ?? '';
  const crates = new Map<string, readonly string[]>();
  for (const part of text.split(/^\[\[package\]\]/m)) {
    const name = /^name = "([^"]+)"/m.exec(part)?.[1];
    if (name === undefined) continue;
    const list = /^dependencies = \[([^\]]*)\]/m.exec(part)?.[1] ?? '';
    crates.set(name, [...(crates.get(name) ?? []), ...[...list.matchAll(/"([^" ]+)/g)].map((match) => match[1]!)]);
  }
  return crates;
}

/**
 * The packages with the libraries that crates link, or why one is not known.
 * @param release codename of the Debian that ships; undefined on another system
 */
export function linkedBy(
  { project, stage }: Subject,
  crates: ReadonlyMap<string, readonly string[]>,
  release: string | undefined,
): { readonly packages: readonly RuntimePackage[]; readonly evidence: readonly Evidence[] } | Declined {
  const packages = new Map<string, string>();
  // What the lockfile says of features may be another member's.
  const isAlone = project!.cargo.every(({ workspaces }) => workspaces.length === 0) && project!.cargo.length === 1;
  for (const [name, dependencies] of crates) {
    if (!name.endsWith('-sys') || LINKS_NOTHING.test(name)) continue;
    // With the feature `bundled` it compiles SQLite itself, for which it needs cc.
    const isOwn = crates.has(BUNDLED[name] ?? '') || (name === 'libsqlite3-sys' && dependencies.includes('cc'));
    if (isAlone && isOwn) continue;
    const development = Object.hasOwn(PACKAGES, name) ? PACKAGES[name]! : undefined;
    const libraries =
      development === undefined || release === undefined ? undefined : librariesOf('debian', release, development);
    if (libraries === undefined)
      return declined(
        `${name} links a library of the system, and which one the program needs is not known`,
        stage.from,
      );
    for (const library of libraries) packages.set(library, `the program may link it by ${name}`);
  }
  return {
    packages: [...packages].map(([name, why]) => ({ name, why })),
    evidence:
      packages.size === 0
        ? [{ fact: 'no crate of Cargo.lock links a library of the system' }]
        : [...packages].map(([name, why]) => ({ fact: `${name}: ${why}` })),
  };
}
