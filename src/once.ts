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

/** The same for a function of an object and a name or another object beside it. */
export function onceForEach<K extends object, N, V>(make: (key: K, name: N) => V): (key: K, name: N) => V {
  const known = onceFor((_: K) => new Map<N, { readonly value: V }>());
  return (key, name) => {
    const values = known(key);
    let found = values.get(name);
    if (found === undefined) values.set(name, (found = { value: make(key, name) }));
    return found.value;
  };
}
