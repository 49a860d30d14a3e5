const KEPT = 10_000;
const fixedParts = new Map<string, string>();

/** The part of a glob before its first wildcard, cut back to whole segments; kept, since the same globs meet often. */
export function fixedPart(glob: string): string {
  let part = fixedParts.get(glob);
  if (part === undefined) {
    const wildcard = glob.search(/[*?[]/);
    part = wildcard < 0 ? glob : glob.slice(0, glob.lastIndexOf('/', wildcard));
    if (fixedParts.size >= KEPT) fixedParts.clear();
    fixedParts.set(glob, part);
  }
  return part;
}

/**
 * Whether two absolute globs may name a common path, or one may name a parent of what the other names. Errs on the side
 * of yes: only the parts before the first wildcard are compared.
 */
export function globsMeet(a: string, b: string): boolean {
  const one = fixedPart(a);
  const other = fixedPart(b);
  return within(one, other) || within(other, one);
}

function within(path: string, folder: string): boolean {
  return (
    folder === '' ||
    folder === '/' ||
    (path.startsWith(folder) && (path.length === folder.length || path[folder.length] === '/'))
  );
}

/** Whether two lists of environment names may share one; `*` is any, `npm_config_*` a prefix. */
export function namesMeet(a: readonly string[], b: readonly string[]): string | undefined {
  for (const one of a) {
    for (const other of b) {
      const [prefixOne, prefixOther] = [one.replace(/\*$/, ''), other.replace(/\*$/, '')];
      const open = one.endsWith('*') || other.endsWith('*');
      if (
        one === other ||
        (open &&
          (prefixOne.startsWith(prefixOther)
            ? other.endsWith('*')
            : prefixOther.startsWith(prefixOne) && one.endsWith('*')))
      ) {
        return one.endsWith('*') ? other : one;
      }
    }
  }
  return undefined;
}
