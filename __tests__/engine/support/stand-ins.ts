import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { ContextFiles } from '../../oracle/build.js';
import { BASE_NAMES, baseImage } from '../../oracle/images.js';
import type { Entry } from '../../oracle/tree.js';
import { root } from '../../support/paths.js';

const LARGE = 256 * 1024 * 1024;

/**
 * Images by the names that the oracle knows, for real builds of its Dockerfiles. Shells (Debian's), coreutils (BusyBox on
 * Alpine), users and all that the builder does are real; package managers, compilers and downloads are the oracle's own
 * model, run by a Node of its own in `/oracle` over the files of the container. So nothing is proven of a package
 * manager here: what each command is modelled to do happens in a real file system, as a real shell calls it.
 */
export interface StandIns {
  /**
   * Builds a Dockerfile for real.
   * @param round builds of another round share no layer, and those of another `caches` no cache mount
   */
  build(text: string, context: ContextFiles, round: string, caches: string): Promise<string>;
  /** Every path of an image that is not the engine's. */
  files(tag: string): Promise<ReadonlyMap<string, Entry>>;
  config(tag: string): Promise<Readonly<Record<string, unknown>>>;
  /** The stand-in for a base image. */
  base(name: string, round: string): Promise<string>;
  close(): Promise<void>;
}

export async function openStandIns(): Promise<StandIns> {
  const own = `dfix-oracle-${randomBytes(6).toString('hex')}`;
  const folder = mkdtempSync(path.join(tmpdir(), 'dfix-oracle-'));
  const tags = new Set<string>();
  makeTool(path.join(folder, 'oracle'));
  const base = async (name: string, round: string): Promise<string> => {
    const tag = `${own}:${name.replace(':', '-')}-${round}`;
    if (tags.has(tag)) return tag;
    tags.add(tag);
    const flags = ['--network=host', '--load', '-t', tag, '-f', '-'];
    await docker(['buildx', 'build', ...flags, folder], standIn(name, own + round));
    return tag;
  };
  const server = createServer((request, response) => response.end(`remote https://example.com${request.url ?? ''}`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    base,
    build: async (text, context, round, caches) => {
      const tag = `${own}:build-${tags.size}`;
      tags.add(tag);
      const place = path.join(folder, `context-${tags.size}`);
      for (const [file, content] of Object.entries(context)) put(path.join(place, file), content);
      let named = text;
      for (const name of BASE_NAMES) if (text.includes(name)) named = named.replaceAll(name, await base(name, round));
      named = named
        .replaceAll('id=dfix-', `id=${own}-${caches}-`)
        .replaceAll(/^ADD (.*)https:\/\/example\.com\//gm, `ADD $1http://127.0.0.1:${port}/`);
      await docker(['buildx', 'build', '--network=host', '--load', '-t', tag, '-f', '-', place], named);
      rmSync(place, { recursive: true });
      return tag;
    },
    files: async (tag) => {
      const flags = ['--rm', '--network=none', '-u', '0', '--entrypoint', '/oracle/tool'];
      const lines = await docker(['run', ...flags, tag, 'list', '-']);
      return new Map(
        lines
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as [string, Entry]),
      );
    },
    config: async (tag) =>
      JSON.parse(await docker(['image', 'inspect', tag, '--format', '{{json .Config}}'])) as Record<string, unknown>,
    close: async () => {
      server.close();
      await docker(['image', 'rm', '-f', ...tags]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** A Node with its loader and libraries, so that it runs on musl too, and the oracle's commands in one file. */
function makeTool(folder: string): void {
  mkdirSync(path.join(folder, 'lib'), { recursive: true });
  copyFileSync(realpathSync(process.execPath), path.join(folder, 'node'));
  let loader = '';
  for (const line of execFileSync('ldd', [process.execPath], { encoding: 'utf8' }).split('\n')) {
    const file = /(\/\S+)/.exec(line.replace(/^.*=>/, ''))?.[1];
    if (file === undefined) continue;
    copyFileSync(realpathSync(file), path.join(folder, 'lib', path.basename(file)));
    if (path.basename(file).startsWith('ld-')) loader = path.basename(file);
  }
  const node = `/oracle/lib/${loader} --library-path /oracle/lib /oracle/node`;
  put(path.join(folder, 'tool'), `#!/bin/sh\nexec ${node} /oracle/tools.mjs "$@"\n`);
  chmodSync(path.join(folder, 'tool'), 0o755);
  execFileSync(path.join(root, 'node_modules', '.bin', 'esbuild'), [
    path.join(root, '__tests__', 'oracle', 'in-container.ts'),
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--log-level=error',
    `--outfile=${path.join(folder, 'tools.mjs')}`,
  ]);
}

/** BusyBox's shell would take its own `tar` and `wget` before those on the PATH, so Alpine has Debian's shells. */
const SHELLS = `COPY --from=debian:bookworm-slim /bin/dash /bin/dash
COPY --from=debian:bookworm-slim /bin/bash /bin/bash
COPY --from=debian:bookworm-slim /lib64/ld-linux-*.so.* /lib64/
COPY --from=debian:bookworm-slim /lib/*-linux-gnu/libc.so.6 /lib/*-linux-gnu/libtinfo.so.6 /usr/lib/
RUN ln -sf dash /bin/sh`;

function standIn(name: string, round: string): string {
  const { config } = baseImage(name)!;
  const env = [...config.env].map(([key, value]) => `${key}=${value}`).join(' ');
  return `FROM ${name.includes('alpine') ? `alpine:3.20\n${SHELLS}` : 'debian:bookworm-slim'}
COPY oracle /oracle
RUN echo 'node:x:1000:1000::/home/node:/bin/sh' >> /etc/passwd && echo 'node:x:1000:' >> /etc/group && echo ${round} > /oracle/round && /oracle/tool setup - ${name}
ENV ${env}
WORKDIR ${config.workdir}
CMD ${JSON.stringify(config.cmd)}
`;
}

function put(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Runs the client; what it prints. Fails with the end of its log. */
function docker(args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('docker', args, { maxBuffer: LARGE }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(stderr.split('\n').slice(-25).join('\n')));
    });
    // A command that reads nothing may have ended by then; its exit code tells how it went.
    child.stdin!.on('error', () => undefined);
    child.stdin!.end(input);
  });
}
