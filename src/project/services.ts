import { onceFor } from '../once.js';
import type { ContextFiles } from './context.js';
import { dockerRunsIn } from './docker-commands.js';
import { mayBuild } from './image-owner.js';
import { deployedIn } from './kubernetes.js';
import { parseYaml } from './manifests/parse.js';
import { folderOf, joinPath, resolveInContext } from './paths.js';
import { mapOf, type Started } from './started.js';

/** A service of a compose file, a container of Kubernetes or a `docker run`, of an image which the project builds. */
export interface Service extends Pick<Started, 'what' | 'starts' | 'command'> {
  /** The Dockerfile, from the root of the build context; undefined where a variable names it. */
  readonly dockerfile: string | undefined;
  /** The stage that is built; undefined is the last one. */
  readonly target: string | undefined;
}

const COMPOSE = /(?:^|\/)(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/;
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * The services of compose files that build from the root of the context, or run what another service builds there, and
 * what else is started in images that the project builds.
 * @param dockerfile the Dockerfile in question, from the root of the context; `Dockerfile` where it is not known
 */
export function servicesOf(context: ContextFiles, dockerfile = 'Dockerfile'): readonly Service[] {
  return servicesAmong(writtenIn(context), context, dockerfile, '');
}

/**
 * The same for one of the folders of a repository, by files that lie elsewhere.
 * @param folder the root of the build context
 */
export function servicesAround(repository: ContextFiles, folder: string, dockerfile: string): readonly Service[] {
  const outside = ({ path }: { readonly path: string }): boolean => !path.startsWith(`${folder}/`);
  const { services, started } = writtenIn(repository);
  if (folder === '') return [];
  const around = { services: services.filter(outside), started: started.filter(outside) };
  return servicesAmong(around, repository, dockerfile, folder);
}

interface Found {
  readonly services: readonly Written[];
  readonly started: readonly Started[];
}

const writtenIn = onceFor((context: ContextFiles): Found => ({
  services: context.paths.filter((path) => COMPOSE.test(path)).flatMap((path) => readServices(context, path)),
  started: [...deployedIn(context), ...dockerRunsIn(context)],
}));

function servicesAmong(
  { services, started }: Found,
  { paths }: ContextFiles,
  dockerfile: string,
  root: string,
): readonly Service[] {
  const composed = services.flatMap(({ path, name, service }) => {
    const build = buildOf(service) ?? services.map((one) => sameImage(one, path, name, service)).find((one) => one);
    const built = build === undefined ? undefined : placeOf(build, path, root);
    if (built === undefined || (built.dockerfile ?? dockerfile) !== dockerfile) return [];
    return [{ name, what: `the service ${name} of ${path}`, ...built, ...startsOf(service) }];
  });
  const named = (service: string) => composed.find(({ name }) => name === service);
  const others = started.flatMap(({ what, image, service, starts, command }) => {
    const own =
      service === undefined ? mayBuild(image, joinPath(root, dockerfile), paths) : named(service) !== undefined;
    const target = service === undefined ? undefined : named(service)?.target;
    return own ? [{ what, dockerfile, target, starts, command }] : [];
  });
  return [
    ...composed
      .filter(({ starts }) => starts.length > 0)
      .map(({ what, dockerfile: of, target, starts, command }) => ({ what, dockerfile: of, target, starts, command })),
    ...others,
  ];
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

function startsOf(service: Written['service']): Pick<Service, 'starts' | 'command'> {
  const test = mapOf(service.get('healthcheck')).get('test');
  const starts = (given: unknown): readonly string[] => {
    if (!Array.isArray(given)) return textOf(given) === undefined ? [] : [textOf(given)!];
    const words = given.map((word) => textOf(word) ?? '$UNKNOWN');
    if (given === test && /^(?:CMD-SHELL|NONE)$/.test(words[0] ?? '')) return words.slice(1, 2);
    const command = given === test && words[0] === 'CMD' ? words.slice(1) : words;
    return command.length === 0 ? [] : [command.map((word) => (PLAIN.test(word) ? word : quoted(word))).join(' ')];
  };
  const [entrypoint, command] = [starts(service.get('entrypoint')), starts(service.get('command'))];
  return {
    starts: [...entrypoint, ...command, ...starts(test)],
    command: service.has('entrypoint') ? '' : (command[0] ?? ''),
  };
}

function quoted(word: string): string {
  return word.includes('$') ? `"${word.replaceAll('"', '\\"')}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A scalar as text, with compose's `$$` as the dollar that the container sees. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value).replaceAll('$$', () => '$') : undefined;
}
