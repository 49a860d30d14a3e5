/** Joins POSIX paths and resolves `.` and `..`; the result is absolute when `base` is. */
export function joinPath(base: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Whether a path is a folder, or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}

/** Whether one of two paths is, or lies below, the other. */
export function pathsMeet(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a);
}
