import { folderOf } from '../project/paths.js';
import type { Locate } from '../config/data.js';
import { type HclBlock, type HclValue, readHcl, splitTemplate } from './hcl.js';
import { UNKNOWN, type Value, type WrittenBuild } from './use.js';
import { objectOf, own } from './values.js';

/** Whether a file name is a bake file's: `docker-bake.hcl`, `docker-bake.override.json`. */
export function isBakeName(name: string): boolean {
  return /^docker-bake[\w.-]*\.(?:hcl|json)$/.test(name);
}

/** The builds of a `docker-bake.hcl`. */
export function bakeHclBuilds(text: string, path: string): readonly WrittenBuild[] {
  return bakeBuilds(readHcl(text), path);
}

/** The builds of a `docker-bake.json`, already parsed. */
export function bakeJsonBuilds(value: unknown, locate: Locate, path: string): readonly WrittenBuild[] {
  const blocks = ['variable', 'target', 'group'].flatMap((type) =>
    Object.entries(objectOf(own(value, type))).map(([name, body]) => ({
      type,
      labels: [name],
      line: locate([type, name])?.line ?? 1,
      attributes: new Map(Object.entries(objectOf(body)).map(([key, item]) => [key, fromJson(item, 0)])),
    })),
  );
  return bakeBuilds(blocks, path);
}

function fromJson(value: unknown, depth: number): HclValue {
  if (value === null || value === undefined) return { kind: 'null' };
  if (depth > 20) return { kind: 'computed' };
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => fromJson(item, depth + 1)) };
  if (typeof value !== 'object') return { kind: 'text', parts: splitTemplate(String(value)) };
  return {
    kind: 'object',
    entries: new Map(Object.entries(value).map(([key, item]) => [key, fromJson(item, depth + 1)])),
  };
}

function bakeBuilds(blocks: readonly HclBlock[], path: string): readonly WrittenBuild[] {
  const variables = new Map(
    blocks
      .filter(({ type }) => type === 'variable')
      .map(({ labels, attributes }) => [labels[0], attributes.get('default')]),
  );
  const targets = new Map(
    blocks.filter(({ type }) => type === 'target').map((block) => [block.labels[0] ?? '', block]),
  );
  const named = new Set(
    blocks.flatMap(({ type, attributes }) => (type === 'group' ? texts(attributes.get('targets')) : [])),
  );
  const parents = new Set([...targets.values()].flatMap(({ attributes }) => texts(attributes.get('inherits'))));
  const valueOf = (value: HclValue | undefined, depth = 0): Value | undefined => {
    if (value === undefined || value.kind === 'null') return undefined;
    if (value.kind !== 'text') return UNKNOWN;
    let text = '';
    for (const part of value.parts) {
      const known =
        typeof part === 'string' ? part : part && depth < 5 && valueOf(variables.get(part.variable), depth + 1)?.text;
      if (typeof known !== 'string') return UNKNOWN;
      text += known;
    }
    return { text, sure: value.parts.every((part) => typeof part === 'string') };
  };
  const resolved = new Map<string, ReadonlyMap<string, HclValue>>();
  return [...targets].flatMap(([name, { line, attributes }]) => {
    const says = ['context', 'dockerfile', 'dockerfile-inline', 'target'].some((key) => attributes.has(key));
    // Others inherit from it and nobody builds it by itself.
    if (!says && parents.has(name) && !named.has(name) && name !== 'default') return [];
    const all = inherited(targets, name, resolved);
    return [
      {
        source: `${path}:${line}`,
        kind: 'bake' as const,
        folder: folderOf(path),
        dockerfileFrom: 'context' as const,
        context: valueOf(all.get('context')),
        dockerfile: valueOf(all.get('dockerfile')),
        target: valueOf(all.get('target')),
        buildArgs: argumentsOf(all.get('args'), valueOf),
        inline: all.has('dockerfile-inline') ? (valueOf(all.get('dockerfile-inline'))?.text ?? '') : undefined,
      },
    ];
  });
}

/** A target's attributes over those of the targets that it inherits from; later ones win, `args` are merged. */
function inherited(
  targets: ReadonlyMap<string, HclBlock>,
  name: string,
  known: Map<string, ReadonlyMap<string, HclValue>>,
): ReadonlyMap<string, HclValue> {
  const before = known.get(name);
  const block = targets.get(name);
  if (before !== undefined || block === undefined) return before ?? new Map();
  const all = new Map<string, HclValue>();
  // A circle ends here: what inherits from itself gets what is gathered so far.
  known.set(name, all);
  const parents = texts(block.attributes.get('inherits')).map((parent) => inherited(targets, parent, known));
  for (const layer of [...parents, block.attributes]) {
    for (const [key, value] of [...layer]) {
      const under = all.get(key);
      const merges = key === 'args' && under?.kind === 'object' && value.kind === 'object';
      all.set(key, merges ? { kind: 'object', entries: new Map([...under.entries, ...value.entries]) } : value);
    }
  }
  return all;
}

function texts(value: HclValue | undefined): readonly string[] {
  if (value?.kind !== 'list') return [];
  return value.items.flatMap((item) =>
    item.kind === 'text' && typeof item.parts[0] === 'string' ? [item.parts.join('')] : [],
  );
}

function argumentsOf(
  value: HclValue | undefined,
  valueOf: (value: HclValue | undefined) => Value | undefined,
): ReadonlyMap<string, Value> {
  if (value?.kind !== 'object') return new Map();
  return new Map(
    [...value.entries].flatMap(([name, item]) => (item.kind === 'null' ? [] : [[name, valueOf(item) ?? UNKNOWN]])),
  );
}
