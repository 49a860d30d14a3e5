import { randomBytes } from 'node:crypto';
import { DfixError } from '../../errors.js';
import { type EngineName, runner } from '../../verify/commands.js';
import { type Ended, runProcess } from './process.js';

/** How long the engine may take for anything but a build, milliseconds. */
const LIMIT = 10 * 60 * 1000;

export type Stream = (chunks: AsyncIterable<Uint8Array>) => Promise<void>;

/** The engine as one run of verify uses it: all that it makes has the run's id in its name and is known here. */
export class Session {
  readonly id = randomBytes(5).toString('hex');
  /** `docker` or `podman`. */
  readonly program: string;
  readonly #tags: string[] = [];
  readonly #containers = new Set<string>();
  #count = 0;

  constructor(
    readonly engine: EngineName,
    readonly cwd: string,
    readonly signal: AbortSignal,
  ) {
    this.program = runner(engine);
  }

  newTag(): string {
    const tag = `dfix-verify-${this.id}:${this.#tags.length}`;
    this.#tags.push(tag);
    return tag;
  }

  newContainer(): string {
    const name = `dfix-verify-${this.id}-${this.#count++}`;
    this.#containers.add(name);
    return name;
  }

  /** @throws DfixError only when interrupted, or when the program is not there */
  call(
    command: readonly string[],
    options: { readonly timeout?: number; readonly stream?: Stream; readonly input?: string | Uint8Array } = {},
  ): Promise<Ended> {
    const { cwd, signal } = this;
    return runProcess(command, { cwd, signal, timeout: LIMIT, environment: { DOCKER_BUILDKIT: '1' }, ...options });
  }

  /** @throws DfixError when it fails */
  async must(command: readonly string[], options: Parameters<Session['call']>[1] = {}): Promise<Ended> {
    const ended = await this.call(command, options);
    if (ended.code === 0) return ended;
    throw new DfixError('engine', `${command.slice(0, 3).join(' ')} failed: ${short(ended.stderr)}`);
  }

  async removeContainer(name: string): Promise<boolean> {
    const gone = await this.#remove([this.program, 'rm', '-f', '-v', name]);
    if (gone) this.#containers.delete(name);
    return gone;
  }

  /** Goes on after an interruption: this is what cleans up after one. */
  async #remove(command: readonly string[]): Promise<boolean> {
    try {
      const { code, stderr } = await runProcess(command, { cwd: this.cwd, timeout: LIMIT });
      return code === 0 || /no such|not found|unknown/i.test(stderr);
    } catch {
      return false;
    }
  }

  /** Removes all; gives the names of what could not be removed. */
  async close(builder: string | undefined): Promise<readonly string[]> {
    const left: string[] = [];
    for (const name of [...this.#containers]) if (!(await this.removeContainer(name))) left.push(name);
    for (const tag of this.#tags) if (!(await this.#remove([this.program, 'image', 'rm', '-f', tag]))) left.push(tag);
    await this.#dropCaches(builder);
    return left;
  }

  /** The cache mounts of this run; what else the builds left in the build cache is the engine's to clear. */
  async #dropCaches(builder: string | undefined): Promise<void> {
    if (this.engine !== 'buildx') return;
    const own = builder === undefined ? [] : [`--builder=${builder}`];
    const options = { cwd: this.cwd, timeout: LIMIT };
    try {
      const { stdout } = await runProcess(['docker', 'buildx', 'du', '--verbose', ...own], options);
      for (const record of stdout.split(/\n\s*\n/)) {
        const id = /^ID:\s+(\S+)/m.exec(record)?.[1];
        if (id === undefined || !record.includes(`dfix-verify-${this.id}-`)) continue;
        if (!record.includes('exec.cachemount')) continue;
        await runProcess(['docker', 'buildx', 'prune', '-f', `--filter=id=${id}`, ...own], options);
      }
    } catch {
      // The engine is gone; its cache goes stale by itself.
    }
  }
}

/** The end of an error message, in one line. */
export function short(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ').slice(0, 400);
}
