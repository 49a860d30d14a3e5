import type { Difference, ImageConfig } from './types.js';

/** Fields of an image's configuration that decide how a container runs. */
export const CONFIG_FIELDS: readonly string[] = [
  'User',
  'Env',
  'Entrypoint',
  'Cmd',
  'WorkingDir',
  'ExposedPorts',
  'Volumes',
  'Labels',
  'StopSignal',
  'StopTimeout',
  'Healthcheck',
  'OnBuild',
  'Shell',
  'Author',
  'Os',
  'Architecture',
  'Variant',
];

/** Fields whose entries are told apart by name. */
const NAMED = new Set(['Env', 'Labels', 'ExposedPorts', 'Volumes']);

/**
 * The compared fields out of one element of what `docker image inspect` prints.
 * @param inspected parsed JSON, not trusted to have any shape
 */
export function readConfig(inspected: unknown): ImageConfig {
  const image = record(inspected);
  const config = { ...record(image['Config']), ...pick(image, ['Author', 'Os', 'Architecture', 'Variant']) };
  return Object.fromEntries(
    CONFIG_FIELDS.map((field) => [field, field === 'Env' ? environment(config[field]) : config[field]] as const).filter(
      ([, value]) => !isEmpty(value),
    ),
  );
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function pick(from: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, from[name]]));
}

/** `NAME=value` items as an object; the last one of a name counts. */
function environment(value: unknown): unknown {
  if (!Array.isArray(value)) return undefined;
  return Object.fromEntries(
    value.map(String).map((item) => {
      const equals = item.indexOf('=');
      return equals < 0 ? [item, ''] : [item.slice(0, equals), item.slice(equals + 1)];
    }),
  );
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/**
 * What differs, field by field; of ENV, LABEL, EXPOSE and VOLUME each name by itself (`Env.PATH`). Values of variables
 * are not told: they may be secret.
 */
export function compareConfigs(before: ImageConfig, after: ImageConfig): readonly Difference[] {
  return CONFIG_FIELDS.flatMap((field) => {
    // A container without one starts in the root.
    if (field === 'WorkingDir' && (before[field] ?? '/') === (after[field] ?? '/')) return [];
    if (!NAMED.has(field)) return differenceOf(field, before[field], after[field], true);
    const [a, b] = [record(before[field]), record(after[field])];
    return [...new Set([...Object.keys(a), ...Object.keys(b)])]
      .sort()
      .flatMap((name) => differenceOf(`${field}.${name}`, a[name], b[name], false));
  });
}

function differenceOf(what: string, before: unknown, after: unknown, tell: boolean): readonly Difference[] {
  const [a, b] = [textOf(before), textOf(after)];
  if (a === b) return [];
  const effect = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  const detail = tell ? `${a ?? 'none'} -> ${b ?? 'none'}` : effect;
  return [{ kind: 'config', effect, what, detail }];
}

/** Both come from one engine, which writes the names of an object in one order. */
function textOf(value: unknown): string | undefined {
  return JSON.stringify(value);
}
