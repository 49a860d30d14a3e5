import { spawn } from 'node:child_process';
import { env } from 'node:process';
import { createInterface } from 'node:readline';
import { DfixError } from '../../errors.js';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface ProcessOptions {
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; the process is ended then. */
  readonly timeout?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Called with each line of both streams as it comes. */
  readonly line?: (line: string) => void;
  /** Takes standard output as it comes instead of keeping it. */
  readonly stream?: (chunks: AsyncIterable<Uint8Array>) => Promise<void>;
}

/** What is kept of one stream; of more, the end. */
const MOST_KEPT = 8 * 1024 * 1024;
/** How long a process that was asked to end may take, milliseconds. */
const GRACE = 5000;

/**
 * Runs a program without a shell, in a process group of its own, so that Ctrl-C reaches dfix first.
 * @returns how it ended, whatever its code
 * @throws DfixError when it cannot be started, or was interrupted
 */
export async function runProcess(command: readonly string[], options: ProcessOptions): Promise<Ended> {
  const { cwd, signal, timeout, environment, input, stream, line } = options;
  const [program, ...words] = command;
  if (isAborted(signal)) throw interrupted();
  const child = spawn(program!, words, {
    cwd,
    env: { ...env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let timedOut = false;
  const group = (name: 'SIGTERM' | 'SIGKILL'): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // It has ended meanwhile.
    }
  };
  let hard: NodeJS.Timeout | undefined;
  const end = (): void => {
    group('SIGTERM');
    hard ??= setTimeout(() => group('SIGKILL'), GRACE);
  };
  const timer = timeout === undefined ? undefined : setTimeout(() => ((timedOut = true), end()), timeout);
  signal?.addEventListener('abort', end);
  const stdout = new Kept();
  const stderr = new Kept();
  child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  try {
    const ended = new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve(code ?? 1));
    });
    // Watched from the start: a failing stream must not leave it without a listener.
    ended.catch(() => undefined);
    if (line !== undefined) {
      for (const source of [child.stdout, child.stderr]) createInterface({ input: source }).on('line', line);
    }
    if (stream === undefined) child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk));
    else {
      try {
        await stream(child.stdout);
      } catch (error) {
        end();
        await ended;
        if (!isAborted(signal) && !timedOut) throw error;
      }
    }
    const code = await ended;
    if (isAborted(signal)) throw interrupted();
    return { code, stdout: stdout.text(), stderr: stderr.text(), timedOut };
  } catch (error) {
    if (error instanceof DfixError) throw error;
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new DfixError('no-engine', `${program!} is not installed`);
  } finally {
    clearTimeout(timer);
    clearTimeout(hard);
    signal?.removeEventListener('abort', end);
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted ?? false;
}

export function interrupted(): DfixError {
  return new DfixError('interrupted', 'interrupted; containers, images and temporary files were removed');
}

/** The last megabytes of a stream. */
class Kept {
  #chunks: Buffer[] = [];
  #length = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length > MOST_KEPT && this.#chunks.length > 1) this.#length -= this.#chunks.shift()!.length;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
