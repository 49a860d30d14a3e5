/** A file, folder or link of an image: who owns it, and for a file what it holds. */
export interface Entry {
  readonly kind: 'file' | 'folder' | 'link';
  /** A file's text, a link's target, nothing for a folder. */
  readonly text: string;
  readonly owner: string;
  /** Permission bits, octal. */
  readonly mode: string;
}

/** How a program of an image begins: a file that the kernel runs. */
export const PROGRAM = '#!';

/** Caches, lists and logs: what a safe change may take from an image. */
export const LEFT_OUT =
  /^\/(?:(?:root|home\/node)\/\.(?:npm|cache)|usr\/local\/share\/\.cache|go\/pkg|var\/cache|var\/log|var\/lib\/apt\/lists)(?:\/|$)|^\/etc\/apt$/;

/** A command or an instruction that ends with an error; the build stops there. */
export class BuildError extends Error {}

const OPEN_TO_ALL = new Set(['/tmp', '/var/tmp', '/dev']);

/** A small file system, enough for what the generated builds do: paths are absolute and normal. */
export class Tree {
  constructor(private readonly entries = new Map<string, Entry>([['/', folder('0:0')]])) {}

  copy(): Tree {
    return new Tree(new Map(this.entries));
  }

  get(path: string): Entry | undefined {
    return this.entries.get(this.resolve(path));
  }

  /** What is at a path itself, a link not followed. */
  at(path: string): Entry | undefined {
    return this.entries.get(this.unfollowed(path));
  }

  isFolder(path: string): boolean {
    return this.get(path)?.kind === 'folder';
  }

  /** Paths below a folder, without it, sorted. */
  below(path: string): readonly string[] {
    const prefix = this.resolve(path) === '/' ? '/' : `${this.resolve(path)}/`;
    return [...this.entries.keys()].filter((key) => key.startsWith(prefix) && key !== '/').sort();
  }

  children(path: string): readonly string[] {
    const depth = this.resolve(path) === '/' ? 1 : this.resolve(path).split('/').length;
    return this.below(path).filter((key) => key.split('/').length === depth + 1);
  }

  read(path: string): string {
    const entry = this.get(path);
    if (entry?.kind !== 'file') throw new BuildError(`${path}: no such file`);
    return entry.text;
  }

  write(path: string, text: string, user: string): void {
    const target = this.resolve(path);
    const old = this.entries.get(target);
    if (old?.kind === 'folder') throw new BuildError(`${path}: is a folder`);
    if (!this.isFolder(parent(target))) throw new BuildError(`${path}: no such folder`);
    if (old === undefined) this.mayChange(target, user);
    else if (user !== '0:0' && old.owner !== user) throw new BuildError(`${path}: permission denied`);
    this.entries.set(target, old === undefined ? file(text, user) : { ...old, text });
  }

  /** Puts an entry whatever is there, with its parents, as the builder (not a command) does. */
  put(path: string, entry: Entry, parents = '0:0'): void {
    this.makeFolders(parent(path), parents, '0:0');
    this.entries.set(this.resolve(path), entry);
  }

  link(path: string, target: string, user: string): void {
    const place = this.unfollowed(path);
    this.mayChange(place, user);
    this.entries.set(place, { kind: 'link', text: target, owner: user, mode: '777' });
  }

  /** Makes a folder and its parents, owned by `owner`, as `user`. */
  makeFolders(path: string, owner: string, user: string): void {
    const target = this.resolve(path);
    if (target === '/') return;
    const there = this.entries.get(target);
    if (there?.kind === 'folder') return;
    if (there !== undefined) throw new BuildError(`${path}: not a folder`);
    this.makeFolders(parent(target), owner, user);
    this.mayChange(target, user);
    this.entries.set(target, folder(owner));
  }

