import { readLines, SyntaxProblem } from '../dockerfile/read-lines.js';
import type { Instruction, Statement } from '../dockerfile/instruction.js';
import type { LogicalText } from '../dockerfile/logical.js';
import { lineStarts, type Position, positionAt } from '../dockerfile/text.js';
import { isTemplateName } from './names.js';

/** Where and why a file is taken for a template. */
interface TemplateSign {
  readonly message: string;
  /** Absent when the name alone tells. */
  readonly position?: Position;
}

/**
 * Template markers: Jinja, Go templates, Mustache, Handlebars (`{{`), Jinja statements (`{%`), ERB and EJS (`<%`), names for
 * sed (`%%NAME%%`).
 */
const MARKER = /\{\{|\{%|<%|%%[A-Z_]+%%/;
/** Instructions whose own arguments never need such a marker; RUN, CMD, LABEL and their kin may hold Go templates. */
const PLAIN = new Set(['FROM', 'ARG', 'ENV', 'COPY', 'ADD', 'WORKDIR', 'EXPOSE', 'USER', 'VOLUME', 'STOPSIGNAL']);

/** Whether a file is a template from which a Dockerfile is made, not a Dockerfile. */
export function isTemplate(path: string, text: string): boolean {
  return templateSign(path, text) !== undefined;
}

/**
 * The first sign that a file is a template: its name, or a marker where a Dockerfile can have none. Markers in comments,
 * here-documents and the commands of RUN, CMD and the like (`docker inspect -f '{{.Id}}'`) are no sign.
 */
export function templateSign(path: string, text: string): TemplateSign | undefined {
  if (isTemplateName(path)) return { message: 'its name says that it is a template' };
  if (!MARKER.test(text)) return undefined;
  const offset = markerOffset(text);
  if (offset === undefined) return undefined;
  const marker = text.slice(offset, offset + 2);
  return {
    message: `a template: "${marker}" stands where a Dockerfile cannot have it`,
    position: positionAt(lineStarts(text), offset),
  };
}

function markerOffset(text: string): number | undefined {
  let instructions: readonly Instruction[];
  try {
    instructions = readLines(text).instructions;
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return lineOffset(text);
  }
  for (const instruction of instructions) {
    const at = markerInInstruction(instruction) ?? markerAtLineStart(instruction.logical);
    if (at !== undefined) return at;
  }
  return undefined;
}

function markerInInstruction({ logical, keywordSpan, keyword, args, trigger }: Instruction): number | undefined {
  const statement: Pick<Statement, 'keyword' | 'args'> = trigger ?? { keyword, args };
  const start = logical.text.slice(keywordSpan.start);
  if (MARKER.exec(start)?.index === 0) return sourceOf(logical, keywordSpan.start);
  if (!PLAIN.has(statement.keyword)) return undefined;
  // Flags count too (`--from={{ stage }}`), here-documents do not: they are not in the logical text.
  const found = MARKER.exec(logical.text.slice(keywordSpan.end));
  return found === null ? undefined : sourceOf(logical, keywordSpan.end + found.index);
}

/** A template statement that has a whole line of a RUN to itself: `{% if … %}`, `<% end %>`. */
function markerAtLineStart(logical: LogicalText): number | undefined {
  for (const [index, start] of logical.starts.entries()) {
    const line = logical.text.slice(start, logical.starts[index + 1]);
    const match = /^\s*(?:\{%.*%\}|<%.*%>)/.exec(line);
    if (match !== null) return logical.sources[index]! + line.search(/\S/);
  }
  return undefined;
}

/** For a text that is no Dockerfile anyway: the first line that begins with a marker. */
function lineOffset(text: string): number | undefined {
  const match = /^[ \t]*(?=\{\{|\{%|<%|%%[A-Z_]+%%)/m.exec(text);
  return match === null ? undefined : match.index + match[0].length;
}

function sourceOf(logical: LogicalText, offset: number): number {
  const segment = logical.starts.findLastIndex((start) => start <= offset);
  return logical.sources[segment]! + (offset - logical.starts[segment]!);
}
