/** Reading of values whose shape is not known: parsed JSON, TOML and YAML. Only own properties are looked at. */

/** The value of a key in a parsed object or Map; undefined for anything else. */
export function field(value: unknown, key: string): unknown {
  if (value instanceof Map) return value.get(key);
  if (!isRecord(value)) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The value at a path of keys. */
export function fieldAt(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce(field, value);
}

/** The entries of a parsed object or Map, as a list that is safe to walk. */
export function entries(value: unknown): readonly (readonly [string, unknown])[] {
  if (value instanceof Map)
    return [...value].filter((entry): entry is [string, unknown] => typeof entry[0] === 'string');
  return isRecord(value) ? Object.entries(value) : [];
}

/** A string, else undefined. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The strings of a list; none when it is no list. */
export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The items of a list; none when it is no list. */
export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The string values of an object, by key. */
export function textMap(value: unknown): ReadonlyMap<string, string> {
  return new Map(entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
