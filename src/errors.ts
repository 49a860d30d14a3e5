import type { Position } from './dockerfile/text.js';

/** Where an error stands that is about a Dockerfile as a whole. */
export const FILE_START: Position = { line: 1, column: 1 };

/** What a {@link DfixError} may tell beside its code and message. */
interface ErrorDetails {
  /** What the user can do about it. */
  readonly hint?: string | undefined;
  /** The file at fault, as the user named it. */
  readonly file?: string | undefined;
  readonly position?: Position | undefined;
}

/** An error that dfix knows and explains in one line; every other error is a bug in dfix. */
export class DfixError extends Error {
  override readonly name = 'DfixError';
  readonly hint: string | undefined;
  readonly file: string | undefined;
  readonly position: Position | undefined;

  /** @param code a stable kebab-case word that tells this kind of error from others */
  constructor(
    readonly code: string,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message);
    this.hint = details.hint;
    this.file = details.file;
    this.position = details.position;
  }
}

/**
 * One line for people: `file:line:column: message (hint)`, safe to print on a terminal.
 * An error that dfix does not know is called internal; with `debug` its stack follows on further lines.
 */
export function formatError(error: unknown, debug = false): string {
  if (error instanceof DfixError) {
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    const line = printable(`${place(error)}${error.message}${hint}`);
    return debug ? `${line}\n${printableLines(error.stack ?? '')}` : line;
  }
  if (!debug) return `internal error: ${printable(messageOf(error))} (set DFIX_DEBUG=1 for the stack)`;
  return `internal error: ${printableLines((error instanceof Error && error.stack) || messageOf(error))}`;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  const has = typeof error === 'object' && error !== null && 'message' in error;
  return has && typeof error.message === 'string' ? error.message : String(error);
}

function place(error: DfixError): string {
  if (error.file === undefined) return '';
  const { position } = error;
  return position === undefined ? `${error.file}: ` : `${error.file}:${position.line}:${position.column}: `;
}

// Control characters (C0, DEL, C1), line separators, characters without width and those that reorder text, lone halves
// of surrogate pairs, and the invisible tag characters.
const UNPRINTABLE =
  /[\p{Cc}\u{ad}\u{61c}\u{180e}\u{200b}\u{200e}\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{fff9}-\u{fffb}\p{Cs}\u{e0000}-\u{e007f}]/gu;
const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** The text in one line, with everything that a terminal would obey or hide written as `\n`, `\x1b`, `\u202e`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0)!;
    const hex = code.toString(16);
    const short = SHORT.get(character);
    if (short !== undefined) return short;
    if (code > 0xffff) return `\\u{${hex}}`;
    return code > 0xff ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`;
  });
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