  remove(path: string, user: string): void {
    const target = this.unfollowed(path);
    for (const key of [...(this.entries.get(target)?.kind === 'folder' ? this.below(target) : [])].reverse()) {
      this.mayChange(key, user);
      this.entries.delete(key);
    }
    if (!this.entries.has(target)) return;
    this.mayChange(target, user);
    this.entries.delete(target);
  }

  /** Whether something is at a path; a link counts though its target may be missing. */
  has(path: string): boolean {
    return this.entries.has(this.unfollowed(path));
  }

  change(path: string, with_: Pick<Partial<Entry>, 'owner' | 'mode'>, user: string): void {
    const target = this.resolve(path);
    const entry = this.entries.get(target);
    if (entry === undefined) throw new BuildError(`${path}: no such file or folder`);
    if (user !== '0:0') throw new BuildError(`${path}: not permitted`);
    this.entries.set(target, { ...entry, ...with_ });
  }

  /** Copies an entry and all below it to another place, of this tree or another. */
  graft(from: Tree, source: string, target: string, owner: string | undefined, user: string): void {
    const entry = from.get(source);
    if (entry === undefined) throw new BuildError(`${source}: no such file or folder`);
    if (entry.kind !== 'folder') {
      if (this.isFolder(target)) throw new BuildError(`${target}: is a folder`);
      const old = this.get(target);
      if (old === undefined || user !== '0:0') this.write(target, entry.text, user);
      this.entries.set(this.resolve(target), { ...entry, owner: owner ?? entry.owner });
      return;
    }
    const there = this.get(target);
    if (there !== undefined && there.kind !== 'folder') throw new BuildError(`${target}: not a folder`);
    if (there === undefined) {
      this.makeFolders(target, owner ?? entry.owner, user);
      this.entries.set(this.resolve(target), { ...entry, owner: owner ?? entry.owner });
    }
    for (const child of from.children(source))
      this.graft(from, child, join(target, child.slice(child.lastIndexOf('/') + 1)), owner, user);
  }

  /** Copies what is at a path as the builder does: folders that are there already take over owner and mode, too. */
  lay(from: Tree, source: string, target: string, owner: string): void {
    const entry = from.at(source);
    if (entry === undefined) throw new BuildError(`${source}: no such file or folder`);
    const there = this.at(target);
    if (there !== undefined && (there.kind === 'folder') !== (entry.kind === 'folder'))
      throw new BuildError(`${target}: a folder and a file`);
    this.entries.set(this.unfollowed(target), { ...entry, owner });
    if (entry.kind === 'folder')
      for (const child of from.children(source))
        this.lay(from, child, join(target, child.slice(child.lastIndexOf('/') + 1)), owner);
  }

  private mayChange(path: string, user: string): void {
    const folder = parent(path);
    if (user === '0:0' || OPEN_TO_ALL.has(folder)) return;
    if (this.entries.get(folder)?.owner !== user) throw new BuildError(`${path}: permission denied for ${user}`);
  }

  /** The path with links in its folders followed, its own name not. */
  private unfollowed(path: string): string {
    if (path === '/') return path;
    const above = this.resolve(parent(path));
    return `${above === '/' ? '' : above}/${path.slice(path.lastIndexOf('/') + 1)}`;
  }

  private resolve(path: string): string {
    if (path === '/') return path;
    const place = this.unfollowed(path);
    const entry = this.entries.get(place);
    return entry?.kind === 'link' ? this.resolve(join(parent(place), entry.text)) : place;
  }
}

export function folder(owner: string): Entry {
  return { kind: 'folder', text: '', owner, mode: '755' };
}

export function file(text: string, owner = '0:0'): Entry {
  return { kind: 'file', text, owner, mode: text.startsWith(PROGRAM) ? '755' : '644' };
}

export function parent(path: string): string {
  const at = path.lastIndexOf('/');
  return at <= 0 ? '/' : path.slice(0, at);
}

/** A path seen from a folder, made absolute and normal. */
export function join(from: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${from}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
