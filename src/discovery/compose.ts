import type { Locate } from '../config/data.js';
import { folderOf } from '../project/paths.js';
import { interpolate } from './interpolate.js';
import { UNKNOWN, type Value, type WrittenBuild } from './use.js';
import { type Data, listOf, objectOf, own, scalar } from './values.js';

/** A parsed compose file. */
export interface ComposeFile {
  readonly path: string;
  readonly value: unknown;
  readonly locate: Locate;
}

/** Whether a file name is a compose file's: `compose.yaml`, `docker-compose.prod.yml`. */
export function isComposeName(name: string): boolean {
  return /^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/.test(name);
}

/**
 * The builds of the compose files of one folder. A file that is laid over another (`compose.override.yaml`,
 * `docker-compose.dev.yml`) inherits what the plain one says of the same service.
 */
export function composeBuilds(files: readonly ComposeFile[]): readonly WrittenBuild[] {
  const base = files.find(({ path }) => /(?:^|\/)(?:docker-)?compose\.ya?ml$/.test(path));
  return files.flatMap((file) => {
    const services = objectOf(own(file.value, 'services'));
    return Object.keys(services).flatMap((name) => {
      const written = buildOf(services, name, 0);
      if (written === undefined) return [];
      const under = base === file ? undefined : buildOf(objectOf(own(base?.value, 'services')), name, 0);
      const line = file.locate(['services', name, 'build'])?.line ?? 1;
      return [toBuild(merge(under, written), `${file.path}:${line}`, folderOf(file.path))];
    });
  });
}

/** The `build` of a service, a short form written out, `extends` in the same file followed. */
function buildOf(services: Data, name: string, depth: number): Data | undefined {
  const service = own(services, name);
  const build = own(service, 'build');
  const written = typeof build === 'string' ? { context: build } : build === undefined ? undefined : objectOf(build);
  const extended = own(service, 'extends');
  const parent =
    typeof extended === 'string' ? extended : own(extended, 'file') === undefined && own(extended, 'service');
  if (written === undefined || typeof parent !== 'string' || depth > 10) return written;
  return merge(buildOf(services, parent, depth + 1), written);
}

function merge(base: Data | undefined, over: Data): Data {
  if (base === undefined) return over;
  const args = new Map([...argumentsOf(base['args']), ...argumentsOf(over['args'])]);
  return {
    ...base,
    ...over,
    args: [...args].map(([name, value]) => (value === undefined ? name : `${name}=${value}`)),
  };
}

function toBuild(build: Data, source: string, folder: string): WrittenBuild {
  return {
    source,
    kind: 'compose',
    folder,
    dockerfileFrom: 'context',
    context: valueOf(build['context']),
    dockerfile: valueOf(build['dockerfile']),
    target: valueOf(build['target']),
    buildArgs: new Map(
      [...argumentsOf(build['args'])].map(([name, value]) => [
        name,
        value === undefined ? UNKNOWN : interpolate(value),
      ]),
    ),
    inline: scalar(build['dockerfile_inline']),
  };
}

function valueOf(value: unknown): Value | undefined {
  if (value === undefined || value === null) return undefined;
  const text = scalar(value);
  return text === undefined ? UNKNOWN : interpolate(text);
}

/** `args` as a map or a list; without a value they come from the environment. */
function argumentsOf(args: unknown): ReadonlyMap<string, string | undefined> {
  if (!Array.isArray(args))
    return new Map(Object.entries(objectOf(args)).map(([name, value]) => [name, scalar(value)]));
  return new Map(
    listOf(args).flatMap((item) => {
      const text = scalar(item) ?? '';
      const equals = text.indexOf('=');
      return text === '' ? [] : [equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)]];
    }),
  );
}
