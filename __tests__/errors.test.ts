import { describe, expect, test } from '@jest/globals';
import { DfixError, formatError, printable } from '../src/errors.js';

describe('printable', () => {
  test.each([
    ['plain ä 🐳 text', 'plain ä 🐳 text'],
    ['a\nb\tc\rd', 'a\\nb\\tc\\rd'],
    ['\u001b[31mred\u0007', '\\x1b[31mred\\x07'],
    ['csi \u009b2J del \u007f', 'csi \\x9b2J del \\x7f'],
    ['evil\u202eelifrekcod', 'evil\\u202eelifrekcod'],
    ['half \ud800 pair', 'half \\ud800 pair'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
  ])('%j', (text, expected) => expect(printable(text)).toBe(expected));
});

describe('formatError', () => {
  test('a known error is one line with its place and hint', () => {
    const error = new DfixError('bad', 'cannot\nread', {
      file: 'a\u001b[2Jb',
      position: { line: 3, column: 9 },
      hint: 'do x',
    });
    expect(formatError(error)).toBe('a\\x1b[2Jb:3:9: cannot\\nread (do x)');
  });
  test('file and position are left out where there are none', () => {
    expect(formatError(new DfixError('bad', 'no such thing'))).toBe('no such thing');
    expect(formatError(new DfixError('bad', 'no', { file: 'f' }))).toBe('f: no');
  });
  test('an unknown error shows its stack only for debugging', () => {
    const error = new TypeError('x is\u001b[1m undefined');
    expect(formatError(error)).toBe('internal error: x is\\x1b[1m undefined (set DFIX_DEBUG=1 for the stack)');
    const debug = formatError(error, true);
    expect(debug).toContain('\n    at ');
    expect(debug).not.toContain('\u001b');
    expect(formatError('text')).toContain('internal error: text');
  });
});
