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

const heads = new Map<string, string | undefined>();

/** All of a glob before its first wildcard, the beginning of a name too; undefined where it has none. */
function headOf(glob: string): string | undefined {
  if (heads.has(glob)) return heads.get(glob);
  const wildcard = glob.search(/[*?[]/);
  const head = wildcard < 0 ? undefined : glob.slice(0, wildcard);
  if (heads.size >= KEPT) heads.clear();
  heads.set(glob, head);
  return head;
}

/**
 * Whether two absolute globs may name a common path, or one may name a parent of what the other names. Errs on the side
 * of yes: only the parts before the first wildcard are compared.
 */
export function globsMeet(a: string, b: string): boolean {
  const one = headOf(a);
  const other = headOf(b);
  if (one === undefined && other === undefined) return within(a, b) || within(b, a);
  if (one === undefined) return a.startsWith(other!) || within(other!, a);
  if (other === undefined) return b.startsWith(one) || within(one, b);
  return one.startsWith(other) || other.startsWith(one);
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
