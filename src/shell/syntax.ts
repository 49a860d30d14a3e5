import type { LogicalText, Span } from '../dockerfile/index.js';

/** A piece of a word after quote removal. */
export type WordPiece =
  | { readonly kind: 'text'; readonly value: string; readonly glob: boolean }
  /** `$NAME` or `${NAME}`; `quoted` when inside double quotes, so that it is never split. */
  | { readonly kind: 'variable'; readonly name: string; readonly quoted: boolean; readonly plain: boolean }
  /** A command substitution, arithmetic, brace expansion …: its value is not known. */
  | { readonly kind: 'unknown' };

export interface ShellWord {
  /** As written in the script. */
  readonly text: string;
  /** Place in the script's text. */
  readonly span: Span;
  readonly pieces: readonly WordPiece[];
  /** The value when every piece is literal and no glob; undefined otherwise. */
  readonly value: string | undefined;
}

interface ShellAssignment {
  readonly name: string;
  readonly value: ShellWord | undefined;
  readonly span: Span;
}

export interface ShellRedirect {
  readonly operator: string;
  readonly target: ShellWord | undefined;
  readonly span: Span;
}

interface NodeBase {
  readonly span: Span;
}

export interface ShellCommand extends NodeBase {
  readonly type: 'command';
  /** Assignments before the command name; alone they set shell variables. */
  readonly assignments: readonly ShellAssignment[];
  readonly words: readonly ShellWord[];
  readonly redirects: readonly ShellRedirect[];
  /** May be skipped or repeated: in `if`, `case`, a loop, a function, after `||`. */
  readonly conditional: boolean;
  /** Runs in a process of its own (pipeline, subshell, substitution, background): `cd` and `export` do not outlive it. */
  readonly isolated: boolean;
  /** Part of a pipeline, so its output or input is another command's. */
  readonly piped: boolean;
}

/** Commands one after another; `operators[i]` stands between item i and i + 1. */
export interface ShellSequence extends NodeBase {
  readonly type: 'sequence';
  readonly items: readonly ShellNode[];
  readonly operators: readonly { readonly text: '&&' | '||' | ';' | '&' | '\n'; readonly span: Span }[];
}

interface ShellPipeline extends NodeBase {
  readonly type: 'pipeline';
  readonly items: readonly ShellNode[];
  readonly negated: boolean;
}

/** A compound command; `bodies` are its lists in source order (condition first). */
export interface ShellBlock extends NodeBase {
  readonly type: 'block';
  readonly kind: 'subshell' | 'group' | 'if' | 'for' | 'while' | 'case' | 'function' | 'test' | 'other';
  /** The function's or the loop variable's name. */
  readonly name: string | undefined;
  readonly bodies: readonly ShellNode[];
  readonly redirects: readonly ShellRedirect[];
}

export type ShellNode = ShellCommand | ShellSequence | ShellPipeline | ShellBlock;

/** A shell script with its place in the Dockerfile; all spans inside index `source.text`. */
export interface ShellScript {
  readonly source: LogicalText;
  readonly body: ShellSequence;
  /** Every simple command in source order, those of substitutions included. */
  readonly commands: readonly ShellCommand[];
  /** The sequence or block that directly holds a node. */
  readonly parents: ReadonlyMap<ShellNode, ShellNode>;
}
