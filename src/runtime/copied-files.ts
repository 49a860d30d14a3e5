import { argumentWords, type Instruction, type Stage } from '../dockerfile/index.js';
import { expandIn, type Facts, joinPath } from '../facts/index.js';
import { isRemoteSource, resolveSources } from '../project/copy-sources.js';
import { visiblePaths } from '../project/dockerignore.js';
import type { ProjectFacts } from '../project/project.js';

export interface CopiedFile {
  /** Path in the build context; undefined when it comes from another stage or image. */
  readonly context: string | undefined;
  readonly by: Instruction;
}

/** The files that COPY and ADD of a stage bring, by absolute path in the image; `complete` is false when not all are known. */
export function readCopiedFiles(
  facts: Facts,
  stage: Stage,
  project: ProjectFacts | undefined,
  dockerfile: string | undefined,
): { readonly files: ReadonlyMap<string, CopiedFile>; readonly complete: boolean } {
  const files = new Map<string, CopiedFile>();
  const visible = project === undefined ? undefined : visiblePaths(project.context, dockerfile ?? 'Dockerfile');
  let complete = visible?.complete === true;
  for (const by of stage.instructions) {
    if (by.keyword !== 'COPY' && by.keyword !== 'ADD') continue;
    const state = facts.before(by)!;
    const raw = argumentWords(by);
    const words = raw
      .map((word) => expandIn(state, word, facts.file))
      .map((one) => (one.overridable ? undefined : one.value));
    const image = by.flags.find(({ name }) => name === 'from')?.value;
    if (
      image?.startsWith('ghcr.io/astral-sh/uv') === true &&
      !words.includes(undefined) &&
      state.workdir !== undefined
    ) {
      for (const path of ofImage(words as string[], state.workdir)) files.set(path, { context: undefined, by });
      continue;
    }
    const known = words.filter((word) => word !== undefined);
    const sources = known.slice(0, -1);
    const odd =
      by.heredocs.length > 0 ||
      by.flags.some(({ name }) => !['chown', 'chmod', 'link'].includes(name)) ||
      sources.some((source) => isRemoteSource(source) || /\.(?:tar|tgz|gz|bz2|xz|zst)$/.test(source));
    const written = known.at(-1) ?? '';
    if (
      odd ||
      visible === undefined ||
      known.length < words.length ||
      (state.workdir === undefined && !written.startsWith('/'))
    ) {
      complete = false;
      continue;
    }
    const target = joinPath(state.workdir ?? '/', written);
    for (const source of sources) {
      const found = resolveSources(visible, [source]);
      if (!found.complete || found.missing.length > 0) complete = false;
      const depth = source.split('/').filter((part) => part !== '' && part !== '.').length;
      for (const context of found.files) {
        const parts = context.split('/');
        const folder =
          parts.length > depth || found.files.length > 1 || sources.length > 1 || /(?:^|\/)\.{0,2}$/.test(written);
        const name = parts.length > depth ? parts.slice(depth).join('/') : parts.at(-1)!;
        const inFolder =
          folder || target === state.workdir || [...files.keys()].some((path) => path.startsWith(`${target}/`));
        files.set(inFolder ? joinPath(target, name) : target, { context, by });
      }
    }
  }
  return { files, complete };
}

/** Where a COPY puts files that it names one by one. */
function ofImage(words: readonly string[], workdir: string): readonly string[] {
  const target = joinPath(workdir, words.at(-1)!);
  const folder = words.length > 2 || words.at(-1)!.endsWith('/') || /\/s?bin$/.test(target);
  return words
    .slice(0, -1)
    .map((source) => (folder ? joinPath(target, source.slice(source.lastIndexOf('/') + 1)) : target));
}
