import { relationTo } from './paths.js';

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
    for (const part of pattern.split('/')) {
      if (part === '') continue;
      if (/[*?[]/.test(part)) break;
      let child = node.children.get(part);
      if (child === undefined) node.children.set(part, (child = { children: new Map(), entries: new Map() }));
      node = child;
    }
    const others = node.entries.get(pattern);
    if (others === undefined) node.entries.set(pattern, [value]);
    else others.push(value);
  }

  /** What was added under patterns that name a path or a folder above it. */
  over(path: string): readonly T[] {
    const found: T[] = [];
    for (const node of this.#upTo(path))
      for (const [pattern, values] of node.entries)
        if (/^(?:same|above)$/.test(relationTo(pattern, path))) for (const value of values) found.push(value);
    return found;
  }

  /** Whether any pattern names something in a folder. */
  hasWithin(folder: string): boolean {
    const node = this.#at(folder);
    if (node === undefined) return false;
    return (
      node.children.size > 0 || [...node.entries.keys()].some((pattern) => relationTo(pattern, folder) === 'within')
    );
  }

  /** What was added under patterns that name a path, a folder above it or something in it. */
  meeting(path: string): readonly T[] {
    const found = [...this.over(path)];
    const below = [this.#at(path)];
    for (let node = below.pop(); node !== undefined; node = below.pop()) {
      for (const [pattern, values] of node.entries)
        if (relationTo(pattern, path) === 'within') for (const value of values) found.push(value);
      below.push(...node.children.values());
    }
    return found;
  }

  /** The nodes from the root to a path, as far as there are any. */
  #upTo(path: string): readonly Node<T>[] {
    const nodes = [this.#root];
    for (const part of path.split('/')) {
      if (part === '') continue;
      const child = nodes.at(-1)!.children.get(part);
      if (child === undefined) return nodes;
      nodes.push(child);
    }
    return nodes;
  }

  #at(path: string): Node<T> | undefined {
    let node: Node<T> | undefined = this.#root;
    for (const part of path.split('/')) if (part !== '') node = node?.children.get(part);
    return node;
  }
}
