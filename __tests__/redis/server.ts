import { execFileSync, type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../support/paths.js';

const found = spawnSync('redis-server', ['--version']);
export const hasRedis = found.error === undefined && found.status === 0;
if (!hasRedis) console.log('skipped: redis-server is not installed');

/** A server of Redis in a folder of its own, which keeps all that it was told. */
export interface Server {
  readonly port: number;
  readonly folder: string;
  start(): Promise<void>;
  /** Ends it; what it holds is on the disk. */
  stop(): Promise<void>;
}

export async function redis(folder: string, words: readonly string[] = [], isTls = false): Promise<Server> {
  const port = await freePort();
  const own = path.join(folder, 'redis');
  mkdirSync(own);
  let child: ChildProcess | undefined;
  const server: Server = {
    port,
    folder: own,
    async start() {
      const kept = [
        '--dir',
        own,
        '--appendonly',
        'yes',
        '--appendfsync',
        'always',
        '--save',
        '',
        '--bind',
        '127.0.0.1',
      ];
      const listens = isTls ? ['--port', '0', '--tls-port', String(port)] : ['--port', String(port)];
      child = spawn('redis-server', [...listens, ...kept, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise<void>((resolve, reject) => {
        let said = '';
        child!.stdout!.on('data', (text: Buffer) => {
          said += text.toString();
          if (said.includes('Ready to accept connections')) resolve();
        });
        child!.on('exit', () => reject(new Error(said)));
      });
    },
    async stop() {
      if (child === undefined) return;
      const ended = new Promise((resolve) => child!.on('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      child = undefined;
    },
  };
  await server.start();
  return server;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** A folder with generated repositories in `repos`. */
export function repositories(count: number): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'dfix-redis-')));
  for (let i = 0; i < count; i++) {
    const name = `repos/r${String(i).padStart(4, '0')}`;
    write(folder, `${name}/Dockerfile`, `FROM debian:12\n# ${i}\nRUN apt-get update && apt-get install -y curl\n`);
  }
  return folder;
}

export function write(folder: string, name: string, content: string | Uint8Array): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), content);
}

export interface Dfix {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  out(): string;
  err(): string;
  readonly ended: Promise<number | string>;
}

/** The command as it is installed. */
export function dfix(cwd: string, words: readonly string[], env: Readonly<Record<string, string>> = {}): Dfix {
  const child = spawn(process.execPath, [path.join(root, 'bin/dfix.js'), ...words], {
    cwd,
    env: { ...process.env, CI: '1', ...env },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(signal ?? code ?? -1));
  });
  return { child, out: () => out, err: () => err, ended };
}

/** Waits until something holds. */
export async function until(holds: () => boolean, seconds = 120): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > seconds * 20) throw new Error('it did not come to that');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export interface LedgerLine {
  readonly repository: string;
  readonly outcome: string;
  readonly reason: string;
}

export function ledgerOf(folder: string): readonly LedgerLine[] {
  const text = readFileSync(path.join(folder, '.dfix-batch/ledger.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line.slice(17)) as LedgerLine);
}

/** Keys of steps that are in Redis. */
export function stepsIn({ port }: Server): readonly string[] {
  const listed = execFileSync('redis-cli', ['-p', String(port), '--scan', '--pattern', 'dfix:*__*'], {
    encoding: 'utf8',
  });
  return listed.split('\n').filter(Boolean);
}

export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
