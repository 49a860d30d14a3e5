import { type Edit, type Stage, toSourceSpan } from '../dockerfile/index.js';
import type { Facts } from '../facts/index.js';
import { type ImageReference, parseImageReference } from '../facts/image-reference.js';

/** A base image of the official library, under whatever registry's name. */
export interface OfficialBase {
  /** The stage whose FROM names it. */
  readonly stage: Stage;
  /** Its name in the tag table: `node`. */
  readonly image: string;
  /** `latest` where none is written. */
  readonly tag: string;
  /** With the variables' values filled in. */
  readonly reference: ImageReference;
  /** The build argument that a builder may set another value for; undefined when the FROM has no variable. */
  readonly variable: string | undefined;
}

/** Registries that hold the official images under the same names and tags. */
const MIRRORS: readonly string[] = ['docker.io/library/', 'public.ecr.aws/docker/library/', 'mirror.gcr.io/library/'];

/** The stage at the root of a stage's FROM chain. */
export function rootOf(stages: readonly Stage[], stage: Stage): Stage {
  let root = stage;
  while (root.parent !== undefined) root = stages[root.parent]!;
  return root;
}

/**
 * The official image that a stage's FROM names.
 * @param mirrors further prefixes, such as `registry.example.com/library/`.
 * @returns undefined for other images and for stages' names.
 */
export function officialBase(facts: Facts, stage: Stage, mirrors: readonly string[] = []): OfficialBase | undefined {
  if (stage.parent !== undefined) return undefined;
  const text = facts.rootImage(stage);
  const reference = text === undefined ? undefined : parseImageReference(text);
  if (reference === undefined || reference.scratch) return undefined;
  const full = `${reference.domain}/${reference.path}`;
  const prefix = [...MIRRORS, ...mirrors.map((name) => name.replace(/(?<!\/)\/*$/, '/'))].find((name) =>
    full.startsWith(name),
  );
  const image = prefix === undefined ? undefined : full.slice(prefix.length);
  if (image === undefined || image.includes('/')) return undefined;
  const variable = /\$\{?(\w+)/.exec(stage.base)?.[1];
  return { stage, image, tag: reference.tag ?? 'latest', reference, variable };
}

/**
 * The edit that gives a base another tag. Where the tag is made of variables, only literal text after them may change.
 * @returns undefined where the tag cannot be written without touching a variable, or a digest pins the image.
 */
export function tagEdit({ stage, reference }: OfficialBase, tag: string): Edit | undefined {
  const name = reference.text.slice(0, reference.spans.name.end);
  const written = stage.base;
  if (reference.digest !== undefined || !written.startsWith(name)) return undefined;
  const edit = (from: number, text: string): Edit => {
    const span = { start: stage.baseSpan.start + from, end: stage.baseSpan.end };
    if (from < written.length) return { span: toSourceSpan(stage.from.logical, span), text };
    const { end } = toSourceSpan(stage.from.logical, stage.baseSpan);
    return { span: { start: end, end }, text };
  };
  const old = reference.tag;
  if (old === undefined) return written === name ? edit(written.length, `:${tag}`) : undefined;
  if (!written.includes('$')) return edit(name.length + 1, tag);
  let common = 0;
  while (common < old.length && old[common] === tag[common]) common++;
  const tail = old.slice(common);
  if (!written.endsWith(tail) || written.slice(written.length - tail.length).includes('$')) return undefined;
  return edit(written.length - tail.length, tag.slice(common));
}
