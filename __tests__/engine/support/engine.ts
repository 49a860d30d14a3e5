import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LARGE = 256 * 1024 * 1024;

/** Whether a container engine with buildx answers. */
export const hasEngine =
  spawnSync('docker', ['buildx', 'version']).status === 0 && spawnSync('docker', ['version']).status === 0;
if (!hasEngine)
  process.stderr.write('skipped: the engine tests need a container engine with buildx, and none answers\n');

/** Whether the tests that take more than a minute or two run as well, as `npm run long` has them. */
export const isLong = process.env['DFIX_TEST_LONG'] === '1';

/** A build context of its own, with cache ids that no other run has. */
export interface Bench {
  /**
   * Builds a Dockerfile over the context's present files; gives the image's tag and the plain progress log.
   * @param round builds of another round share no layer with this one, only the cache mounts.
   */
  build(dockerfile: string, round: string): Promise<{ readonly tag: string; readonly log: string }>;
  write(file: string, content: string | Buffer): void;
  /** Every path of an image with type, mode, owner, link target and content hash; times are left out. */
  tree(tag: string): Promise<ReadonlyMap<string, string>>;
  config(tag: string): Promise<unknown>;
  /** Bytes of all layers together. */
  size(tag: string): Promise<number>;
  close(): Promise<void>;
}

export function openBench(files: Readonly<Record<string, string | Buffer>>): Bench {
  const run_ = randomBytes(6).toString('hex');
  const folder = mkdtempSync(path.join(tmpdir(), 'dfix-engine-'));
  const tags: string[] = [];
  const write = (file: string, content: string | Buffer): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  };
  for (const [file, content] of Object.entries(files)) write(file, content);
  return {
    write,
    build: async (dockerfile, round) => {
      const tag = `dfix-test-${run_}:${tags.length}`;
      tags.push(tag);
      // The user's own caches are neither used nor lost: ids get a prefix of this run. `--no-cache` would not do, it
      // leaves the mounts out as well.
      const own = dockerfile
        .replaceAll('id=dfix-', `id=${run_}-`)
        .replaceAll(/^FROM .*$/gm, `$&\nENV DFIX_RUN=${run_}-${round}`);
      write('Dockerfile.test', own);
      const args = [
        'buildx',
        'build',
        '--network=host',
        '--progress=plain',
        '--load',
        '-t',
        tag,
        '-f',
        'Dockerfile.test',
        '.',
      ];
      const { stderr } = await run('docker', args, { cwd: folder, maxBuffer: LARGE });
      return { tag, log: stderr };
    },
    tree: async (tag) => {
      const script =
        'cd / && find . -xdev \\( -path ./proc -o -path ./sys -o -path ./dev \\) -prune -o -printf "%p|%y|%m|%U|%G|%l\\n" && find . -xdev \\( -path ./proc -o -path ./sys -o -path ./dev \\) -prune -o -type f -print0 | xargs -0 sha256sum';
      const { stdout } = await run(
        'docker',
        ['run', '--rm', '--network=none', '-u', '0', '--entrypoint', 'sh', tag, '-c', script],
        {
          maxBuffer: LARGE,
        },
      );
      const tree = new Map<string, string>();
      for (const line of stdout.split('\n')) {
        const hash = /^([0-9a-f]{64}) {2}(.+)$/.exec(line);
        if (hash !== null) tree.set(hash[2]!, `${tree.get(hash[2]!) ?? ''} ${hash[1]!}`);
        else if (line !== '') tree.set(line.slice(0, line.indexOf('|')), line.slice(line.indexOf('|')));
      }
      return tree;
    },
    config: async (tag) => {
      const { stdout } = await run('docker', ['image', 'inspect', tag, '--format', '{{json .Config}}']);
      return JSON.parse(stdout) as unknown;
    },
    size: async (tag) => {
      const { stdout } = await run('docker', ['image', 'inspect', tag, '--format', '{{.Size}}']);
      return Number(stdout);
    },
    close: async () => {
      if (tags.length > 0) await run('docker', ['image', 'rm', '-f', ...tags]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
