import { describe, expect, test } from '@jest/globals';
import { checkOptions } from '../../src/config/options.js';

const spec = {
  ids: { default: false, describe: 'give mounts an id' },
  depth: { default: 3, describe: 'how deep' },
  prefix: { default: 'x', describe: 'what to put before' },
  managers: { default: ['apt'], describe: 'which ones' },
} as const;
const defaults = { ids: false, depth: 3, prefix: 'x', managers: ['apt'] };

describe('checkOptions', () => {
  test.each<[Record<string, unknown>, Record<string, unknown>, string[]]>([
    [{}, defaults, []],
    [{ ids: true, managers: [] }, { ...defaults, ids: true, managers: [] }, []],
    [{ ids: 'yes' }, defaults, ['ids: expected boolean, got "yes"']],
    [{ depth: Number.NaN }, defaults, ['depth: expected number, got NaN']],
    [{ managers: 'apt' }, defaults, ['managers: expected list of strings, got "apt"']],
    [{ managers: ['a', 1] }, defaults, ['managers: expected list of strings, got list']],
    [{ prefix: null }, defaults, ['prefix: expected string, got null']],
    [{ idz: true, prefix: 'y' }, { ...defaults, prefix: 'y' }, ['idz: unknown option; did you mean "ids"?']],
    [{ constructor: 1, toString: 2 }, defaults, ['constructor: unknown option', 'toString: unknown option']],
    [JSON.parse('{"__proto__": {"ids": true}}'), defaults, ['__proto__: unknown option']],
  ])('%j', (given, options, problems) => {
    const checked = checkOptions(spec, given);
    expect(checked.options).toEqual(options);
    expect(checked.problems.map(({ option, message }) => `${option}: ${message}`)).toEqual(problems);
    expect(Object.hasOwn(Object.prototype, 'ids')).toBe(false);
  });
});
