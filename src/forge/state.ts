import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FileContent } from './types.js';

const state = z.object({
  /** The version of dfix that wrote it. */
  tool: z.string(),
  /** The commit that the branch starts at. */
  base: z.string(),
  /** Digest of the files that the branch holds, from `contentHash`. */
  content: z.string(),
  /** Digest of the visible body. */
  body: z.string(),
  families: z.array(z.string()),
});
/** What dfix remembers in the body of a pull request. */
export type State = z.infer<typeof state>;

const BLOCK = /<!-- dfix:v1:([A-Za-z0-9+/=]+) -->/g;

export function stateBlock(value: State): string {
  return `<!-- dfix:v1:${Buffer.from(JSON.stringify(value)).toString('base64')} -->`;
}

/** The last state block of a body; undefined when there is none that can be read. */
export function readState(body: string): State | undefined {
  const block = [...body.matchAll(BLOCK)].at(-1);
  if (block === undefined) return undefined;
  try {
    return state.safeParse(JSON.parse(Buffer.from(block[1]!, 'base64').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Lower-case hex SHA-256 of what a branch is to hold, whatever the order of the files. */
export function contentHash(files: readonly FileContent[]): string {
  const sorted = files.map(({ path, text }) => [path, text]).sort(([a], [b]) => (a! < b! ? -1 : 1));
  return hash(JSON.stringify(sorted));
}

export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What a maintainer ticked in the body. */
export interface Controls {
  readonly rebase: boolean;
  /** Transforms to leave out. */
  readonly drop: readonly string[];
}

/** Reads the checkboxes; a body that somebody emptied asks for nothing. */
export function readControls(body: string): Controls {
  const ticked = [...body.matchAll(/^[-*] \[[xX]\] <!-- dfix-(rebase|drop:([a-z0-9-]{1,100})) -->/gm)];
  return {
    rebase: ticked.some(([, name]) => name === 'rebase'),
    drop: [...new Set(ticked.flatMap(([, , name]) => (name === undefined ? [] : [name])))].sort(),
  };
}
