import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FileContent, Platform } from './types.js';

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

const BLOCK = /(?:<!-- |^\[\/\/\]: # \()dfix:v1:([A-Za-z0-9+/=]+)(?: -->|\)\r?$)/gm;

/** A mark that readers do not see. Bitbucket shows comments of HTML, but not a definition that nothing refers to. */
export function hidden(mark: string, platform: Platform): string {
  return platform === 'bitbucket' ? `[//]: # (${mark})` : `<!-- ${mark} -->`;
}

export function stateBlock(value: State, platform: Platform): string {
  return hidden(`dfix:v1:${Buffer.from(JSON.stringify(value)).toString('base64')}`, platform);
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
interface Controls {
  readonly rebase: boolean;
  /** Transforms to leave out. */
  readonly drop: readonly string[];
}

const BOX =
  /^[-*] \[[xX]\] (?:<!-- dfix-(rebase|drop:([a-z0-9-]{1,100})) -->|(Rebase this pull request)|Leave out `([a-z0-9-]{1,100})`)/gm;

/** Reads the checkboxes, by their marks or, where a platform takes none, by their words; a body that somebody emptied asks for nothing. */
export function readControls(body: string): Controls {
  const ticked = [...body.matchAll(BOX)];
  return {
    rebase: ticked.some(([, mark, , words]) => mark === 'rebase' || words !== undefined),
    drop: [...new Set(ticked.flatMap(([, , name, , said]) => name ?? said ?? []))].sort(),
  };
}
