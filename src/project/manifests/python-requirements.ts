import { hasFile } from '../context.js';
import { folderOf } from '../paths.js';
import type { FactsBuilder } from './facts.js';
import { sourceOf } from './read.js';

/** What a requirements file and those that it includes ask for. */
export interface Requirements {
  /** Distribution names in their normal form: lower case, `-` for runs of `-_.`. */
  readonly names: ReadonlySet<string>;
  /** True when every requirement has `--hash`. */
  readonly hashed: boolean;
}

const MAX_FILES = 100;

/**
 * Reads a requirements file by pip's rules: `\` continues a line, ` #` starts a comment, `-r` and `-c` include others
 * (counted from the including file), `-e .` and local paths are source that the install reads.
 */
export function readRequirements(facts: FactsBuilder, path: string): Requirements {
  const names = new Set<string>();
  const seen = new Set<string>();
  let hashed = true;
  const pending = [path];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (seen.has(file)) continue;
    if (seen.size >= MAX_FILES) {
      facts.cannotTell(file, `more than ${MAX_FILES} requirements files`);
      break;
    }
    seen.add(file);
    facts.addManifest(file);
    for (const { text, line } of logicalLines(sourceOf(facts, file) ?? '')) {
      const included = readLine(facts, file, text, line, names);
      if (included !== undefined) pending.push(included);
      if (!text.startsWith('-') && !text.includes('--hash=')) hashed = false;
    }
  }
  return { names, hashed: hashed && names.size > 0 };
}

/** Reads one line; returns the path of a file that it includes. */
function readLine(
  facts: FactsBuilder,
  file: string,
  text: string,
  line: number,
  names: Set<string>,
): string | undefined {
  const folder = folderOf(file);
  const place = { path: file, line };
  const option =
    /^(-r|-c|-e|-f|--requirement|--constraint|--editable|--find-links)(?:\s*=\s*|\s+|(?=[^-\s=]))(\S.*)$/.exec(text);
  const [, flag, written = ''] = option ?? [];
  const value = written.trim().replace(/^["']|["']$/g, '');
  if (flag === undefined) {
    if (!text.startsWith('-')) readRequirement(facts, text, place, names);
    return undefined;
  }
  if (/^[\w.+-]+:\/\//.test(value)) return undefined;
  if (/^(?:-e|--editable)$/.test(flag)) {
    if (!/^[\w.+-]+[+:]/.test(value)) noteProject(facts, value, 'an editable install', place, folderOfPip(facts));
    return undefined;
  }
  if (/^(?:-f|--find-links)$/.test(flag)) {
    facts.reads(value, 'a folder of packages (--find-links)', place, folderOfPip(facts));
    return undefined;
  }
  if (value.includes('$')) {
    facts.cannotTell(file, 'an included file is named by a variable', line);
    return undefined;
  }
  const path = facts.reads(value, 'included', place, folder);
  if (path === undefined || !hasFile(facts.context, path)) {
    if (path !== undefined) facts.cannotTell(file, `includes ${value}, which is not there`, line);
    return undefined;
  }
  return path;
}

/** Local paths in requirements count from the folder that pip is started in: taken to be the project's. */
function folderOfPip(facts: FactsBuilder): string {
  return facts.folder;
}

function readRequirement(
  facts: FactsBuilder,
  text: string,
  place: { path: string; line: number },
  names: Set<string>,
): void {
  const direct = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\]\s*)?@\s*(\S+)/.exec(text);
  const name = direct?.[1] ?? /^([A-Za-z0-9][\w.-]*)\s*(?:[[<>=!~;,(]|$)/.exec(text.split(/\s--/, 1)[0]!)?.[1];
  const target = direct?.[2];
  if (name !== undefined && !/^\.|[\\/]|\.whl$|\.tar\.gz$|\.zip$/.test(text.split(/[\s;]/, 1)[0]!))
    names.add(normalName(name));
  if (target !== undefined) {
    const local = /^file:(?:\/\/)?(?!\/)(.+)$/.exec(target)?.[1];
    if (local !== undefined) noteProject(facts, local, 'a local requirement', place, folderOfPip(facts));
    else if (target.startsWith('file:')) facts.cannotTell(place.path, 'a file: URL outside the context', place.line);
    return;
  }
  const path = text.split(/\s(?:--|#)|;/, 1)[0]!.trim();
  if (/^\.{1,2}(?:[\\/[]|$)|^[\w.-]+[\\/]|\.(?:whl|zip|tar\.gz)$/.test(path) && !/^[\w.+-]+:\/\//.test(path)) {
    noteProject(facts, path, 'a local requirement', place, folderOfPip(facts));
  }
}

function noteProject(
  facts: FactsBuilder,
  written: string,
  why: string,
  place: { path: string; line: number },
  folder: string,
): void {
  const extras = written.endsWith(']') ? written.lastIndexOf('[') : -1;
  const path = extras < 0 ? written : written.slice(0, extras);
  facts.reads(path.replace(/^file:(?:\/\/)?(?=\.)/, ''), why, place, folder);
}

/** A distribution's name in the form in which names are compared (PEP 503). */
export function normalName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

function logicalLines(source: string): readonly { readonly text: string; readonly line: number }[] {
  const lines: { text: string; line: number }[] = [];
  let pending: { text: string; line: number } | undefined;
  for (const [index, raw] of source
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const start: { text: string; line: number } = pending ?? { text: '', line: index + 1 };
    const comment = /(?:^|\s)#/.exec(raw)?.index;
    start.text += comment === undefined ? raw : raw.slice(0, comment);
    if (raw.endsWith('\\') && comment === undefined) {
      start.text = start.text.slice(0, -1);
      pending = start;
      continue;
    }
    pending = undefined;
    if (start.text.trim() !== '') lines.push({ text: oneSpace(start.text), line: start.line });
  }
  if (pending !== undefined && pending.text.trim() !== '') lines.push({ ...pending, text: oneSpace(pending.text) });
  return lines;
}

function oneSpace(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
