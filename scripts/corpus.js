// The real Dockerfiles that the measurements run on: one JSON object a line, {"id", "text"}, gzipped.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from './bundle.js';

/** The files of the corpus that is given, on the command line unless said, by DFIX_CORPUS, or beside the repository; undefined when absent. */
export function readCorpus(given = process.argv[2]) {
  const file = path.resolve(root, given ?? process.env.DFIX_CORPUS ?? '../shared/corpus/dockerfiles.jsonl.gz');
  if (!existsSync(file)) return undefined;
  return gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
