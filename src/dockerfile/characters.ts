/** Whether BuildKit (Go's `unicode.IsSpace`) takes this character for white space; JavaScript's `\s` differs on U+0085 and U+FEFF. */
export function isSpace(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** The first offset at or after `from` that is not white space, or `end`. */
export function skipSpace(text: string, from: number, end = text.length): number {
  while (from < end && isSpace(text[from]!)) from++;
  return from;
}

/** The offset just after the last character before `end` that is not white space, or `from`. */
export function trimEnd(text: string, from: number, end = text.length): number {
  while (end > from && isSpace(text[end - 1]!)) end--;
  return end;
}
