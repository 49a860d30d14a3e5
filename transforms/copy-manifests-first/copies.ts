import { argumentWords, type Dockerfile, type Instruction, type Stage } from '../../src/dockerfile/index.js';
import { expandIn, type Facts, resolvePath, variable } from '../../src/facts/index.js';
import { isRemoteSource, resolveSources } from '../../src/project/copy-sources.js';
import type { VisiblePaths } from '../../src/project/dockerignore.js';
import { cleanPath } from '../../src/project/paths.js';
import { isBelow } from './managers/shared.js';

/** Folders that every image has, or that nobody would have as a file. */
const STANDARD_FOLDER =
  /^\/(?:|tmp|opt|srv|root|home|etc|bin|sbin|lib|usr|usr\/(?:src|bin|sbin|lib|local|share)|usr\/local\/(?:bin|lib|share|etc|src)|var|var\/(?:lib|log|www|www\/html|tmp|cache)|mnt|media|run)$/;

/** The names of variables in a word. */
function referencedNames(word: string): readonly string[] {
  return [...word.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((match) => match[1]!);
}

/** A COPY or ADD of context files, worked out. */
export interface ContextCopy {
  readonly instruction: Instruction;
  /** Path in the image to path in the context. */
  readonly files: ReadonlyMap<string, string>;
  /** Folders that are copied whole, by path in the context and in the image. */
  readonly folders: readonly { readonly from: string; readonly to: string }[];
  /** Each source as written and with its variables filled in, with the image paths that it brings. */
  readonly sources: readonly { readonly word: string; readonly value: string; readonly images: readonly string[] }[];
  /** The destination as written, and where that is. */
  readonly written: string;
  readonly target: string;
  readonly workdir: string | undefined;
}

/** Why it is not known what a COPY copies. */
export const NAMED_BY_VARIABLE = 'copies what a variable names';

/** What a COPY copies, or why that is not known; undefined for what takes nothing from the context. */
export function readCopy(
  facts: Facts,
  instruction: Instruction,
  visible: VisiblePaths,
  isFolder: (imagePath: string) => boolean,
): ContextCopy | string | undefined {
  if (instruction.flags.some(({ name }) => name === 'from')) return undefined;
  const line = `${instruction.keyword} at line ${instruction.lines.first}`;
  if (instruction.heredocs.length > 0) return undefined;
  const odd = instruction.flags.find(({ name }) => !['chown', 'chmod', 'link', 'exclude'].includes(name));
  if (odd !== undefined) return `${line} has --${odd.name}`;
  const state = facts.before(instruction)!;
  const raw = argumentWords(instruction);
  const words = raw.map((word) => expandIn(state, word, facts.file));
  const foreign = raw.flatMap((word) => [...referencedNames(word)]).find((name) => variable(state, name) === undefined);
  if (foreign !== undefined)
    return `${line} copies to or from what ${foreign} names, which only the base image may know`;
  if (words.some(({ value, overridable }, index) => value === undefined || (overridable && index < words.length - 1)))
    return `${line} ${NAMED_BY_VARIABLE}`;
  const values = words.map(({ value }) => value!);
  const written = values.at(-1)!;
  const sources = values.slice(0, -1);
  if (sources.some(isRemoteSource)) return sources.every(isRemoteSource) ? undefined : `${line} also fetches`;
  const target = resolvePath(written, { cwd: state.workdir, home: undefined });
  if (target === undefined) return `${line}: the working directory is not known`;
  const exclude = instruction.flags.flatMap(({ name, value }) => (name === 'exclude' && value ? [value] : []));
  const files = new Map<string, string>();
  const origins: { word: string; value: string; images: string[] }[] = [];
  const folders: { from: string; to: string }[] = [];
  for (const [index, source] of sources.entries()) {
    const images: string[] = [];
    origins.push({ word: raw[index]!, value: source, images });
    if (instruction.keyword === 'ADD' && /\.(?:tar|tgz|gz|bz2|xz|zst)$/.test(source))
      return `${line} unpacks an archive`;
    if (source.split('/').includes('..')) return `${line} has .. in a source`;
    const found = resolveSources(visible, [source], { exclude });
    if (found.malformed.length > 0) return `${line} has a malformed pattern`;
    const depth = source.split('/').filter((part) => part !== '' && part !== '.').length;
    for (const path of found.files) {
      const parts = path.split('/');
      const below = parts.length > depth;
      const folder =
        below ||
        sources.length > 1 ||
        /(?:^|\/)\.{0,2}$/.test(written) ||
        isFolder(target) ||
        STANDARD_FOLDER.test(target) ||
        found.files.length > 1;
      const from = parts.slice(0, depth).join('/');
      if (below && !folders.some((known) => known.from === from)) folders.push({ from, to: target });
      const name = below ? parts.slice(depth).join('/') : parts.at(-1)!;
      const image = folder ? under(target, name) : target;
      files.set(image, path);
      images.push(image);
    }
    if (depth === 0 && folders.length === 0) folders.push({ from: '', to: target });
  }
  return { instruction, files, folders, sources: origins, written: raw.at(-1)!, target, workdir: state.workdir };
}

/** A path below a folder of the image. */
export function under(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

/** A path of the context as a COPY may name it: by the variable that one of its sources has. */
export function sourceText({ sources }: Pick<ContextCopy, 'sources'>, path: string): string {
  for (const { word, value } of sources) {
    const folder = cleanPath(value);
    if (!word.includes('$') || (path !== folder && !isBelow(path, folder))) continue;
    const rest = folder === '' ? `/${path}` : path.slice(folder.length);
    return word.replace(/\/$/, '') + rest;
  }
  return path;
}

/** Folders that the stage has for certain: those that WORKDIR makes. */
export function workdirs(facts: Facts, stage: Stage): ReadonlySet<string> {
  const states = [...stage.instructions.map((instruction) => facts.before(instruction)), facts.atEnd(stage)];
  return new Set(states.flatMap((state) => state?.workdir ?? []));
}

/**
 * A COPY as it stands below an install: without the sources that were copied before in full, and with its destination
 * spelt out when the working directory differs there; undefined when it cannot be written so.
 */
export function textBelow(
  file: Dockerfile,
  copy: ContextCopy,
  needed: ReadonlySet<string>,
  workdir: string | undefined,
): string | undefined {
  const { instruction, written, target, sources } = copy;
  let text = file.slice(instruction.span);
  const left = sources.filter(({ images }) => images.length === 0 || !images.every((path) => needed.has(path)));
  const plain = instruction.json === undefined && !text.includes('\n');
  if (plain && left.length < sources.length && left.length > 0) {
    const head = instruction.logical.text.slice(0, instruction.args.start);
    text = `${head}${left.map(({ word }) => word).join(' ')} ${written}`;
  }
  if (workdir === copy.workdir || /^[/$]/.test(written)) return text;
  if (instruction.json !== undefined || !text.endsWith(written)) return undefined;
  const slash = /(?:^|\/)\.{0,2}$/.test(written) && target !== '/' ? '/' : '';
  return text.slice(0, text.length - written.length) + target + slash;
}
