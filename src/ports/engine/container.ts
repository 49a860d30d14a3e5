import { createCommand, smokeWords } from '../../verify/commands.js';
import type { RunRequest } from '../../verify/port.js';
import type { Answer, Run } from '../../verify/types.js';
import type { Probe } from './probe.js';
import { type Session, short } from './session.js';

const POLL = 200;
/** Output that stays the same for so long is at an end, milliseconds. */
const QUIET = 500;
/** How long that is waited for, and for the other ports once one is open; milliseconds. */
const SETTLES = 3000;
/** Asked one after the other where neither the image nor the user names a port. */
const USUAL_PORTS = [8080, 3000, 8000, 5000, 80];

interface Watched {
  readonly exitCode: number | undefined;
  readonly ready?: boolean;
  readonly open?: readonly number[];
  readonly answers: readonly Answer[];
}

/** Runs an image with its command or a smoke command until it ends, is ready and has answered, or the time is up. */
export async function runContainer(
  session: Session,
  probe: Probe,
  image: string,
  request: RunRequest & { readonly platform: string | undefined },
): Promise<Run> {
  const name = session.newContainer();
  const what = request.smoke ?? 'command';
  const command = request.smoke === undefined ? undefined : smokeWords(request.smoke);
  const failed = (problem: string): Run => ({
    what,
    exitCode: undefined,
    stdout: '',
    stderr: '',
    problem: short(problem),
    answers: [],
  });
  try {
    const created = await session.call(
      createCommand(session.engine, { image, name, platform: request.platform, command }),
    );
    if (created.code !== 0) return failed(created.stderr);
    const started = await session.call([session.program, 'start', name]);
    if (started.code !== 0) return failed(started.stderr);
    const watched = await new Watch(session, probe, name, request).result();
    const { stdout, stderr } = await session.call([session.program, 'logs', name]);
    return { what, stdout, stderr, ...watched };
  } finally {
    await session.removeContainer(name);
  }
}

class Watch {
  readonly #deadline: number;
  /** Ports that were open when it was last looked, and since when one is. */
  #open: readonly number[] = [];
  #since: number | undefined;

  constructor(
    readonly session: Session,
    readonly probe: Probe,
    readonly name: string,
    readonly request: RunRequest,
  ) {
    this.#deadline = Date.now() + request.timeout * 1000;
  }

  async result(): Promise<Watched> {
    const { http } = this.request;
    const awaits = http.length > 0 || this.request.ready !== undefined || this.#ports().length > 0;
    while (Date.now() <= this.#deadline) {
      const exitCode = await this.#exitCode();
      if (exitCode !== undefined) return { exitCode, ...(awaits ? { ready: false } : {}), answers: unanswered(http) };
      if (awaits && (await this.#isReady())) {
        const answers = await this.#answers();
        await this.#settled();
        const open = this.#ports().length === 0 ? {} : { open: this.#open };
        return { exitCode: await this.#exitCode(), ready: true, ...open, answers };
      }
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
    const missed = awaits ? { ready: false, ...(this.#ports().length === 0 ? {} : { open: this.#open }) } : {};
    return { exitCode: await this.#exitCode(), ...missed, answers: unanswered(http) };
  }

  /** Undefined while it runs. */
  async #exitCode(): Promise<number | undefined> {
    const format = '{{.State.Status}} {{.State.ExitCode}}';
    const { stdout } = await this.session.must([this.session.program, 'inspect', '--format', format, this.name]);
    const [status, code] = stdout.trim().split(' ');
    return ['exited', 'dead', 'stopped'].includes(status ?? '') ? Number(code) : undefined;
  }

  /** Ports that count: the one to be ready, else those that the image declares; a smoke command has none. */
  #ports(): readonly number[] {
    const { smoke, ready, ports } = this.request;
    if (ready !== undefined && /^\d+$/.test(ready)) return [Number(ready)];
    return smoke === undefined && ready === undefined ? ports : [];
  }

  async #isReady(): Promise<boolean> {
    const { ready, http } = this.request;
    if (ready !== undefined && !/^\d+$/.test(ready)) {
      const { stdout, stderr } = await this.session.call([this.session.program, 'logs', this.name]);
      return stdout.includes(ready) || stderr.includes(ready);
    }
    const ports = this.#ports();
    if (ports.length === 0) return http.length === 0 || (await this.#openPort()) !== undefined;
    const open: number[] = [];
    for (const port of ports) if (await this.probe.isOpen(this.name, port)) open.push(port);
    this.#open = open;
    if (open.length > 0) this.#since ??= Date.now();
    // An image may declare ports that its settings do not use.
    return open.length === ports.length || (this.#since !== undefined && Date.now() - this.#since > SETTLES);
  }

  /** Waits until nothing more is printed: what comes just after it is ready belongs to its output. */
  async #settled(): Promise<void> {
    let last: string | undefined;
    for (const until = Date.now() + SETTLES; Date.now() < until;) {
      const { stdout, stderr } = await this.session.call([this.session.program, 'logs', this.name]);
      if (last === stdout + stderr) return;
      last = stdout + stderr;
      await new Promise((resolve) => setTimeout(resolve, QUIET));
    }
  }

  async #openPort(): Promise<number | undefined> {
    for (const port of [...this.request.ports, ...USUAL_PORTS]) {
      if (await this.probe.isOpen(this.name, port)) return port;
    }
    return undefined;
  }

  async #answers(): Promise<readonly Answer[]> {
    const { http } = this.request;
    if (http.length === 0) return [];
    const port = this.#open[0] ?? (await this.#openPort());
    if (port === undefined) return unanswered(http);
    const answers: Answer[] = [];
    for (const path of http) answers.push(await this.probe.get(this.name, port, path));
    return answers;
  }
}

function unanswered(http: readonly string[]): readonly Answer[] {
  return http.map((path) => ({ path, status: 0, body: '' }));
}
