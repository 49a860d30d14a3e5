/** A map that looks into its own entries first, then into the map that it extends; neither ever changes. */
class Overlay<K, V> implements ReadonlyMap<K, V> {
  #flat: ReadonlyMap<K, V> | undefined;

  constructor(
    readonly base: ReadonlyMap<K, V>,
    readonly own: ReadonlyMap<K, V>,
  ) {}

  get(key: K): V | undefined {
    return this.own.has(key) ? this.own.get(key) : this.base.get(key);
  }

  has(key: K): boolean {
    return this.own.has(key) || this.base.has(key);
  }

  flat(): ReadonlyMap<K, V> {
    return (this.#flat ??= new Map([...this.base, ...this.own]));
  }

  get size(): number {
    return this.flat().size;
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    this.flat().forEach(visit);
  }

  entries() {
    return this.flat().entries();
  }

  keys() {
    return this.flat().keys();
  }

  values() {
    return this.flat().values();
  }

  [Symbol.iterator]() {
    return this.flat()[Symbol.iterator]();
  }
}

/**
 * A map with more entries, without copying most of those that it has: each layer is larger than the ones above it
 * together, so that there are few, and an entry is copied seldom.
 */
export function extend<K, V>(base: ReadonlyMap<K, V>, own: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  let below = base;
  let top = own;
  while (below instanceof Overlay && below.own.size <= top.size) {
    top = new Map([...(below as Overlay<K, V>).own, ...top]);
    below = below.base;
  }
  return new Overlay(below, top);
}
