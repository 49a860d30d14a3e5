import type { Instruction } from '../../src/dockerfile/index.js';
import { copyWords, type Facts, isWithin, resolvePath } from '../../src/facts/index.js';
import { filesBelow } from '../../src/project/context.js';
import { isRemoteSource } from '../../src/project/copy-sources.js';
import { clipToRoot, joinPath } from '../../src/project/paths.js';
import type { View } from '../../src/project/view.js';

/** A COPY of one folder of the build context, and where the context's files lie in the image. */
export interface SourceCopy {
  readonly instruction: Instruction;
  /** The folder of the context that it copies, and where to. */
  readonly from: string;
  readonly to: string;
  /** The destination as written. */
  readonly written: string;
  /** The folder of the image in which the files below `base` lie as they do in the context. */
  readonly root: string;
  readonly base: string;
}

/** Reads a COPY or ADD of one folder; undefined for any other. */
export function readSourceCopy(facts: Facts, view: View, instruction: Instruction): SourceCopy | undefined {
  const { keyword, flags, json, heredocs } = instruction;
  if ((keyword !== 'COPY' && keyword !== 'ADD') || json !== undefined || heredocs.length > 0) return undefined;
  if (flags.some(({ name }) => !/^(?:chown|chmod|link)$/.test(name))) return undefined;
  const [source, written, more] = copyWords(facts, instruction);
  if (source === undefined || written === undefined || more !== undefined) return undefined;
  if (isRemoteSource(source) || /[*?[\\]/.test(source)) return undefined;
  const from = clipToRoot(source);
  const to = resolvePath(written, { cwd: facts.before(instruction)!.workdir, home: undefined });
  if (to === undefined || filesBelow(view.visible.paths, from).length === 0) return undefined;
  const apart = from !== '' && to.endsWith(`/${from}`);
  const root = apart ? to.slice(0, -from.length - 1) || '/' : to;
  return { instruction, from, to, written, root, base: apart ? '' : from };
}

/** The path in the context of what lies at a path of the image; undefined where that is outside of the source. */
export function contextPath({ root, base }: SourceCopy, image: string): string | undefined {
  if (!isWithin(image, root)) return undefined;
  return joinPath(base, image === root ? '' : image.slice(root === '/' ? 1 : root.length + 1));
}
