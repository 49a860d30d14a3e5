import { code, prose } from './escape.js';
import type { ReviewComment } from './port.js';
import { hash, hidden } from './state.js';
import type { Platform } from './types.js';

/** Whole lines of a file and what they become. */
export interface LineEdit {
  /** From 1; for an insertion `end` is `start - 1`. */
  readonly start: number;
  readonly end: number;
  /** Without the last line's end; empty where lines go. */
  readonly lines: readonly string[];
}

/** Something that dfix would change in a pull request of somebody else. */
export interface Finding {
  readonly path: string;
  readonly transform: string;
  readonly what: string;
  readonly why: string;
  /** The lines of the file as the pull request leaves it. */
  readonly text: readonly string[];
  readonly edits: readonly LineEdit[];
  /** Other files that change with it. */
  readonly files: readonly string[];
}

/** Characters that a remark may have at most; every platform takes these. */
const LONGEST = 30_000;

/**
 * The remarks that tell findings, each once: what an earlier run has said is left out.
 * @param shown whether a remark can stand at a line
 * @param said the texts of the remarks that are there
 */
export function remarksOn(
  findings: readonly Finding[],
  platform: Platform,
  shown: (path: string, line: number) => boolean,
  said: readonly string[],
): readonly ReviewComment[] {
  const seen = new Set(said.flatMap((text) => /dfix:finding:([0-9a-f]{64})/.exec(text)?.[1] ?? []));
  const remarks: ReviewComment[] = [];
  for (const finding of findings) {
    const { path, transform, what, why, text, edits, files } = finding;
    const [first] = edits;
    if (first === undefined) continue;
    const replaced = edits.map(({ start, end, lines }) => [text.slice(start - 1, end), lines]);
    const id = hash(JSON.stringify([path, transform, replaced]));
    if (seen.has(id)) continue;
    const edit = standing(first, text);
    const lines = Array.from({ length: edit.end - edit.start + 1 }, (_, index) => edit.start + index);
    if (!lines.every((line) => shown(path, line))) continue;
    seen.add(id);
    const fits = edits.length === 1 && files.length === 0 && !text.some((line) => line.endsWith('\r'));
    const block = fits ? suggestion(edit, platform) : together(finding);
    const mark = hidden(`dfix:finding:${id}`, platform);
    const body = `**${prose(what)}** (${code(transform)})\n\n${prose(why)}\n\n${block}\n\n${mark}\n`;
    if (body.length <= LONGEST) remarks.push({ path, start: edit.start, end: edit.end, body });
  }
  return remarks;
}

/** An insertion stands at no line: it takes the line after it along, or at the end of a file the one before. */
function standing(edit: LineEdit, text: readonly string[]): LineEdit {
  const { start, end, lines } = edit;
  if (end >= start) return edit;
  const after = text[start - 1];
  if (after !== undefined) return { start, end: start, lines: [...lines, after] };
  return { start: start - 1, end: start - 1, lines: [text[start - 2] ?? '', ...lines] };
}

function suggestion({ start, end, lines }: LineEdit, platform: Platform): string {
  const names: Readonly<Record<Platform, string>> = {
    github: 'suggestion',
    bitbucket: 'suggestion',
    gitlab: `suggestion:-${end - start}+0`,
    gitea: '',
  };
  const told = start === end ? `Line ${start} becomes:` : `Lines ${start} to ${end} become:`;
  // Gitea applies no suggestions: a reader does.
  return `${platform === 'gitea' ? `${told}\n\n` : ''}${fenced(names[platform], lines)}`;
}

/** Several places that stand or fall together cannot be taken one by one. */
function together({ transform, text, edits, files }: Finding): string {
  const diff = edits.flatMap(({ start, end, lines }) => [
    `@@ line ${start} @@`,
    ...text.slice(start - 1, end).map((line) => `-${line}`),
    ...lines.map((line) => `+${line}`),
  ]);
  const also = files.length === 0 ? '' : ` ${files.map(code).join(', ')} changes with it.`;
  const shown = fenced(
    'diff',
    diff.map((line) => line.replace(/\r$/, '')),
  );
  return `These lines change together: \`dfix --write --only ${transform}\` does it.${also}\n\n${shown}`;
}

function fenced(name: string, lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${name}`, ...lines, fence].join('\n');
}
