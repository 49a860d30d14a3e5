import {
  type Command,
  type CommandNode,
  type CompoundList,
  parse as parseBash,
  type ParsedScript,
  type Redirection,
  type Statement,
  type Word,
} from 'unbash';
import type { LogicalText, Span } from '../dockerfile/index.js';
import type { ShellBlock, ShellCommand, ShellNode, ShellRedirect, ShellScript, ShellSequence } from './syntax.js';
import { convertWord } from './words.js';

/** Bodies above this many characters, or with more nesting than this, are not understood: the parser would be slow or overflow. */
const LARGEST = 200_000;
const DEEPEST = 100;

type Place = Pick<ShellCommand, 'conditional' | 'isolated' | 'piped'>;
const TOP: Place = { conditional: false, isolated: false, piped: false };

/**
 * Parses a shell script (POSIX sh and bash) with unbash behind this adapter.
 * @returns the script, or the reason why it is not understood; then nothing in it may be edited.
 */
export function parseShell(source: LogicalText): ShellScript | string {
  let tree = recent.get(source.text);
  if (tree === undefined) {
    tree = parseText(source.text);
    if (recent.size >= RECENT_SIZE) recent.clear();
    recent.set(source.text, tree);
  }
  return typeof tree === 'string' ? tree : { source, ...tree };
}

type Tree = Omit<ShellScript, 'source'>;

/** Between passes most bodies stay as they are, so trees are kept by text. */
const RECENT_SIZE = 100;
const recent = new Map<string, Tree | string>();

