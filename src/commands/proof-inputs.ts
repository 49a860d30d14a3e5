import { basename, dirname, relative, sep } from 'node:path';
import { readContext } from '../ports/context-files.js';
import { digestContext } from '../ports/engine/context-digest.js';
import { editedFiles } from '../report/diff.js';
import type { RunResult } from '../transform/index.js';
import type { BuildOptions } from '../verify/commands.js';
import type { ProofInputs } from '../verify/saved-proof.js';

interface IgnoreFile {
  /** In the context; the path it would have, if there is none. */
  readonly path: string;
  readonly text: string | undefined;
}

/** The ignore file that a build of this Dockerfile reads. */
export function ignoreFileOf(file: string, context: string): IgnoreFile {
  const own = `${basename(file)}.dockerignore`;
  const ownText = readContext(dirname(file)).read(own);
  if (ownText !== undefined) {
    return { path: relative(context, `${file}.dockerignore`).split(sep).join('/'), text: ownText };
  }
  return { path: '.dockerignore', text: readContext(context).read('.dockerignore') };
}

/** The text of that file in a rewrite. */
export function ignoreAfter(result: RunResult, ignore: IgnoreFile): string | undefined {
  return editedFiles(result).find(({ path }) => path === ignore.path)?.after ?? ignore.text;
}

/** What a proof of a Dockerfile is about. */
export interface ProofSubject {
  /** Absolute. */
  readonly file: string;
  readonly text: string;
  readonly context: string;
  readonly ignore: IgnoreFile;
  readonly build: Pick<BuildOptions, 'target' | 'buildArgs'>;
}

/** @param proof where the proof is kept, absolute: it may lie in the context and is no part of it */
export async function proofInputs(
  { text, ignore, context, file, build }: ProofSubject,
  proof: string | undefined,
): Promise<ProofInputs> {
  const digest = await digestContext(context, file, ignore.text, proof);
  return { dockerfile: text, ignore: ignore.text, context: digest, settings: build };
}
