import { relationTo } from './paths.js';

const WILD = /[*?[]/;

interface Node<T> {
  readonly children: Map<string, Node<T>>;
  /** By pattern, in the order in which they were added. */
  readonly entries: Map<string, T[]>;
}

/** Patterns by the folders that they name: what has to do with a path is found without a look at all others. */
export class PathIndex<T> {
  readonly #root: Node<T> = { children: new Map(), entries: new Map() };

  /** @param pattern an absolute path, or one with wildcards */
  add(pattern: string, value: T): void {
    let node = this.#root;
    for (const name of plainNames(pattern)) {
      let child = node.children.get(name);
      if (child === undefined) node.children.set(name, (child = { children: new Map(), entries: new Map() }));
      node = child;
    }
    const others = node.entries.get(pattern);
    if (others === undefined) node.entries.set(pattern, [value]);
    else others.push(value);
  }

  /** What was added under patterns that name a path or a folder above it. */
  over(path: string): readonly T[] {
    const { above, at } = this.#find(path);
    const found: T[] = [];
    for (const node of at === undefined ? above : [...above, at])
      for (const [pattern, values] of node.entries)
        if (/^(?:same|above)$/.test(relationTo(pattern, path))) for (const value of values) found.push(value);
    return found;
  }

  /** Whether any pattern names something in a folder. */
  hasWithin(folder: string): boolean {
    const { at } = this.#find(folder);
    if (at === undefined) return false;
    return at.children.size > 0 || [...at.entries.keys()].some((pattern) => relationTo(pattern, folder) === 'within');
  }

  /**
   * What was added under patterns that may name a path, a folder above it or something in it: some of it does not. Of a path
   * with wildcards nothing in it.
   */
  near(path: string): readonly T[] {
    const { above, at } = this.#find(path);
    const found: T[] = [];
    const take = ({ entries }: Node<T>): void => {
      for (const values of entries.values()) for (const value of values) found.push(value);
    };
    above.forEach(take);
    if (at !== undefined && WILD.test(path)) take(at);
    const below = at === undefined || WILD.test(path) ? [] : [at];
    for (let node = below.pop(); node !== undefined; node = below.pop()) {
      take(node);
      for (const child of node.children.values()) below.push(child);
    }
    return found;
  }

  /** The folders on the way to a path that anything was added in, and the one at the path. */
  #find(path: string): { readonly above: readonly Node<T>[]; readonly at: Node<T> | undefined } {
    const above: Node<T>[] = [];
    let at: Node<T> | undefined = this.#root;
    for (const name of plainNames(path)) {
      above.push(at);
      at = at.children.get(name);
      if (at === undefined) break;
    }
    return { above, at };
  }
}

/** The names of a path up to the first with a wildcard. */
function plainNames(path: string): readonly string[] {
  const names = path.split('/').filter((name) => name !== '');
  const first = names.findIndex((name) => WILD.test(name));
  return first < 0 ? names : names.slice(0, first);
}
