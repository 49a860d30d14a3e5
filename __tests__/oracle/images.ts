import { programText } from './tools.js';
import { Tree, file, folder } from './tree.js';

/** An image: its files and what a container of it starts with. */
export interface Image {
  /** The name of the image that it was built from in the end. */
  readonly base: string;
  readonly tree: Tree;
  readonly config: Config;
}

export interface Config {
  env: Map<string, string>;
  user: string;
  workdir: string;
  shell: readonly string[];
  cmd: readonly string[] | undefined;
  entrypoint: readonly string[] | undefined;
  /** Everything else, by a name of its own: labels, ports, volumes, the stop signal, the health check, triggers. */
  rest: Map<string, string>;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

interface Base {
  readonly programs: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly cmd?: readonly string[];
  readonly debian?: boolean;
  readonly home?: boolean;
}

/** What the official images of these names hold, as far as generated builds can tell; from their own Dockerfiles. */
const bases: Readonly<Record<string, Base>> = {
  'debian:bookworm': { programs: ['apt-get'], debian: true, cmd: ['bash'] },
  'alpine:3.19': { programs: ['apk', 'wget'], cmd: ['/bin/sh'] },
  'node:20-bookworm': {
    programs: ['apt-get', 'node', 'curl', 'wget', 'git'],
    debian: true,
    home: true,
    env: { NODE_VERSION: '20.0.0', YARN_VERSION: '1.22.0' },
    cmd: ['node'],
  },
  'node:20-alpine': {
    programs: ['apk', 'wget', 'node'],
    home: true,
    env: { NODE_VERSION: '20.0.0', YARN_VERSION: '1.22.0' },
    cmd: ['node'],
  },
  'python:3.11-bookworm': {
    programs: ['apt-get', 'python3', 'curl', 'wget', 'git'],
    debian: true,
    env: { LANG: 'C.UTF-8' },
    cmd: ['python3'],
  },
  'golang:1.22-bookworm': {
    programs: ['apt-get', 'go', 'curl', 'wget', 'git'],
    debian: true,
    env: { GOPATH: '/go', GOTOOLCHAIN: 'local', PATH: `/go/bin:/usr/local/go/bin:${PATH}` },
    workdir: '/go',
    cmd: ['bash'],
  },
};

export const BASE_NAMES = Object.keys(bases);

/** A base image by its name; undefined for a name that the oracle does not know. */
export function baseImage(name: string): Image | undefined {
  if (name === 'scratch') return { base: name, tree: new Tree(), config: emptyConfig({}) };
  const base = bases[name];
  if (base === undefined) return undefined;
  const tree = new Tree();
  for (const path of [
    '/tmp',
    '/root',
    '/etc',
    '/opt',
    '/srv',
    '/usr/bin',
    '/usr/local/bin',
    '/usr/local/lib',
    '/usr/local/share',
    '/usr/share',
    '/var/cache',
    '/var/lib',
    '/var/log',
    '/home',
    '/dev',
  ])
    tree.put(path, folder('0:0'));
  for (const program of base.programs) tree.put(`/usr/bin/${program}`, file(programText(program)));
  if (base.debian === true) {
    tree.put('/usr/lib', folder('0:0'));
    tree.link('/lib', 'usr/lib', '0:0');
    tree.put('/etc/apt/apt.conf.d/docker-clean', file('clean'));
    for (const path of ['/var/lib/apt/lists', '/var/cache/apt/archives', '/var/lib/dpkg/info'])
      tree.put(path, folder('0:0'));
  } else for (const path of ['/etc/apk', '/var/cache/apk', '/lib/apk/db']) tree.put(path, folder('0:0'));
  if (base.home === true) tree.put('/home/node', folder('1000:1000'));
  const config = emptyConfig({ PATH, ...base.env });
  config.workdir = base.workdir ?? '/';
  if (base.workdir !== undefined) tree.makeFolders(base.workdir, '0:0', '0:0');
  config.cmd = base.cmd;
  return { base: name, tree, config };
}

function emptyConfig(env: Readonly<Record<string, string>>): Config {
  return {
    env: new Map(Object.entries(env)),
    user: '',
    workdir: '/',
    shell: ['/bin/sh', '-c'],
    cmd: undefined,
    entrypoint: undefined,
    rest: new Map(),
  };
}

export function copyImage({ base, tree, config }: Image): Image {
  return { base, tree: tree.copy(), config: { ...config, env: new Map(config.env), rest: new Map(config.rest) } };
}
