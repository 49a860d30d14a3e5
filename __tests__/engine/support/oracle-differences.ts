import { baseImage, type Config, type Image } from '../../oracle/images.js';
import type { Entry } from '../../oracle/tree.js';

/** Where a real image is another one than the oracle's: what both have of their base images is left out. */
export function differences(
  { base, tree }: Image,
  found: ReadonlyMap<string, Entry>,
  foundBase: ReadonlyMap<string, Entry>,
): readonly string[] {
  const expectedBase = baseImage(base)!.tree;
  return [...new Set([...tree.below('/'), ...found.keys(), ...foundBase.keys()])].sort().flatMap((path) => {
    const expected = told(path, tree.at(path), expectedBase.at(path));
    const got = told(path, found.get(path), foundBase.get(path));
    return expected === got ? [] : [`${path}: expected ${expected}, got ${got}`];
  });
}

function told(path: string, entry: Entry | undefined, base: Entry | undefined): string {
  const text = entry === undefined ? 'nothing' : textOf(path, entry);
  return text === (base === undefined ? 'nothing' : textOf(path, base)) ? 'as in the base image' : text;
}

export function textOf(path: string, { kind, owner, mode, text }: Entry): string {
  return `${kind} ${mode} ${owner} ${JSON.stringify(path.endsWith('/environment') ? variables(text) : text)}`;
}

/** What `env` prints, in one order and without what shell and builder set for themselves. */
function variables(text: string): string {
  return text
    .split('\n')
    .filter((line) => line !== '' && !/^(?:PWD|OLDPWD|SHLVL|_|HOSTNAME)=/.test(line))
    .sort()
    .join('\n');
}

const FIELDS = [
  'Env',
  'User',
  'WorkingDir',
  'Cmd',
  'Entrypoint',
  'Labels',
  'ExposedPorts',
  'Volumes',
  'StopSignal',
  'Healthcheck',
  'Shell',
];

/** An image's configuration without its empty fields. */
export function configOf(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = config[field];
      if (value === undefined || value === null || value === '' || Object.keys(value).length === 0) return [];
      return [[field, field === 'Env' ? [...(value as string[])].sort() : value]];
    }),
  );
}

/** The oracle's configuration as the engine writes it. */
export function expectedConfig({
  env,
  user,
  workdir,
  cmd,
  entrypoint,
  shell,
  rest,
}: Config): Readonly<Record<string, unknown>> {
  const named = (prefix: string): readonly (readonly [string, string])[] =>
    [...rest].flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
    );
  const isDefault = shell.join(' ') === '/bin/sh -c';
  const [health] = named('HEALTHCHECK');
  return configOf({
    Env: [...env].map(([name, value]) => `${name}=${value}`),
    User: user,
    WorkingDir: workdir,
    Cmd: cmd,
    Entrypoint: entrypoint,
    Labels: Object.fromEntries(named('label ')),
    ExposedPorts: Object.fromEntries(named('EXPOSE ').map(([port]) => [`${port}/tcp`, {}])),
    Volumes: Object.fromEntries(named('VOLUME ').map(([path]) => [path, {}])),
    StopSignal: rest.get('STOPSIGNAL'),
    Healthcheck: health === undefined ? undefined : { Test: JSON.parse(health[1]) as unknown },
    Shell: isDefault ? undefined : shell,
  });
}
