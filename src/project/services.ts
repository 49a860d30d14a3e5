import { onceFor } from '../once.js';
import type { ContextFiles } from './context.js';
import { parseYaml } from './manifests/parse.js';
import { folderOf, resolveInContext } from './paths.js';

/** A service of a compose file that runs an image which the project builds. */
export interface Service {
  /** `the service web of compose.yaml` */
  readonly what: string;
  /** The Dockerfile, from the root of the build context; undefined where a variable names it. */
  readonly dockerfile: string | undefined;
  /** The stage that is built; undefined is the last one. */
  readonly target: string | undefined;
  /** What is started beside or instead of the image's own commands, as shell text: command, entrypoint, healthcheck. */
  readonly starts: readonly string[];
}

const COMPOSE = /(?:^|\/)(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/;
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * The services of compose files that build from the root of the context, or run what another service builds there.
 * @param dockerfile the Dockerfile in question, from the root of the context; `Dockerfile` where it is not known
 */
export function servicesOf(context: ContextFiles, dockerfile = 'Dockerfile'): readonly Service[] {
  return servicesAmong(writtenIn(context), dockerfile, '');
}

/**
 * The services of a repository that build from one of its folders, by compose files that lie elsewhere.
 * @param folder the root of the build context
 */
export function servicesAround(repository: ContextFiles, folder: string, dockerfile: string): readonly Service[] {
  const around = writtenIn(repository).filter(({ path }) => !path.startsWith(`${folder}/`));
  return folder === '' ? [] : servicesAmong(around, dockerfile, folder);
}

const writtenIn = onceFor((context: ContextFiles): readonly Written[] =>
  context.paths.filter((path) => COMPOSE.test(path)).flatMap((path) => readServices(context, path)),
);

function servicesAmong(written: readonly Written[], dockerfile: string, root: string): readonly Service[] {
  return written.flatMap(({ path, name, service }) => {
    const build = buildOf(service) ?? written.map((one) => sameImage(one, path, name, service)).find((one) => one);
    const built = build === undefined ? undefined : placeOf(build, path, root);
    if (built === undefined || (built.dockerfile ?? dockerfile) !== dockerfile) return [];
    const starts = startsOf(service);
    return starts.length === 0 ? [] : [{ what: `the service ${name} of ${path}`, ...built, starts }];
  });
}

interface Written {
  readonly path: string;
  readonly name: string;
  readonly service: ReadonlyMap<unknown, unknown>;
}

function readServices(context: ContextFiles, path: string): readonly Written[] {
  const parsed = parseYaml(context.read(path) ?? '');
  const services = 'value' in parsed ? mapOf(mapOf(parsed.value).get('services')) : new Map<unknown, unknown>();
  return [...services].map(([name, service]) => ({ path, name: String(name), service: merged(mapOf(service)) }));
}

/** A mapping with what `<<` takes over from an anchor. */
function merged(service: ReadonlyMap<unknown, unknown>): ReadonlyMap<unknown, unknown> {
  const taken = [service.get('<<')].flat().flatMap((one) => [...mapOf(one)]);
  return new Map([...taken, ...service]);
}

/** The build of another service of the same image, or of the same name in a file that this one is laid over. */
function sameImage(
  other: Written,
  path: string,
  name: string,
  service: Written['service'],
): Written['service'] | undefined {
  const image = service.get('image');
  const extended = extendedBy(service, path);
  if (extended !== undefined)
    return other.path === extended.path && other.name === extended.name ? buildOf(other.service) : undefined;
  const same = image === undefined ? other.name === name && other.path !== path : other.service.get('image') === image;
  return same && folderOf(other.path) === folderOf(path) ? buildOf(other.service) : undefined;
}

/** The service that one is made of by `extends`. */
function extendedBy(service: Written['service'], path: string): Pick<Written, 'path' | 'name'> | undefined {
  const extended = service.get('extends');
  if (typeof extended === 'string') return { path, name: extended };
  const name = textOf(mapOf(extended).get('service'));
  const file = textOf(mapOf(extended).get('file'));
  const found = file === undefined ? path : resolveInContext(folderOf(path), file);
  return name === undefined || found === undefined ? undefined : { path: found, name };
}

function buildOf(service: Written['service']): Written['service'] | undefined {
  const build = service.get('build');
  return typeof build === 'string' ? new Map([['context', build]]) : build instanceof Map ? merged(build) : undefined;
}

/** Where a build is; undefined where it starts from another folder than the root of the context. */
function placeOf(
  build: Written['service'],
  path: string,
  root: string,
): Pick<Service, 'dockerfile' | 'target'> | undefined {
  const folder = textOf(build.get('context')) ?? '.';
  if (build.has('dockerfile_inline') || resolveInContext(folderOf(path), folder) !== root) return undefined;
  const dockerfile = textOf(build.get('dockerfile')) ?? 'Dockerfile';
  return {
    dockerfile: dockerfile.includes('$') ? undefined : resolveInContext('', dockerfile),
    target: textOf(build.get('target'))?.toLowerCase(),
  };
}

function startsOf(service: Written['service']): readonly string[] {
  const test = mapOf(service.get('healthcheck')).get('test');
  return [service.get('entrypoint'), service.get('command'), test].flatMap((given) => {
    if (!Array.isArray(given)) return textOf(given) ?? [];
    const words = given.map((word) => textOf(word) ?? '$UNKNOWN');
    if (given === test && /^(?:CMD-SHELL|NONE)$/.test(words[0] ?? '')) return words.slice(1, 2);
    const command = given === test && words[0] === 'CMD' ? words.slice(1) : words;
    return command.length === 0 ? [] : command.map((word) => (PLAIN.test(word) ? word : quoted(word))).join(' ');
  });
}

function quoted(word: string): string {
  return word.includes('$') ? `"${word.replaceAll('"', '\\"')}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}

function mapOf(value: unknown): ReadonlyMap<unknown, unknown> {
  return value instanceof Map ? value : new Map();
}

/** A scalar as text, with compose's `$$` as the dollar that the container sees. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value).replaceAll('$$', () => '$') : undefined;
}
