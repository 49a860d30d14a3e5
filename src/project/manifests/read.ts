import type { ContextFiles } from '../context.js';
import { hasFile } from '../context.js';
import type { FactsBuilder } from './facts.js';
import { parseJson, parseToml, parseYaml, type Parsed } from './parse.js';
import { parseXml, type XmlElement } from './xml.js';

type Parser = (source: string) => Parsed;
const memo = new WeakMap<ContextFiles, Map<Parser, Map<string, Parsed>>>();

/** Reads and parses a file, once per context; one that is there and cannot be read or parsed is noted, never thrown. */
function parsed(facts: FactsBuilder, path: string, parse: Parser): unknown {
  const source = sourceOf(facts, path);
  if (source === undefined) return undefined;
  const result = parseOnce(facts.context, path, source, parse);
  if ('value' in result) return result.value;
  facts.cannotTell(path, result.why, result.line);
  return undefined;
}

function parseOnce(context: ContextFiles, path: string, source: string, parse: Parser): Parsed {
  let parsers = memo.get(context);
  if (parsers === undefined) memo.set(context, (parsers = new Map<Parser, Map<string, Parsed>>()));
  let results = parsers.get(parse);
  if (results === undefined) parsers.set(parse, (results = new Map<string, Parsed>()));
  let result = results.get(path);
  if (result === undefined) results.set(path, (result = parse(source)));
  return result;
}

/** The text of a file that is listed; one that cannot be read is noted. */
export function sourceOf(facts: FactsBuilder, path: string): string | undefined {
  if (!hasFile(facts.context, path)) return undefined;
  const source = facts.context.read(path);
  if (source === undefined) facts.cannotTell(path, 'cannot be read: too large, not UTF-8 or a link out of the context');
  return source;
}

const parseCommentedJson: Parser = (source) => parseJson(source, { comments: true });
const parsePlainJson: Parser = (source) => parseJson(source);
const parseXmlElement: Parser = (source) => {
  const result = parseXml(source);
  return 'children' in result ? { value: result } : result;
};

export function readJson(facts: FactsBuilder, path: string, options: { readonly comments?: boolean } = {}): unknown {
  return parsed(facts, path, options.comments ? parseCommentedJson : parsePlainJson);
}

export function readToml(facts: FactsBuilder, path: string): unknown {
  return parsed(facts, path, parseToml);
}

export function readYaml(facts: FactsBuilder, path: string): unknown {
  return parsed(facts, path, parseYaml);
}

export function readXml(facts: FactsBuilder, path: string): XmlElement | undefined {
  return parsed(facts, path, parseXmlElement) as XmlElement | undefined;
}
