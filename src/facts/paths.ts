/** What a path has that is not the shortest spelling of it: an empty part, `.`, `..`, a slash at the end. */
const UNCLEAN = /\/\.{0,2}(?:\/|$)/;

/** Joins POSIX paths and resolves `.` and `..`; the result is absolute when `base` is. */
export function joinPath(base: string, path: string): string {
  const whole = path.startsWith('/') ? path : base === '/' ? `/${path}` : `${base}/${path}`;
  if (whole.startsWith('/') && !UNCLEAN.test(whole)) return whole;
  const parts: string[] = [];
  for (const part of whole.split('/')) {
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
