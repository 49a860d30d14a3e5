import { randomBytes } from 'node:crypto';
import { DfixError } from '../../errors.js';
import { type EngineName, runner } from '../../verify/commands.js';
import { engineProblem } from '../../verify/environment.js';
import { dropCaches } from './caches.js';
import { type Ended, type ProcessOptions, runProcess } from './process.js';

/** How long the engine may take for anything but a build, milliseconds. */
const LIMIT = 10 * 60 * 1000;
/** How long an engine that was killed may take to be back for the cleaning up, milliseconds. */
const COMES_BACK = 15_000;
const PING = 10_000;

type CallOptions = Pick<ProcessOptions, 'timeout' | 'stream' | 'input' | 'line'>;

/** The engine as one run of verify uses it: all that it makes has the run's id in its name and is known here. */
export class Session {
  readonly id = randomBytes(5).toString('hex');
  /** `docker` or `podman`. */
  readonly program: string;
  readonly #tags: string[] = [];
  /** Images without a name, as they were made: each rests on ones before. */
  readonly #nameless: string[] = [];
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

  /** Takes over an image without a name that a build has made. */
  adopt(image: string): void {
    this.#nameless.push(image);
  }

  /**
   * @returns how it ended, also when it failed by itself
   * @throws DfixError when interrupted, when the program is not there, or when it failed because of the engine: it is gone,
   * or its disk is full
   */
  async call(command: readonly string[], options: CallOptions = {}): Promise<Ended> {
    const { cwd, signal } = this;
    const environment = { DOCKER_BUILDKIT: '1' };
    const ended = await runProcess(command, { cwd, signal, timeout: LIMIT, environment, ...options });
    if (ended.code === 0 || ended.timedOut) return ended;
    const problem = engineProblem(ended.stderr + ended.stdout, await this.#answers());
    if (problem === undefined) return ended;
    throw new DfixError('engine', `${command.slice(0, 3).join(' ')} failed: ${short(problem)}`);
  }

  /** @throws DfixError when it fails */
  async must(command: readonly string[], options: CallOptions = {}): Promise<Ended> {
    const ended = await this.call(command, options);
    if (ended.code === 0) return ended;
    const why = ended.timedOut ? 'it took too long' : short(ended.stderr);
    throw new DfixError('engine', `${command.slice(0, 3).join(' ')} failed: ${why}`);
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
      return code === 0 || /no such (?:container|image|object)|not known|does not exist/i.test(stderr);
    } catch {
      return false;
    }
  }

  async #answers(): Promise<boolean> {
    try {
      const { code } = await runProcess([this.program, 'version'], { cwd: this.cwd, timeout: PING });
      return code === 0;
    } catch {
      return false;
    }
  }

  /** Removes all; waits a little for an engine that is gone. Gives the names of what could not be removed. */
  async close(builder: string | undefined): Promise<readonly string[]> {
    const deadline = Date.now() + COMES_BACK;
    while (!(await this.#answers())) {
      if (Date.now() > deadline) return [...this.#containers, ...this.#tags];
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const left: string[] = [];
    for (const name of [...this.#containers]) if (!(await this.removeContainer(name))) left.push(name);
    for (const tag of this.#tags) if (!(await this.#remove([this.program, 'image', 'rm', '-f', tag]))) left.push(tag);
    // Not by force: whatever rests on one of them since is not ours.
    for (const image of this.#nameless.reverse()) await this.#remove([this.program, 'image', 'rm', image]);
    await dropCaches(this, `dfix-verify-${this.id}-`, builder);
    return left;
  }
}

/** The end of an error message, in one line. */
export function short(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ').slice(0, 400);
}
