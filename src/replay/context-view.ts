import { ignoreTest, parseDockerignore } from '../project/dockerignore.js';
import { resolveSources, type SourceFlags } from '../project/copy-sources.js';
import { type ContentSum, contentSum } from './content-sum.js';
import type { Entry, PathChange } from './history.js';

/** What a step reads of the build context. */
export type Selector =
  | { readonly kind: 'sources'; readonly sources: readonly string[]; readonly flags: SourceFlags }
  /** Files by a test on their path; `key` names the test. */
  | { readonly kind: 'test'; readonly key: string; readonly test: (path: string) => boolean };

/** The files of a build context at one commit, as a build sees them through the ignore file of that commit. */
export interface ContextView {
  /** What a selector finds, as a hash of paths, modes and contents; `empty` for nothing. */
  content(selector: Selector): string;
  /** Applies a commit: its changes, and the text of the ignore file as it now is. */
  advance(changes: readonly PathChange[], ignore: string | undefined): void;
}

interface Watched {
  readonly selector: Selector;
  readonly sum: ContentSum;
}

/**
 * @param tree the context's files at the first commit, shared by views and kept up to date by the caller
 * @param ignore the text of the ignore file; undefined when there is none
 */
export function contextView(tree: ReadonlyMap<string, Entry>, ignore: string | undefined): ContextView {
  const watched = new Map<string, Watched>();
  let text = ignore;
  let ignored = testOf(ignore);
  let visible = new Set([...tree.keys()].filter((path) => !ignored(path)));
  /** What a commit makes of the paths that are, or were, visible. */
  const deltas = (changes: readonly PathChange[], now: string | undefined): ReadonlyMap<string, Delta> => {
    const found = new Map<string, Delta>();
    const was = visible;
    if (now !== text) {
      text = now;
      ignored = testOf(now);
      visible = new Set([...tree.keys()].filter((path) => !ignored(path)));
      for (const [path, entry] of tree) {
        if (was.has(path) === visible.has(path)) continue;
        found.set(path, visible.has(path) ? { before: undefined, after: entry } : { before: entry, after: undefined });
      }
    }
    for (const { path, before, after } of changes) {
      const shown = after !== undefined && !ignored(path);
      found.set(path, { before: was.has(path) ? before : undefined, after: shown ? after : undefined });
      if (shown) visible.add(path);
      else visible.delete(path);
    }
    return found;
  };
  return {
    content(selector) {
      const key = keyOf(selector);
      let found = watched.get(key);
      if (found === undefined) {
        watched.set(key, (found = { selector, sum: contentSum() }));
        for (const path of select(selector, [...visible].sort())) found.sum.add(path, tree.get(path)!);
      }
      return found.sum.toString();
    },
    advance(changes, now) {
      const found = deltas(changes, now);
      const paths = [...found].flatMap(([path, { before, after }]) => (before === after ? [] : [path])).sort();
      if (paths.length === 0) return;
      for (const { selector, sum } of watched.values()) {
        for (const path of select(selector, paths)) {
          const { before, after } = found.get(path)!;
          if (before !== undefined) sum.remove(path, before);
          if (after !== undefined) sum.add(path, after);
        }
      }
    },
  };
}

interface Delta {
  readonly before: Entry | undefined;
  readonly after: Entry | undefined;
}

function testOf(ignore: string | undefined): (path: string) => boolean {
  return ignore === undefined ? () => false : ignoreTest(parseDockerignore(ignore).patterns);
}

function keyOf(selector: Selector): string {
  return selector.kind === 'test' ? `test ${selector.key}` : JSON.stringify([selector.sources, selector.flags]);
}

/** Each path is judged by itself, so the changed paths alone may be asked about. */
function select(selector: Selector, visible: readonly string[]): readonly string[] {
  if (selector.kind === 'test') return visible.filter(selector.test);
  return resolveSources({ paths: visible, complete: true }, selector.sources, selector.flags).files;
}
