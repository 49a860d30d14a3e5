import { UNKNOWN, type Value } from './use.js';

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;

/**
 * Compose's interpolation (docs.docker.com/reference/compose-file/interpolation): `$NAME`, `${NAME}`, `${NAME:-default}`,
 * `${NAME-default}`, `${NAME:?error}`, `${NAME:+instead}`, `$$`. Variables have no value here, only defaults.
 */
export function interpolate(text: string, depth = 0): Value {
  if (!text.includes('$')) return { text, sure: true };
  let result = '';
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '$') {
      result += text[at];
      continue;
    }
    if (text[at + 1] === '$') {
      result += '$';
      at++;
      continue;
    }
    const braced = text[at + 1] === '{';
    NAME.lastIndex = at + (braced ? 2 : 1);
    if (!braced || depth > 5 || !NAME.test(text)) return UNKNOWN;
    const close = closing(text, at + 1);
    const operator = /^:?[-+?]/.exec(text.slice(NAME.lastIndex, NAME.lastIndex + 2))?.[0];
    if (close < 0 || operator?.endsWith('-') !== true) return UNKNOWN;
    const fallback = interpolate(text.slice(NAME.lastIndex + operator.length, close), depth + 1);
    if (fallback.text === undefined) return UNKNOWN;
    result += fallback.text;
    at = close;
  }
  return { text: result, sure: !text.replaceAll('$$', '').includes('$') };
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}
