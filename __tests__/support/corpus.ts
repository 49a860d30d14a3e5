import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from './paths.js';

/** A real Dockerfile, with the hash of its text. */
export interface CorpusFile {
  readonly id: string;
  readonly text: string;
}

const file = path.resolve(root, '../shared/corpus/dockerfiles.jsonl.gz');

/** Whether the real Dockerfiles are beside this repository. */
export const hasCorpus = existsSync(file);

/** The real Dockerfiles; none where they are absent, which the caller must say. */
export function readCorpus(): readonly CorpusFile[] {
  if (!hasCorpus) return [];
  return gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CorpusFile);
}
