import type { ImageConfig, Tree, TreeEntry } from './types.js';

/** Files that the declared command is known to open, and those that it would miss. */
export interface Closure {
  /** Absolute, links resolved and the links themselves too. */
  readonly files: ReadonlySet<string>;
  /** What cannot be found, for a person: `libssl.so.3, needed by /usr/bin/app`. */
  readonly missing: readonly string[];
}

const SYSTEM_FOLDERS = ['/lib', '/usr/lib', '/lib64', '/usr/lib64', '/usr/local/lib'];
const TRIPLETS = [
  'x86_64-linux-gnu',
  'aarch64-linux-gnu',
  'arm-linux-gnueabihf',
  'i386-linux-gnu',
  's390x-linux-gnu',
  'powerpc64le-linux-gnu',
  'riscv64-linux-gnu',
];
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const MAX_LINKS = 40;

/**
 * What the entry point opens, as far as the files tell without running: the program, its interpreter, its libraries, the
 * files that its arguments name, and for a script the absolute paths in it.
 */
export function closureOf(config: ImageConfig, tree: Tree): Closure {
  const walk = new Walk(config, tree);
  const words = [...list(config['Entrypoint']), ...list(config['Cmd'])];
  const [program, ...rest] = words;
  if (program !== undefined) walk.program(program);
  for (const word of rest.flatMap((text) => text.split(/[\s;&|()'"]+/))) walk.argument(word);
  return { files: walk.files, missing: walk.missing };
}

function list(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

class Walk {
  readonly files = new Set<string>();
  readonly missing: string[] = [];
  readonly #folders: readonly string[];
  readonly #workdir: string;

  constructor(
    config: ImageConfig,
    readonly tree: Tree,
  ) {
    const environment = (config['Env'] ?? {}) as Readonly<Record<string, unknown>>;
    this.#folders = String(environment['PATH'] ?? DEFAULT_PATH).split(':');
    this.#workdir = String(config['WorkingDir'] ?? '/');
  }

  program(name: string): void {
    const candidates = name.includes('/') ? [this.#absolute(name)] : this.#folders.map((folder) => `${folder}/${name}`);
    if (!candidates.some((path) => this.#open(path))) this.missing.push(`${name}, the program of the entry point`);
  }

  /** A word that may name a file or a program; what it is not is no fault. */
  argument(word: string): void {
    if (word === '' || word.startsWith('-')) return;
    if (this.#open(this.#absolute(word))) return;
    if (/^[\w.+-]+$/.test(word)) for (const folder of this.#folders) if (this.#open(`${folder}/${word}`)) return;
  }

  #absolute(path: string): string {
    return clean(path.startsWith('/') ? path : `${this.#workdir}/${path}`);
  }

  /** Takes a file, the links that lead to it, and what it needs. */
  #open(path: string): boolean {
    const found = resolvePath(this.tree, path);
    if (found === undefined || found.entry.type !== 'file') return false;
    for (const link of found.links) this.files.add(link);
    if (this.files.has(found.path)) return true;
    this.files.add(found.path);
    this.#needs(found.path, found.entry);
    return true;
  }

  #needs(path: string, { elf, text }: TreeEntry): void {
    if (elf !== undefined) {
      if (elf.interpreter !== undefined && !this.#open(elf.interpreter)) {
        this.missing.push(`${elf.interpreter}, the loader of ${path}`);
      }
      const own = elf.runPaths.map((folder) => folder.replace(/\$ORIGIN|\$\{ORIGIN\}/g, folderOf(path)));
      for (const name of elf.needed) {
        const folders = [
          ...own,
          ...SYSTEM_FOLDERS,
          ...SYSTEM_FOLDERS.slice(0, 2).flatMap((base) => TRIPLETS.map((triplet) => `${base}/${triplet}`)),
        ];
        const there = name.includes('/')
          ? this.#open(name)
          : folders.some((folder) => this.#open(`${folder}/${name}`)) || this.#anywhere(name);
        if (!there) this.missing.push(`${name}, needed by ${path}`);
      }
    }
    if (text?.startsWith('#!') !== true) return;
    const words = text
      .slice(2, text.indexOf('\n') < 0 ? undefined : text.indexOf('\n'))
      .trim()
      .split(/\s+/);
    if (words[0] !== undefined && !this.#open(words[0])) this.missing.push(`${words[0]}, the interpreter of ${path}`);
    if (/\/env$/.test(words[0] ?? '') && words[1] !== undefined && !words[1].startsWith('-')) this.argument(words[1]);
    for (const [word] of text.matchAll(/\/[\w./+-]+/g)) this.#open(clean(word));
  }

  /** `/etc/ld.so.conf` may name other folders. */
  #anywhere(name: string): boolean {
    for (const path of this.tree.keys()) if (path.endsWith(`/${name}`)) return this.#open(path);
    return false;
  }
}

/** The file that a path leads to, symbolic links of every folder on the way followed. */
export function resolvePath(
  tree: Tree,
  path: string,
): { readonly path: string; readonly entry: TreeEntry; readonly links: readonly string[] } | undefined {
  const links: string[] = [];
  let rest = clean(path).split('/').slice(1);
  let at = '';
  while (rest.length > 0) {
    const [name, ...others] = rest;
    const next = `${at}/${name!}`;
    const entry = tree.get(next);
    if (entry === undefined) return undefined;
    if (entry.type === 'link') {
      links.push(next);
      if (links.length > MAX_LINKS) return undefined;
      const target = clean(entry.link!.startsWith('/') ? entry.link! : `${at}/${entry.link!}`);
      rest = [
        ...target
          .split('/')
          .slice(1)
          .filter((part) => part !== ''),
        ...others,
      ];
      at = '';
      continue;
    }
    at = next;
    rest = others;
    if (rest.length === 0) return { path: at, entry, links };
  }
  return undefined;
}

/** An absolute path without `.`, `..` and double slashes. */
export function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
