import { runTransforms } from '../../src/transform/index.js';
import { folderOf } from '../../src/verify/closure.js';
import type { Proof } from '../../src/verify/proof.js';
import type { ProofReport } from '../../src/verify/report.js';
import { hashesOf, type ProofInputs } from '../../src/verify/saved-proof.js';
import { sayHello } from '../cli/harness.js';
import type { Image, Tree, TreeEntry } from '../../src/verify/types.js';

export const file = (content: string, more: Partial<TreeEntry> = {}): TreeEntry => ({
  type: 'file',
  size: content.length,
  mode: 0o644,
  uid: 0,
  gid: 0,
  sha256: content,
  ...more,
});
export const folder: TreeEntry = { type: 'directory', size: 0, mode: 0o755, uid: 0, gid: 0 };
export const link = (to: string): TreeEntry => ({ type: 'link', size: 0, mode: 0o777, uid: 0, gid: 0, link: to });
export const tree = (entries: Readonly<Record<string, TreeEntry>>): Tree => new Map(Object.entries(entries));

/** With the folders around each path, as an engine exports them. */
export const withFolders = (files: Tree): Tree => {
  const all = new Map(files);
  for (const path of files.keys())
    for (let at = folderOf(path); at !== '/'; at = folderOf(at)) if (!all.has(at)) all.set(at, folder);
  return all;
};

/** An image with a program, a library, a script and two packages. */
export const entries: Readonly<Record<string, TreeEntry>> = {
  '/usr': folder,
  '/usr/bin': folder,
  '/usr/bin/app': file('app', { mode: 0o755, elf: { interpreter: '/lib/ld.so', needed: ['libx.so.1'], runPaths: [] } }),
  '/lib': folder,
  '/lib/ld.so': link('ld-1.so'),
  '/lib/ld-1.so': file('loader', { mode: 0o755 }),
  '/usr/lib': folder,
  '/usr/lib/libx.so.1': file('x'),
  '/app': folder,
  '/app/data.txt': file('data'),
  '/app/link': link('data.txt'),
  '/app/cache': folder,
  '/app/cache/one': file('1'),
  '/var/lib/dpkg/status': file('status', {
    text: 'Package: less\nStatus: install ok installed\nVersion: 1\n\nPackage: ed\nStatus: install ok installed\nVersion: 2\n',
  }),
  '/var/lib/dpkg/info/less.list': file('list', { text: '/.\n/usr\n/usr/bin/less\n' }),
  '/usr/bin/less': file('less', { mode: 0o755 }),
  '/usr/bin/ed': file('ed'),
  '/data/x': file('x'),
  '/app/pipe': { ...folder, type: 'fifo' },
  '/app/null': { ...folder, type: 'device', device: 'character 1:3' },
  '/app/ping': file('ping', { attributes: { 'security.capability': '01' } }),
  '/var/log/app': folder,
  '/var/log/app/out': link('/dev/stdout'),
};

export const config = {
  User: 'app',
  Env: { PATH: '/usr/bin', MODE: 'production' },
  Entrypoint: ['app'],
  Cmd: ['data.txt'],
  WorkingDir: '/app',
  ExposedPorts: { '80/tcp': {} },
  Volumes: { '/data': {} },
  Labels: { a: 'b' },
  StopSignal: 'SIGINT',
  StopTimeout: 5,
  Healthcheck: { Test: ['CMD', 'true'] },
  OnBuild: ['RUN true'],
  Shell: ['/bin/bash', '-c'],
  Author: 'somebody',
  Os: 'linux',
  Architecture: 'amd64',
  Variant: 'v8',
};

export const image = (
  changedEntries: Readonly<Record<string, TreeEntry | undefined>> = {},
  changedConfig: Readonly<Record<string, unknown>> = {},
): Image => {
  const all = Object.entries({ ...entries, ...changedEntries });
  return {
    config: { ...config, ...changedConfig },
    tree: new Map(all.filter((entry): entry is [string, TreeEntry] => entry[1] !== undefined)),
    size: 1,
    layers: 1,
    layerSizes: [],
  };
};

export const text = 'FROM a\nRUN echo hi\nRUN echo hi\n';
export const result = runTransforms(text, { transforms: [sayHello], allow: 'review' });
export const inputs: ProofInputs = {
  dockerfile: text,
  ignore: 'x\n',
  context: 'c',
  settings: { target: undefined, buildArgs: { A: '1', B: '2' } },
};
export const proof: Proof = {
  outcome: 'partly',
  verdicts: result.changes.map((change, index) => ({
    change,
    standing: index === 0 ? 'proven' : 'dropped',
    reason: index === 0 ? '' : 'it was bad',
  })),
  output: 'FROM a\nRUN echo hello\nRUN echo hi\n',
  ignore: 'x\n',
  accepts: () => true,
  before: { size: 2, layers: 2, layerSizes: [{ by: 'RUN echo hi', size: 2 }] },
  after: { size: 1, layers: 2, layerSizes: [] },
  timings: [{ kind: 'cold', file: undefined, before: { seconds: 2, steps: [] }, after: { seconds: 1, steps: [] } }],
  announced: [],
  unexplained: [],
  noise: 0,
  ran: [],
  notes: [],
  trials: 1,
};
export const report: ProofReport = {
  path: 'Dockerfile',
  engine: 'docker 1',
  platform: 'linux/amd64',
  inputs: hashesOf(inputs),
  proof,
  written: false,
};
