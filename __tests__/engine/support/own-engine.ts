import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether a second engine can be started: that takes root and the daemon's program. */
export const canStartEngine =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--net', 'dockerd', '--version']).status === 0;
if (!canStartEngine)
  process.stderr.write('skipped: tests with an engine of their own need root and dockerd, and one is missing\n');

/** An engine of the test's own, without a network, its data in memory. */
export interface OwnEngine {
  /** What the clients of this engine need in their environment. */
  readonly env: NodeJS.ProcessEnv;
  docker(...words: readonly string[]): string;
  start(): Promise<void>;
  /** As a crash does it. */
  kill(): void;
  close(): Promise<void>;
}

/**
 * @param size of its data folder, as `mount` takes it
 * @param images copied from the engine that the other tests use
 */
export async function openOwnEngine(size: string, images: readonly string[]): Promise<OwnEngine> {
  const home = mkdtempSync(path.join(tmpdir(), 'own-engine-'));
  const data = path.join(home, 'data');
  const socket = `unix://${home}/docker.sock`;
  const env = { ...process.env, DOCKER_HOST: socket };
  mkdirSync(data);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', data]);
  const docker = (...words: readonly string[]): string => execFileSync('docker', words, { env, encoding: 'utf8' });
  const pidFile = path.join(home, 'dockerd.pid');
  const folders = ['--data-root', data, '--exec-root', path.join(home, 'exec'), '--pidfile', pidFile, '-H', socket];
  const start = async (): Promise<void> => {
    rmSync(pidFile, { force: true });
    // In a network namespace of its own: with `--bridge=none` it would take the bridge of the other engine away.
    spawn('unshare', ['--net', 'dockerd', ...folders, '--bridge=none', '--iptables=false'], {
      stdio: 'ignore',
      detached: true,
    }).unref();
    await until(() => spawnSync('docker', ['version'], { env }).status === 0);
  };
  const pids = (): readonly number[] =>
    [pidFile, path.join(home, 'exec', 'containerd', 'containerd.pid')].flatMap((file) => {
      try {
        return [Number(readFileSync(file, 'utf8'))];
      } catch {
        return [];
      }
    });
  const kill = (): void => {
    for (const pid of pids()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended before.
      }
    }
  };
  await start();
  const archive = path.join(home, 'images.tar');
  await run('docker', ['save', '-o', archive, ...images]);
  docker('load', '-i', archive);
  rmSync(archive);
  return {
    env,
    docker,
    start,
    kill,
    close: async () => {
      const [daemon] = pids();
      if (daemon !== undefined) {
        try {
          process.kill(daemon, 'SIGTERM');
          await until(() => spawnSync('docker', ['version'], { env }).status !== 0);
        } catch {
          // It has ended before.
        }
      }
      kill();
      spawnSync('sh', [
        '-c',
        `for m in $(awk '{print $2}' /proc/mounts | grep "^${home}/" | sort -r); do umount -l "$m"; done`,
      ]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error('the engine did not do what it should');
}
