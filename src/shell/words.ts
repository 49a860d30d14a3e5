import type { ParsedScript, Word, WordPart } from 'unbash';
import type { ShellWord, WordPiece } from './syntax.js';

/** Converts a word of the parse tree; `nested` is called with the script of every substitution in it. */
export function convertWord(word: Word, nested: (script: ParsedScript) => void): ShellWord {
  const { text, parts, pos, end } = word;
  const span = { start: pos, end };
  if (parts === undefined) {
    const { value } = word;
    const glob = /[*?[]/.test(text) && /[*?]|\[[^[\]\n]*\]/.test(value);
    return { text, span, pieces: [{ kind: 'text', value, glob }], value: glob ? undefined : value };
  }
  const pieces: WordPiece[] = [];
  for (const part of parts) convertPart(part, false, pieces, nested);
  return { text, span, pieces, value: literal(pieces) };
}

function literal(pieces: readonly WordPiece[]): string | undefined {
  let value = '';
  for (const piece of pieces) {
    if (piece.kind !== 'text' || piece.glob) return undefined;
    value += piece.value;
  }
  return value;
}

function addText(pieces: WordPiece[], value: string, glob: boolean): void {
  pieces.push({ kind: 'text', value, glob });
}

function convertPart(
  part: WordPart,
  quoted: boolean,
  pieces: WordPiece[],
  nested: (script: ParsedScript) => void,
): void {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      addText(pieces, part.value, false);
      return;
    case 'Glob':
      addText(pieces, part.text, true);
      return;
    case 'DoubleQuoted':
    case 'LocaleString':
      if (part.parts.length === 0) addText(pieces, '', false);
      for (const child of part.parts) convertPart(child, true, pieces, nested);
      return;
    case 'SimpleExpansion':
      pieces.push({ kind: 'variable', name: part.text.slice(1), quoted, plain: true });
      return;
    case 'ParameterExpansion': {
      const plain = part.operation === undefined && part.prefix === undefined && part.index === undefined;
      pieces.push({ kind: 'variable', name: part.parameter, quoted, plain });
      for (const word of operands(part.operation)) convertWord(word, nested);
      return;
    }
    case 'CommandExpansion':
    case 'ProcessSubstitution':
      pieces.push({ kind: 'unknown' });
      if (part.script !== undefined) nested(part.script);
      return;
    default:
      pieces.push({ kind: 'unknown' });
  }
}

type Operation = Extract<WordPart, { type: 'ParameterExpansion' }>['operation'];

function operands(operation: Operation): readonly Word[] {
  if (operation === undefined) return [];
  switch (operation.type) {
    case 'Default':
    case 'Remove':
      return [operation.operand];
    case 'Replace':
      return [operation.pattern, operation.replacement];
    default:
      return [];
  }
}

/** The names of the variables that a word expands. */
export function variablesOf(word: ShellWord): readonly string[] {
  return word.pieces.flatMap((piece) => (piece.kind === 'variable' ? [piece.name] : []));
}

/** The word's value with known variables filled in; undefined when a part of it is not known or is a glob. */
export function valueOf(word: ShellWord, lookup: (name: string) => string | undefined): string | undefined {
  let value = '';
  for (const piece of word.pieces) {
    if (piece.kind === 'text' && !piece.glob) value += piece.value;
    else if (piece.kind === 'variable' && piece.plain) {
      const known = lookup(piece.name);
      if (known === undefined || (!piece.quoted && /[\s*?[]/.test(known))) return undefined;
      value += known;
    } else return undefined;
  }
  return value;
}

/**
 * As `valueOf`, but for words that name files: a glob keeps its characters, and from the first part that is not known on
 * the path may be anything (`**`). Undefined when nothing literal comes before that part.
 */
export function patternOf(word: ShellWord, lookup: (name: string) => string | undefined): string | undefined {
  let value = '';
  for (const piece of word.pieces) {
    const part =
      piece.kind === 'text' ? piece.value : piece.kind === 'variable' && piece.plain ? lookup(piece.name) : undefined;
    if (part === undefined || (piece.kind === 'variable' && !piece.quoted && /\s/.test(part))) {
      return value === '' ? undefined : `${value}**`;
    }
    value += part;
  }
  return value;
}
