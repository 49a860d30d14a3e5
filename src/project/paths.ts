/** Slash paths relative to a context root. They never touch a disk: `..` is resolved by text, as Go's `path.Clean` does. */

/** The shortest equal path, as Go's `path.Clean`: `""` for what Go calls `.`, `..` kept only at the front. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!rooted) kept.push('..');
  }
  return (rooted ? '/' : '') + kept.join('/');
}

/** A path as COPY takes it: below the context root whatever it says; a leading `/` and `..` are clipped. */
export function clipToRoot(path: string): string {
  return cleanPath(`/${path}`).slice(1);
}

/** The path of a reference made from a folder, or undefined when it leaves the context (or is absolute). */
export function resolveInContext(folder: string, reference: string): string | undefined {
  if (/^(?:[\\/]|[a-zA-Z]:)/.test(reference)) return undefined;
  const path = cleanPath(joinPath(folder, reference.replaceAll('\\', '/')));
  return path === '..' || path.startsWith('../') ? undefined : path;
}

/** Two parts with one slash between them; an empty folder adds none. */
export function joinPath(folder: string, name: string): string {
  if (folder === '') return name;
  return name === '' ? folder : `${folder}/${name}`;
}

/** The folder that holds a path; `""` at the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folders above a path, nearest first, the root `""` last; none for the root itself. */
export function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let at = path; at !== '';) folders.push((at = folderOf(at)));
  return folders;
}