function parseText(text: string): Tree | string {
  if (text.length > LARGEST) return `shell script longer than ${LARGEST} characters`;
  if ((text.match(/\$?\(|`|\{/g)?.length ?? 0) > DEEPEST && nesting(text) > DEEPEST)
    return 'shell script nested too deep';
  try {
    return new Adapter(text).tree(parseBash(text));
  } catch (error) {
    if (error instanceof NotUnderstood) return error.message;
    if (error instanceof RangeError) return 'shell script nested too deep';
    throw error;
  }
}

function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === '(' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ')' || character === '}') depth--;
  }
  return deepest;
}

class NotUnderstood extends Error {}

/** Carries the state of one conversion; nothing of it is seen outside this file. */
class Adapter {
  readonly #commands: ShellCommand[] = [];
  readonly #parents = new Map<ShellNode, ShellNode>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  tree(tree: ParsedScript): Tree {
    const body = this.#parsed(tree, TOP);
    this.#commands.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
    return { body, commands: this.#commands, parents: this.#parents };
  }

  #parsed(tree: ParsedScript, place: Place): ShellSequence {
    const error = tree.errors?.[0];
    if (error !== undefined) throw new NotUnderstood(`shell syntax: ${error.message}`);
    if (tree.source !== undefined) throw new NotUnderstood('escaped backticks');
    return this.#list(tree.commands, { start: tree.pos, end: tree.end }, place);
  }

  #list(statements: readonly Statement[], span: Span, place: Place): ShellSequence {
    const items = statements.map((statement) => {
      const inner = statement.background ? { ...place, isolated: true } : place;
      return this.#node(statement.command, inner);
    });
    return this.#sequence(items, span);
  }

  #sequence(items: readonly ShellNode[], span: Span): ShellSequence {
    const operators = items.slice(1).map((item, i) => {
      const from = items[i]!.span.end;
      const gap = this.#text.slice(from, item.span.start);
      const match = /&&|\|\||;|&|\n/.exec(gap.replace(/^[^\n]*?#[^\n]*/, (comment) => ' '.repeat(comment.length)));
      if (match === null) throw new NotUnderstood('unusual separator between commands');
      const start = from + match.index;
      return {
        text: match[0] as ShellSequence['operators'][number]['text'],
        span: { start, end: start + match[0].length },
      };
    });
    const sequence: ShellSequence = { type: 'sequence', items, operators, span };
    for (const item of items) this.#parents.set(item, sequence);
    return sequence;
  }

  #node(node: Statement['command'] | CommandNode, place: Place): ShellNode {
    const span = { start: node.pos, end: node.end };
    switch (node.type) {
      case 'Command':
        return this.#command(node, place);
      case 'AndOr': {
        const or = node.operators.indexOf('||');
        const items = node.commands.map((item, i) =>
          this.#node(item, or >= 0 && or < i ? { ...place, conditional: true } : place),
        );
        return this.#sequence(items, span);
      }
      case 'Pipeline': {
        const inner = node.commands.length > 1 ? { ...place, isolated: true, piped: true } : place;
        const items = node.commands.map((item) => this.#node(item, inner));
        const negated = node.prefixes.some((prefix) => prefix.type === 'Negation');
        if (items.length === 1 && node.prefixes.length === 0) return items[0]!;
        return this.#adopt({ type: 'pipeline', items, negated, span }, items);
      }
      case 'Redirected': {
        const block = this.#node(node.command, place) as ShellBlock;
        const redirects = this.#redirects(node.redirects, place);
        return this.#adopt({ ...block, span, redirects }, block.bodies);
      }
      default:
        return this.#block(node, place, span);
    }
  }

  #block(node: Exclude<CommandNode, Command | { type: 'Redirected' }>, place: Place, span: Span): ShellBlock {
    const maybe = { ...place, conditional: true };
    const make = (kind: ShellBlock['kind'], bodies: readonly ShellNode[], name?: string): ShellBlock =>
      this.#adopt({ type: 'block', kind, name, bodies, redirects: [], span }, bodies);
    switch (node.type) {
      case 'Subshell':
        return make('subshell', [this.#compound(node.body, { ...place, isolated: true })]);
      case 'BraceGroup':
        return make('group', [this.#compound(node.body, place)]);
      case 'If': {
        const bodies = [this.#compound(node.clause, place), this.#compound(node.then, maybe)];
        for (const elif of node.elif) bodies.push(this.#compound(elif.clause, maybe), this.#compound(elif.then, maybe));
        if (node.else !== undefined) bodies.push(this.#compound(node.else, maybe));
        return make('if', bodies);
      }
      case 'For':
      case 'Select':
        for (const word of node.wordlist ?? []) this.#word(word, place);
        return make('for', [this.#compound(node.body, maybe)], node.name.text);
      case 'ArithmeticFor':
        return make('for', [this.#compound(node.body, maybe)]);
      case 'While':
        return make('while', [this.#compound(node.clause, maybe), this.#compound(node.body, maybe)]);
      case 'Case':
        this.#word(node.word, place);
        return make(
          'case',
          node.items.map((item) => this.#compound(item.body, maybe)),
        );
      case 'Function':
        if (node.body.type === 'CompoundList') throw new NotUnderstood('incomplete function');
        return make('function', [this.#node(node.body, maybe)], node.name.text);
      case 'TestCommand':
        return make('test', []);
      case 'ArithmeticCommand':
        return make('other', []);
      case 'Coproc':
        throw new NotUnderstood('coproc');
    }
  }

  #compound(list: CompoundList, place: Place): ShellSequence {
    return this.#list(list.commands, { start: list.pos, end: list.end }, place);
  }

  #command(node: Command, place: Place): ShellCommand {
    const words: Word[] = node.name === undefined ? [] : [node.name];
    const assignments: ShellCommand['assignments'][number][] = [];
    for (const part of node.prefix) {
      if (part.type !== 'Assignment') continue;
      const { name, value, pos, end } = part;
      const word = value.type === 'Word' && value.end > value.pos ? this.#word(value, place) : undefined;
      if (value.type === 'ArrayValue') for (const element of value.elements) this.#word(element, place);
      assignments.push({ name, value: word, span: { start: pos, end } });
    }
    const converted = words.map((word) => this.#word(word, place));
    for (const part of node.suffix) {
      if (part.type === 'Word') converted.push(this.#word(part, place));
      else if (part.type === 'Assignment') converted.push(this.#assignmentWord(part, place));
    }
    const command: ShellCommand = {
      type: 'command',
      assignments,
      words: converted,
      redirects: this.#redirects(node.redirects, place),
      span: { start: node.pos, end: node.end },
      conditional: place.conditional,
      isolated: place.isolated,
      piped: place.piped,
    };
    this.#commands.push(command);
    return command;
  }

  /** `export A=b`: unbash reads the argument as an assignment, for us it is a word like others. */
  #assignmentWord(part: Extract<Command['suffix'][number], { type: 'Assignment' }>, place: Place) {
    const span = { start: part.pos, end: part.end };
    if (part.value.type !== 'Word') {
      for (const element of part.value.elements) this.#word(element, place);
      return { text: part.text, span, pieces: [{ kind: 'unknown' as const }], value: undefined };
    }
    const head = this.#text.slice(part.pos, part.value.pos);
    if (part.value.end <= part.value.pos) {
      return {
        text: part.text,
        span,
        pieces: [{ kind: 'text' as const, value: part.text, glob: false }],
        value: part.text,
      };
    }
    const value = this.#word(part.value, place);
    return {
      text: part.text,
      span,
      pieces: [{ kind: 'text' as const, value: head, glob: false }, ...value.pieces],
      value: value.value === undefined ? undefined : head + value.value,
    };
  }

  #redirects(redirects: readonly Redirection[], place: Place): readonly ShellRedirect[] {
    return redirects.map((redirect) => ({
      operator: redirect.operator,
      target:
        redirect.type !== 'HereDoc' && redirect.target !== undefined ? this.#word(redirect.target, place) : undefined,
      span: { start: redirect.pos, end: redirect.end },
    }));
  }

  #word(word: Word, place: Place) {
    return convertWord(word, (script) => void this.#parsed(script, { ...place, isolated: true, piped: true }));
  }

  #adopt<T extends ShellNode>(parent: T, children: readonly ShellNode[]): T {
    for (const child of children) this.#parents.set(child, parent);
    return parent;
  }
}
