import {
  type Dockerfile,
  type Instruction,
  type LogicalText,
  sliceLogical,
  type Statement,
} from '../dockerfile/index.js';
import { onceFor } from '../once.js';
import { parseShell } from './parse.js';
import type { ShellCommand, ShellScript, ShellWord } from './syntax.js';

/** What an instruction runs: a shell script, a program with arguments, nothing (`HEALTHCHECK NONE`), or not understood. */
export type Body =
  | { readonly kind: 'script'; readonly script: ShellScript; readonly errexit: boolean }
  | { readonly kind: 'exec'; readonly words: readonly string[]; readonly script: ShellScript | undefined }
  | { readonly kind: 'none' }
  | { readonly kind: 'opaque'; readonly why: string };

const POSIX_SHELLS = /^(?:.*\/)?(?:sh|bash|ash|dash|ksh|zsh)$/;

/** Whether a SHELL instruction's words name a shell whose scripts are read here; `errexit` when it runs with `-e`. */
export const posixShell = onceFor((shell: readonly string[]): { readonly errexit: boolean } | undefined => {
  if (!POSIX_SHELLS.test(shell[0] ?? '')) return undefined;
  const options = shell.slice(1);
  if (!options.some((option) => /^-[a-z]*c$/.test(option))) return undefined;
  return {
    errexit: options.some((option, i) => /^-[a-z]*e/.test(option) || (options[i - 1] === '-o' && option === 'errexit')),
  };
});

/**
 * The body of a RUN, CMD, ENTRYPOINT, HEALTHCHECK or SHELL-form ONBUILD trigger.
 * @param shell the words of the SHELL instruction in force.
 */
export function shellBody(file: Dockerfile, instruction: Instruction, shell: readonly string[]): Body {
  const statement: Statement = instruction.trigger ?? instruction;
  let { start } = statement.args;
  if (statement.keyword === 'HEALTHCHECK') {
    const type = /^(NONE|CMD)\b\s*/i.exec(instruction.logical.text.slice(start, statement.args.end));
    if (type === null || type[1]!.toUpperCase() === 'NONE') return { kind: 'none' };
    start += type[0].length;
  }
  if (statement.json !== undefined) return execBody(statement.json.map(({ value }) => value));
  if (start >= statement.args.end) return { kind: 'none' };
  const posix = posixShell(shell);
  if (posix === undefined) return { kind: 'opaque', why: `shell ${shell[0] ?? ''} is not read` };
  const head = sliceLogical(instruction.logical, start, statement.args.end);
  const source = instruction.heredocs.length === 0 ? head : heredocSource(file, instruction, head);
  if (typeof source === 'string') return { kind: 'opaque', why: source };
  const script = parseShell(source);
  return typeof script === 'string' ? { kind: 'opaque', why: script } : { kind: 'script', script, ...posix };
}

/** `["sh", "-c", "script"]` runs its script; its spans index the decoded string and must not be edited. */
function execBody(words: readonly string[]): Body {
  const flag = words.findIndex((word, i) => i > 0 && /^-[a-z]*c$/.test(word));
  if (!POSIX_SHELLS.test(words[0] ?? '') || flag < 0 || words[flag + 1] === undefined) {
    return { kind: 'exec', words, script: undefined };
  }
  const script = parseShell({ text: words[flag + 1]!, starts: [0], sources: [0] });
  return typeof script === 'string' ? { kind: 'opaque', why: script } : { kind: 'exec', words, script };
}

/**
 * The script of a RUN with here-documents. A lone `<<EOF` is the script itself (BuildKit runs it with the shell, or with
 * its `#!` program); otherwise the shell reads the command line followed by the documents. `\r` before a line end is left out.
 */
function heredocSource(file: Dockerfile, instruction: Instruction, head: LogicalText): LogicalText | string {
  const [first, ...others] = instruction.heredocs;
  if (first === undefined) return head;
  if (others.length === 0 && /^\d*<<-?\s*\S+$/.test(head.text)) {
    const shebang = /^\s*#!\s*(\S+)(?:\s+(\S+))?/.exec(file.slice(first.body));
    if (shebang !== null) {
      const program = /\/env$/.test(shebang[1]!) ? (shebang[2] ?? '') : shebang[1]!;
      if (!POSIX_SHELLS.test(program)) return `here-document run by ${program}`;
    }
    return lines(file, first.body.start, first.body.end);
  }
  const last = instruction.heredocs.at(-1)!;
  const bodies = lines(file, first.body.start, last.delimiter.end);
  const starts = [...head.starts, head.text.length];
  const sources = [...head.sources, first.body.start - 1];
  const shift = head.text.length + 1;
  for (let i = 0; i < bodies.starts.length; i++) {
    starts.push(bodies.starts[i]! + shift);
    sources.push(bodies.sources[i]!);
  }
  return { text: `${head.text}\n${bodies.text}`, starts, sources };
}

/** A stretch of the source without the `\r` of CRLF line ends. */
function lines(file: Dockerfile, start: number, end: number): LogicalText {
  const starts: number[] = [];
  const sources: number[] = [];
  let text = '';
  for (let at = start; at < end;) {
    const carriage = file.text.indexOf('\r\n', at);
    const stop = carriage < 0 || carriage >= end ? end : carriage;
    starts.push(text.length);
    sources.push(at);
    text += file.text.slice(at, stop);
    at = stop === end ? end : stop + 1;
  }
  return starts.length === 0 ? { text: '', starts: [0], sources: [start] } : { text, starts, sources };
}

/** Scripts further inside another are not understood: the text before them is read for each anew. */
const FURTHEST = 10_000;

/**
 * The script of a `sh -c 'script'` command inside a script; undefined when it is no such command or not understood. Where
 * it is written as the inner shell reads it, its spans index the text of the outer script, and it has that one's `sources`.
 */
export function nestedScript(script: ShellScript, command: ShellCommand): ShellScript | undefined {
  const [program, ...args] = command.words;
  if (program?.value === undefined || !POSIX_SHELLS.test(program.value)) return undefined;
  const flag = args.findIndex((word) => word.value !== undefined && /^-[a-z]*c$/.test(word.value));
  const word = args[flag + 1];
  if (flag < 0 || word?.value === undefined) return undefined;
  const { text, starts, sources } = script.source;
  const start = word.span.start + 1;
  if (start > FURTHEST) return undefined;
  const source = text.startsWith(word.value, start)
    ? { text: ' '.repeat(start) + word.value, starts, sources }
    : { text: word.value, starts: [0], sources: [sources[0]!] };
  const nested = parseShell(source);
  return typeof nested === 'string' ? undefined : nested;
}

/** The words of a JSON-form instruction as a simple command; its spans are empty. */
export function literalCommand(words: readonly string[]): ShellCommand {
  const span = { start: 0, end: 0 };
  const literal = (value: string): ShellWord => ({
    text: value,
    span,
    pieces: [{ kind: 'text', value, glob: false }],
    value,
  });
  return {
    type: 'command',
    assignments: [],
    words: words.map(literal),
    redirects: [],
    span,
    conditional: false,
    isolated: false,
    piped: false,
  };
}
