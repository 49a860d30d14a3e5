/** What a command may touch of the process; tests hand in their own. */
export interface Io {
  /** Results only. */
  readonly stdout: Writer;
  /** Errors, warnings, progress. */
  readonly stderr: Writer;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether stdout is a terminal. */
  readonly isTTY: boolean;
  /**
   * To be called before a run that takes long: memory is then worth more than the time to start.
   * @param inThreads whether the work is done in threads; to be called again when one has started
   */
  readonly beforeLongRun?: (inThreads?: boolean) => void;
  /** The script of the threads of `--jobs`; undefined: all is done in this thread. */
  readonly worker?: URL;
}

export interface Writer {
  write(text: string): unknown;
}

/** 0: fine. 1: would change under --check, or not settled. 2: usage, configuration or input error. */
export type ExitCode = 0 | 1 | 2;

/** Whether to colour: as asked, else on a terminal unless NO_COLOR is set (no-color.org). */
export function wantsColour(asked: boolean | undefined, { env, isTTY }: Io): boolean {
  if (asked !== undefined) return asked;
  return isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
