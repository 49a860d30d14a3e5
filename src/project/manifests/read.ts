import { hasFile } from '../context.js';
import type { FactsBuilder } from './facts.js';
import { parseJson, parseToml, parseYaml, type Parsed } from './parse.js';
import { parseXml, type XmlElement } from './xml.js';

/** Reads and parses a file; a file that is there and cannot be read or parsed is noted in the facts, never thrown. */
function parsed(facts: FactsBuilder, path: string, parse: (source: string) => Parsed): unknown {
  const source = sourceOf(facts, path);
  if (source === undefined) return undefined;
  const result = parse(source);
  if ('value' in result) return result.value;
  facts.cannotTell(path, result.why, result.line);
  return undefined;
}

/** The text of a file that is listed; one that cannot be read is noted. */
export function sourceOf(facts: FactsBuilder, path: string): string | undefined {
  if (!hasFile(facts.context, path)) return undefined;
  const source = facts.context.read(path);
  if (source === undefined) facts.cannotTell(path, 'cannot be read: too large, not UTF-8 or a link out of the context');
  return source;
}

export function readJson(facts: FactsBuilder, path: string, options: { readonly comments?: boolean } = {}): unknown {
  return parsed(facts, path, (source) => parseJson(source, options));
}

export function readToml(facts: FactsBuilder, path: string): unknown {
  return parsed(facts, path, parseToml);
}

export function readYaml(facts: FactsBuilder, path: string): unknown {
  return parsed(facts, path, parseYaml);
}

export function readXml(facts: FactsBuilder, path: string): XmlElement | undefined {
  return parsed(facts, path, (source) => {
    const result = parseXml(source);
    return 'children' in result ? { value: result } : result;
  }) as XmlElement | undefined;
}
