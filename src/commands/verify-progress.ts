import { printable } from '../errors.js';
import type { Progress } from '../ports/engine/workbench.js';
import type { Io, Writer } from './io.js';

const EVERY = 100;
const CLEAR = '\r\u001b[2K';

export interface LiveProgress extends Progress {
  /** Writes a line that stays, above the one that moves. */
  say(line: string): void;
  close(): void;
}

/**
 * Lines on stderr: what was done and how long it took, with the steps of each build below it. On a terminal the last line
 * tells what is going on and for how long; in CI and when asked to be quiet nothing is told.
 */
export function liveProgress({ stderr, env }: Io, quiet: boolean): LiveProgress {
  const say = (line: string): void => void stderr.write(`${line}\n`);
  if (quiet || (env['CI'] ?? '') !== '') {
    const nothing = (): void => undefined;
    return { say, start: nothing, step: nothing, end: nothing, close: nothing };
  }
  return new Lines(stderr, isTerminal(stderr) && env['TERM'] !== 'dumb');
}

function isTerminal(writer: Writer): boolean {
  return 'isTTY' in writer && writer.isTTY === true;
}

class Lines implements LiveProgress {
  #label: string | undefined;
  #since = 0;
  #running = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly stderr: Writer,
    readonly terminal: boolean,
  ) {}

  say(line: string): void {
    this.stderr.write(`${this.terminal ? CLEAR : ''}${line}\n`);
  }

  start(label: string): void {
    this.close();
    this.#label = label;
    this.#running = '';
    this.#since = performance.now();
    if (!this.terminal) return;
    this.#timer = setInterval(() => this.#draw(), EVERY);
    this.#timer.unref();
  }

  step({ name, cached, seconds }: { name: string; cached: boolean; seconds: number }, ended: boolean): void {
    this.#running = name;
    if (ended && !cached) this.say(printable(`${time(seconds)}    ${name}`).slice(0, 160));
  }

  end(): void {
    if (this.#label !== undefined) this.say(printable(`${time(this.#seconds())}  ${this.#label}`));
    this.close();
  }

  close(): void {
    clearInterval(this.#timer);
    if (this.#label !== undefined && this.terminal) this.stderr.write(CLEAR);
    this.#label = undefined;
  }

  #draw(): void {
    const line = `${time(this.#seconds())}  ${this.#label ?? ''}${this.#running === '' ? '' : ` · ${this.#running}`}`;
    this.stderr.write(`${CLEAR}${printable(line).slice(0, 79)}`);
  }

  #seconds(): number {
    return (performance.now() - this.#since) / 1000;
  }
}

function time(seconds: number): string {
  return `${seconds.toFixed(1).padStart(7)} s`;
}
