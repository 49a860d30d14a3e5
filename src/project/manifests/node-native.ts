import type { ContextFiles } from '../context.js';
import { hasFile } from '../context.js';
import { joinPath } from '../paths.js';
import type { NodePackage } from './node-workspaces.js';
import { parseJson } from './parse.js';
import { entries, field, items } from './values.js';

/** A sign that a package brings or builds native code, or fetches a binary at install. */
export interface NativeSignal {
  readonly name: string;
  readonly why:
    'known native package' | 'install script' | 'builds native code' | 'restricted to a libc' | 'binding.gyp';
  readonly from: string;
}

/** Packages with native code or binaries that tools of the field treat as such. */
const known: ReadonlySet<string> = new Set(
  (
    'sharp canvas bcrypt sqlite3 better-sqlite3 node-rdkafka grpc isolated-vm prisma @prisma/client puppeteer ' +
    'playwright cypress fluent-ffmpeg node-sass phantomjs-prebuilt electron chromedriver nodegit'
  ).split(' '),
);

/** Packages by which others build or fetch native code: lockfiles that tell of no install scripts tell of these. */
const BUILDERS =
  /^(?:nan|node-addon-api|node-gyp-build|prebuild-install|node-pre-gyp|@mapbox\/node-pre-gyp|cmake-js|bindings)$/;

const groups = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** Signs of native code in the package.json files and the lockfiles of a project; each name and reason once. */
export function nodeNativeSignals(
  context: ContextFiles,
  packages: readonly NodePackage[],
  lockfiles: readonly string[],
): readonly NativeSignal[] {
  const signals = new Map<string, NativeSignal>();
  const add = (name: string, why: NativeSignal['why'], from: string) => {
    if (!signals.has(`${name}\n${why}`)) signals.set(`${name}\n${why}`, { name, why, from });
  };
  for (const { folder, json } of packages) {
    const from = joinPath(folder, 'package.json');
    for (const [name] of groups.flatMap((group) => entries(field(json, group)))) {
      if (known.has(name)) add(name, 'known native package', from);
    }
    if (hasFile(context, joinPath(folder, 'binding.gyp'))) add('', 'binding.gyp', joinPath(folder, 'binding.gyp'));
  }
  for (const path of lockfiles) {
    const source = context.read(path);
    if (source === undefined) continue;
    if (path.endsWith('.json')) npmLockSignals(source, path, add);
    else lineLockSignals(source, path, add);
  }
  return [...signals.values()];
}

type Add = (name: string, why: NativeSignal['why'], from: string) => void;

/** package-lock.json: `packages` since version 2, nested `dependencies` before. */
function npmLockSignals(source: string, path: string, add: Add): void {
  const result = parseJson(source);
  if (!('value' in result)) return;
  for (const [location, entry] of entries(field(result.value, 'packages'))) {
    const at = location.lastIndexOf('node_modules/');
    if (at < 0) continue;
    const name = location.slice(at + 'node_modules/'.length);
    if (known.has(name)) add(name, 'known native package', path);
    if (field(entry, 'hasInstallScript') === true) add(name, 'install script', path);
    if (items(field(entry, 'libc')).length > 0) add(name, 'restricted to a libc', path);
  }
  const pending = [field(result.value, 'dependencies')];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const [name, entry] of entries(next)) {
      if (known.has(name)) add(name, 'known native package', path);
      if (entries(field(entry, 'requires')).some(([needed]) => BUILDERS.test(needed)))
        add(name, 'builds native code', path);
      pending.push(field(entry, 'dependencies') ?? []);
    }
  }
}

/** yarn.lock, pnpm-lock.yaml and bun.lock line by line: a key line names a package, the lines below it tell about it. */
function lineLockSignals(source: string, path: string, add: Add): void {
  let name = '';
  for (const line of source.split('\n')) {
    const key = line.trimEnd().endsWith(':')
      ? /^ {0,4}["']?\/?((?:@[\w.-]+\/)?[\w.-]+)[@/]/.exec(line)?.[1]
      : undefined;
    if (key !== undefined) {
      name = key;
      if (known.has(name)) add(name, 'known native package', path);
    } else if (BUILDERS.test(/^\s+["']?(@?[\w./-]+)["']?:?\s/.exec(line)?.[1] ?? ''))
      add(name, 'builds native code', path);
    else if (/^\s+requiresBuild: true/.test(line)) add(name, 'install script', path);
    else if (/^\s+(?:libc: \[|conditions: .*libc=)/.test(line)) add(name, 'restricted to a libc', path);
    const bun = /^ {4}"((?:@[\w.-]+\/)?[\w.-]+)": \[/.exec(line)?.[1];
    if (bun !== undefined && known.has(bun)) add(bun, 'known native package', path);
  }
}
