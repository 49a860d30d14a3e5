import { lineOf } from './parse.js';

/** An XML element: what is needed of a pom.xml or a csproj. Text is that of the element itself, trimmed. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

interface Open {
  name: string;
  attributes: Map<string, string>;
  children: XmlElement[];
  text: string;
  line: number;
}

const MAX_DEPTH = 200;
const entities: ReadonlyMap<string, string> = new Map([['lt', '<'], ['gt', '>'], ['amp', '&'], ['quot', '"'], ['apos', "'"]]); // prettier-ignore

/** Parses the elements of an XML text; no external entity is ever followed. Gives the line of the first mistake otherwise. */
export function parseXml(source: string): XmlElement | { readonly line: number; readonly why: string } {
  const token =
    /<!--[^]*?-->|<!\[CDATA\[([^]*?)\]\]>|<\?[^]*?\?>|<!DOCTYPE[^>]*>|<\/([^\s>]+)\s*>|<([A-Za-z_][^\s/>]*)|[^<]+|</g;
  const root: Open = { name: '', attributes: new Map(), children: [], text: '', line: 1 };
  const open: Open[] = [root];
  const starts = lineCounter(source);
  const fail = (at: number) => ({ line: lineOf(source, at), why: 'not valid XML' });
  for (let match = token.exec(source); match !== null; match = token.exec(source)) {
    const [whole, cdata, closing, opening] = match;
    const top = open.at(-1)!;
    if (cdata !== undefined) top.text += cdata;
    else if (closing !== undefined) {
      if (open.length < 2 || top.name !== closing) return fail(match.index);
      open.pop();
      open.at(-1)!.children.push({ ...top, text: top.text.trim() });
    } else if (opening !== undefined) {
      const tag = readTag(source, token.lastIndex);
      if (tag === undefined || open.length > MAX_DEPTH) return fail(match.index);
      const element: Open = {
        name: opening,
        attributes: tag.attributes,
        children: [],
        text: '',
        line: starts(match.index),
      };
      if (tag.empty) top.children.push(element);
      else open.push(element);
      token.lastIndex = tag.end;
    } else if (whole === '<') return fail(match.index);
    else if (!whole.startsWith('<')) top.text += decode(whole);
  }
  const [element] = root.children;
  return open.length === 1 && element !== undefined ? element : fail(source.length);
}

function readTag(
  source: string,
  start: number,
): { attributes: Map<string, string>; empty: boolean; end: number } | undefined {
  const attributes = new Map<string, string>();
  const part = /\s+|([A-Za-z_][^\s=/>"']*)\s*=\s*(?:"([^"]*)"|'([^']*)')|(\/?>)/y;
  part.lastIndex = start;
  for (let match = part.exec(source); match !== null; match = part.exec(source)) {
    const [, name, double, single, end] = match;
    if (end !== undefined) return { attributes, empty: end === '/>', end: part.lastIndex };
    if (name !== undefined) attributes.set(name, decode(double ?? single ?? ''));
  }
  return undefined;
}

function decode(text: string): string {
  return text.replace(/&(\w{1,8});/g, (whole, name: string) => entities.get(name) ?? whole);
}

/** Line numbers for rising offsets, in one pass over the text. */
function lineCounter(source: string): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    for (let next = source.indexOf('\n', at); next >= 0 && next < offset; next = source.indexOf('\n', at)) {
      line++;
      at = next + 1;
    }
    return line;
  };
}

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((found) => found.name === name);
}

/** All elements of a name, at any depth. */
export function descendants(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.flatMap((found) => [...(found.name === name ? [found] : []), ...descendants(found, name)]);
}
