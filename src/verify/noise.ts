import { compileGlob } from '../discovery/glob.js';
import type { Difference, Tree } from './types.js';

interface KnownNoise {
  readonly paths: readonly string[];
  readonly why: string;
  /** Folders and links that go are no noise: a server may not start without the folder of its logs. */
  readonly filesOnly?: true;
}

/** Differences that say nothing about what an image does, and why; docs/verify.md lists them. */
export const KNOWN_NOISE: readonly KnownNoise[] = [
  { paths: ['/var/lib/apt/lists', '/var/lib/apt/lists/**'], why: 'lists of packages that could be installed' },
  {
    paths: [
      '/var/cache/{apt,debconf,apk,yum,dnf,man,fontconfig}/**',
      '/var/lib/apt/extended_states',
      '/etc/apk',
      '/etc/apk/cache',
      '/root/.cache/pip/**',
      '/root/.npm/**',
      '/tmp/{node-compile-cache,v8-compile-cache-*}',
      '/tmp/{node-compile-cache,v8-compile-cache-*}/**',
    ],
    why: 'caches of package managers',
  },
  { paths: ['/etc/machine-id', '/var/lib/dbus/machine-id'], why: 'the id of a machine, made anew by each' },
  { paths: ['/etc/ld.so.cache', '/var/cache/ldconfig/**'], why: 'the index of the loader, made from the libraries' },
  { paths: ['/var/log/**'], why: 'logs', filesOnly: true },
  {
    paths: [
      '/var/lib/dpkg/{status-old,lock,lock-frontend,diversions-old,statoverride-old}',
      '/var/lib/dpkg/triggers/*',
    ],
    why: 'bookkeeping of dpkg',
  },
  { paths: ['/etc/{passwd-,group-,shadow-,gshadow-,subuid-,subgid-}'], why: 'backups that user tools make' },
  { paths: ['/etc/{hostname,hosts,resolv.conf,mtab}', '/.dockerenv', '/run/.containerenv'], why: 'set by the engine' },
  { paths: ['/dev/**', '/proc/**', '/sys/**'], why: 'mounted by the engine' },
];

const known = KNOWN_NOISE.flatMap(({ paths, filesOnly }) =>
  paths.map((path) => ({ matches: compileGlob(path)!, filesOnly })),
);

/**
 * Whether a difference between two trees is known noise. Compiled Python counts as such only where its source is there to
 * be compiled again.
 */
export function isKnownNoise(path: string, before: Tree, after: Tree): boolean {
  const was = before.get(path)?.type ?? 'file';
  const rules = known.filter(({ matches }) => matches(path.slice(1)));
  if (rules.some(({ filesOnly }) => filesOnly !== true || was === 'file')) return true;
  const source = pythonSource(path);
  if (source !== undefined) return before.has(source) && after.has(source);
  return (
    path.endsWith('/__pycache__') &&
    [before.get(path), after.get(path)].every((one) => (one?.type ?? 'directory') === 'directory')
  );
}

/** `/a/__pycache__/b.cpython-311.pyc` comes from `/a/b.py`. */
export function pythonSource(path: string): string | undefined {
  const match = /^(.*)\/__pycache__\/([^/.]+)\.[^/]*pyc$/.exec(path);
  return match === null ? undefined : `${match[1]!}/${match[2]!}.py`;
}

/** What two builds of the same file differ in: set aside, each with the effects that it excuses. */
export interface Noise {
  excuses(difference: Difference): boolean;
  readonly count: number;
}

export const NO_NOISE: Noise = { excuses: () => false, count: 0 };

/** Noise out of the differences between two builds (or runs) of the original. */
export function noiseOf(differences: readonly Difference[]): Noise {
  const changed = new Set<string>();
  const unsteady = new Set<string>();
  for (const { kind, effect, what } of differences) {
    const key = `${kind} ${what}`;
    (effect === 'changed' ? changed : unsteady).add(effect === 'changed' ? key : shapeOf(key));
  }
  return {
    excuses({ kind, effect, what }) {
      const key = `${kind} ${what}`;
      if (unsteady.has(shapeOf(key))) return true;
      return effect === 'changed' && changed.has(key);
    },
    count: differences.length,
  };
}

/** A name with its numbers and digests left out: `/tmp/npm-4711` and `/tmp/npm-4712` are the same thing. */
function shapeOf(key: string): string {
  return key.replace(/[0-9a-f]{8,}|\d+/g, '#');
}
