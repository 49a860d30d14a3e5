/** The value that `make` gives, made when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/**
 * A function of an object that works its result out when it is first asked for it, and keeps it as long as the object is.
 * @param make gives the result; what is asked beside the object has to be the same each time
 */
export function onceFor<K extends object, V, A extends readonly unknown[] = []>(
  make: (key: K, ...rest: A) => V,
): (key: K, ...rest: A) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (key, ...rest) => {
    let found = known.get(key);
    if (found === undefined) known.set(key, (found = { value: make(key, ...rest) }));
    return found.value;
  };
}
