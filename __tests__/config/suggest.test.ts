import { expect, test } from '@jest/globals';
import { didYouMean, suggest } from '../../src/config/suggest.js';

const names = ['mount-package-caches', 'clean-apt-lists', 'skip', 'only', 'write'];
test.each([
  ['mount-package-cache', 'mount-package-caches'],
  ['clean-atp-lists', 'clean-apt-lists'],
  ['Skip', 'skip'],
  ['wirte', 'write'],
  ['onl', 'only'],
  ['verify', undefined],
  ['x', undefined],
  ['', undefined],
  ['mount-caches', undefined],
])('suggest(%j) = %j', (word, expected) => expect(suggest(word, names)).toBe(expected));

test('the closest wins, the first of equals', () => {
  expect(suggest('abcd', ['abxx', 'abcx', 'abcy'])).toBe('abcx');
  expect(didYouMean('skp', names)).toBe('; did you mean "skip"?');
  expect(didYouMean('zzz', names)).toBe('');
});
