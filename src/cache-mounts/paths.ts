/** How a path pattern (as a shell word names it) lies to a folder. */
export type Relation = 'none' | 'within' | 'same' | 'above';

/**
 * Compares an absolute pattern with a folder, segment by segment. `*` matches no leading dot; `**` may be anything.
 * `above`: the pattern names a parent, or a glob that takes the folder among others.
 */
export function relationTo(pattern: string, folder: string): Relation {
  if (isPlain(pattern) && isPlain(folder)) {
    if (pattern === folder) return 'same';
    if (pattern.startsWith(folder) && pattern[folder.length] === '/') return 'within';
    return folder.startsWith(pattern) && folder[pattern.length] === '/' ? 'above' : 'none';
  }
  const parts = pattern.split('/').filter((part) => part !== '');
  const wanted = folder.split('/').filter((part) => part !== '');
  let loose = false;
  for (let i = 0; i < wanted.length; i++) {
    const part = parts[i];
    if (part === undefined) return 'above';
    if (part.includes('**')) return wanted[i]!.startsWith(part.slice(0, part.indexOf('**'))) ? 'above' : 'none';
    if (!segmentMatches(part, wanted[i]!)) return 'none';
    if (/[*?[]/.test(part)) loose = true;
  }
  if (loose) return 'above';
  return parts.length > wanted.length ? 'within' : 'same';
}

/** Whether a path has no wildcards, and each of its segments counts. */
function isPlain(path: string): boolean {
  return !/[*?[]|\/(?:\/|$)|^(?!\/)/.test(path);
}

function segmentMatches(pattern: string, segment: string): boolean {
  if (!/[*?[]/.test(pattern)) return pattern === segment;
  if (segment.startsWith('.') && !pattern.startsWith('.')) return false;
  const first = pattern.search(/[*?[]/);
  // What follows the last wildcard; a bracket expression's own text is not literal.
  const tail = /(?<![^*?\]])[^*?\]]*$/.exec(pattern)![0];
  return segment.startsWith(pattern.slice(0, first)) && segment.endsWith(tail);
}
