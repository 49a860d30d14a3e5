import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ExpandError, expandWord, expandWords, referencedNames } from '../../src/dockerfile/expand.js';

const environment =
  (values: Readonly<Record<string, string>>) =>
  (name: string): string | undefined =>
    Object.hasOwn(values, name) ? values[name] : undefined;

/** BuildKit's envVarTest, rows for every platform and for Unix; `error` means refused. */
const envVarTest: readonly (readonly [word: string, expected: string])[] = [
  ['hello', 'hello'],
  ["he'll'o", 'hello'],
  ["he'llo", 'error'],
  ["he\\'llo", "he'llo"],
  ["he\\\\'llo", 'error'],
  ['abc\\tdef', 'abctdef'],
  ['"abc\\tdef"', 'abc\\tdef'],
  ['"abc\\\\tdef"', 'abc\\tdef'],
  ["'abc\\tdef'", 'abc\\tdef'],
  ['hello\\', 'hello'],
  ['hello\\\\', 'hello\\'],
  ['"hello', 'error'],
  ['"hello\\"', 'error'],
  ['"hel\'lo"', "hel'lo"],
  ["'hello", 'error'],
  ["'hello\\'", 'hello\\'],
  ["'hello\\there'", 'hello\\there'],
  ["'hello\\\\there'", 'hello\\\\there'],
  ['"\'\'"', "''"],
  ['$.', '$.'],
  ['he$1x', 'hex'],
  ['he$.x', 'he$.x'],
  ['he$pwd.', 'he.'],
  ['he$PWD', 'he/home'],
  ['he\\$PWD', 'he$PWD'],
  ['he\\\\$PWD', 'he\\/home'],
  ['"he\\$PWD"', 'he$PWD'],
  ['"he\\\\$PWD"', 'he\\/home'],
  ['\\${}', '${}'],
  ['\\${}aaa', '${}aaa'],
  ['he\\${}', 'he${}'],
  ['he\\${}xx', 'he${}xx'],
  ['${}', 'error'],
  ['${}aaa', 'error'],
  ['he${}', 'error'],
  ['he${}xx', 'error'],
  ['he${hi}', 'he'],
  ['he${hi}xx', 'hexx'],
  ['he${PWD}', 'he/home'],
  ['he${.}', 'error'],
  ['he${XXX:-000}xx', 'he000xx'],
  ['he${PWD:-000}xx', 'he/homexx'],
  ['he${XXX:-$PWD}xx', 'he/homexx'],
  ['he${XXX:-${PWD:-yyy}}xx', 'he/homexx'],
  ['he${XXX:-${YYY:-yyy}}xx', 'heyyyxx'],
  ['he${XXX:YYY}', 'error'],
  ['he${XXX?}', 'error'],
  ['he${XXX:?}', 'error'],
  ['he${PWD?}', 'he/home'],
  ['he${PWD:?}', 'he/home'],
  ['he${NULL?}', 'he'],
  ['he${NULL:?}', 'error'],
  ['he${XXX:+${PWD}}xx', 'hexx'],
  ['he${PWD:+${XXX}}xx', 'hexx'],
  ['he${PWD:+${SHELL}}xx', 'hebashxx'],
  ['he${XXX:+000}xx', 'hexx'],
  ['he${PWD:+000}xx', 'he000xx'],
  ["'he${XX}'", 'he${XX}'],
  ['"he${PWD}"', 'he/home'],
  ['"he\'$PWD\'"', "he'/home'"],
  ['"$PWD"', '/home'],
  ["'$PWD'", '$PWD'],
  ["'\\$PWD'", '\\$PWD'],
  ['\'"hello"\'', '"hello"'],
  ['he\\$PWD', 'he$PWD'],
  ['"he\\$PWD"', 'he$PWD'],
  ["'he\\$PWD'", 'he\\$PWD'],
  ['he${PWD', 'error'],
  ['he${PWD:=000}xx', 'error'],
  ['he${PWD:+${PWD}:}xx', 'he/home:xx'],
  ['he${XXX:-\\$PWD:}xx', 'he$PWD:xx'],
  ['he${XXX:-\\${PWD}z}xx', 'he${PWDz}xx'],
  ['안녕하세요', '안녕하세요'],
  ["안'녕'하세요", '안녕하세요'],
  ["안'녕하세요", 'error'],
  ["안녕\\'하세요", "안녕'하세요"],
  ["안\\\\'녕하세요", 'error'],
  ['안녕\\t하세요', '안녕t하세요'],
  ['"안녕\\t하세요"', '안녕\\t하세요'],
  ["'안녕\\t하세요", 'error'],
  ['안녕하세요\\', '안녕하세요'],
  ['안녕하세요\\\\', '안녕하세요\\'],
  ['"안녕하세요', 'error'],
  ['"안녕하세요\\"', 'error'],
  ['"안녕\'하세요"', "안녕'하세요"],
  ["'안녕하세요", 'error'],
  ["'안녕하세요\\'", '안녕하세요\\'],
  ['안녕$1x', '안녕x'],
  ['안녕$.x', '안녕$.x'],
  ['안녕$pwd.', '안녕.'],
  ['안녕$PWD', '안녕/home'],
  ['안녕\\$PWD', '안녕$PWD'],
  ['안녕\\\\$PWD', '안녕\\/home'],
  ['안녕\\${}', '안녕${}'],
  ['안녕\\${}xx', '안녕${}xx'],
  ['안녕${}', 'error'],
  ['안녕${}xx', 'error'],
  ['안녕${hi}', '안녕'],
  ['안녕${hi}xx', '안녕xx'],
  ['안녕${PWD}', '안녕/home'],
  ['안녕${.}', 'error'],
  ['안녕${XXX:-000}xx', '안녕000xx'],
  ['안녕${PWD:-000}xx', '안녕/homexx'],
  ['안녕${XXX:-$PWD}xx', '안녕/homexx'],
  ['안녕${XXX:-${PWD:-yyy}}xx', '안녕/homexx'],
  ['안녕${XXX:-${YYY:-yyy}}xx', '안녕yyyxx'],
  ['안녕${XXX:YYY}', 'error'],
  ['안녕${XXX:+${PWD}}xx', '안녕xx'],
  ['안녕${PWD:+${XXX}}xx', '안녕xx'],
  ['안녕${PWD:+${SHELL}}xx', '안녕bashxx'],
  ['안녕${XXX:+000}xx', '안녕xx'],
  ['안녕${PWD:+000}xx', '안녕000xx'],
  ["'안녕${XX}'", '안녕${XX}'],
  ['"안녕${PWD}"', '안녕/home'],
  ['"안녕\'$PWD\'"', "안녕'/home'"],
  ['\'"안녕"\'', '"안녕"'],
  ['안녕\\$PWD', '안녕$PWD'],
  ['"안녕\\$PWD"', '안녕$PWD'],
  ["'안녕\\$PWD'", '안녕\\$PWD'],
  ['안녕${PWD', 'error'],
  ['안녕${PWD:=000}xx', 'error'],
  ['안녕${PWD:+${PWD}:}xx', '안녕/home:xx'],
  ['안녕${XXX:-\\$PWD:}xx', '안녕$PWD:xx'],
  ['안녕${XXX:-\\${PWD}z}xx', '안녕${PWDz}xx'],
  ['$KOREAN', '한국어'],
  ['안녕$KOREAN', '안녕한국어'],
  ['${{aaa}', 'error'],
  ['${aaa}}', '}'],
  ['${aaa', 'error'],
  ['${{aaa:-bbb}', 'error'],
  ['${aaa:-bbb}}', 'bbb}'],
  ['${aaa:-bbb', 'error'],
  ['${aaa:-bbb}', 'bbb'],
  ['${aaa:-${bbb:-ccc}}', 'ccc'],
  ['${aaa:-bbb ${foo}', 'error'],
  ['${aaa:-bbb {foo}', 'bbb {foo'],
  ['${:}', 'error'],
  ['${:-bbb}', 'error'],
  ['${:+bbb}', 'error'],
  ['$1', ''],
  ['${1}', ''],
  ['${1:+bbb}', ''],
  ['${1:-bbb}', 'bbb'],
  ['$2', ''],
  ['${2}', ''],
  ['${2:+bbb}', ''],
  ['${2:-bbb}', 'bbb'],
  ['$3', ''],
  ['${3}', ''],
  ['${3:+bbb}', ''],
  ['${3:-bbb}', 'bbb'],
  ['$4', ''],
  ['${4}', ''],
  ['${4:+bbb}', ''],
  ['${4:-bbb}', 'bbb'],
  ['$5', ''],
  ['${5}', ''],
  ['${5:+bbb}', ''],
  ['${5:-bbb}', 'bbb'],
  ['$6', ''],
  ['${6}', ''],
  ['${6:+bbb}', ''],
  ['${6:-bbb}', 'bbb'],
  ['$7', ''],
  ['${7}', ''],
  ['${7:+bbb}', ''],
  ['${7:-bbb}', 'bbb'],
  ['$8', ''],
  ['${8}', ''],
  ['${8:+bbb}', ''],
  ['${8:-bbb}', 'bbb'],
  ['$9', ''],
  ['${9}', ''],
  ['${9:+bbb}', ''],
  ['${9:-bbb}', 'bbb'],
  ['$999', ''],
  ['${999}', ''],
  ['${999:+bbb}', ''],
  ['${999:-bbb}', 'bbb'],
  ['$999aaa', 'aaa'],
  ['${999}aaa', 'aaa'],
  ['${999:+bbb}aaa', 'aaa'],
  ['${999:-bbb}aaa', 'bbbaaa'],
  ['$001', ''],
  ['${001}', ''],
  ['${001:+bbb}', ''],
  ['${001:-bbb}', 'bbb'],
  ['$001aaa', 'aaa'],
  ['${001}aaa', 'aaa'],
  ['${001:+bbb}aaa', 'aaa'],
  ['${001:-bbb}aaa', 'bbbaaa'],
  ['$@', ''],
  ['${@}', ''],
  ['${@:+bbb}', ''],
  ['${@:-bbb}', 'bbb'],
  ['$@@@', '@@'],
  ['$@aaa', 'aaa'],
  ['${@}aaa', 'aaa'],
  ['${@:+bbb}aaa', 'aaa'],
  ['${@:-bbb}aaa', 'bbbaaa'],
  ['$*', ''],
  ['${*}', ''],
  ['${*:+bbb}', ''],
  ['${*:-bbb}', 'bbb'],
  ['$#', ''],
  ['${#}', ''],
  ['${#:+bbb}', ''],
  ['${#:-bbb}', 'bbb'],
  ['$?', ''],
  ['${?}', ''],
  ['${?:+bbb}', ''],
  ['${?:-bbb}', 'bbb'],
  ['$-', ''],
  ['${-}', ''],
  ['${-:+bbb}', ''],
  ['${-:-bbb}', 'bbb'],
  ['$$', ''],
  ['${$}', ''],
  ['${$:+bbb}', ''],
  ['${$:-bbb}', 'bbb'],
  ['$!', ''],
  ['${!}', ''],
  ['${!:+bbb}', ''],
  ['${!:-bbb}', 'bbb'],
  ['$0', ''],
  ['${0}', ''],
  ['${0:+bbb}', ''],
  ['${0:-bbb}', 'bbb'],
];

/** BuildKit's wordsTest: words, and the variables set when each is split. */
const wordsTest: readonly (readonly [
  word: string,
  expected: readonly string[] | 'error',
  env: Record<string, string>,
])[] = [
  ['hello', ['hello'], {}],
  ['hello${hi}bye', ['hellobye'], {}],
  ['hello${hi}bye', ['hellohibye'], { hi: 'hi' }],
  ['hello${space}bye', ['helloabc', 'defbye'], { space: 'abc  def' }],
  ['hello"${space}"bye', ['helloabc  defbye'], { space: 'abc  def' }],
  ['hello "${space}"bye', ['hello', 'abc  defbye'], { space: 'abc  def' }],
  ['hello${leading}def', ['hello', 'ab', 'cdef'], { leading: '  ab c' }],
  ['hello"${leading}" def', ['hello  ab c', 'def'], { leading: '  ab c' }],
  ['hello"${leading}"', ['hello  ab c'], { leading: '  ab c' }],
  ['hello${leading}', ['hello', 'ab', 'c'], { leading: '  ab c' }],
  ['hello${trailing}', ['helloab', 'c'], { trailing: 'ab c   ' }],
  ['hello${trailing}d', ['helloab', 'c', 'd'], { trailing: 'ab c   ' }],
  ['hello"${trailing}"d', ['helloab c   d'], { trailing: 'ab c   ' }],
  ['hel"lo${trailing}"', ['helloab c   '], { trailing: 'ab c   ' }],
  ['hello" there  "', ['hello there  '], {}],
  ['hello there', ['hello', 'there'], {}],
  ['hello\\ there', ['hello there'], {}],
  ['hello" there', 'error', {}],
  ['hello\\" there', ['hello"', 'there'], {}],
  ['hello"\\\\there"', ['hello\\there'], {}],
  ['hello"\\there"', ['hello\\there'], {}],
  ["hello'\\\\there'", ['hello\\\\there'], {}],
  ["hello'\\there'", ['hello\\there'], {}],
  ["hello'$there'", ['hello$there'], {}],
];

interface MatchCase {
  readonly word: string;
  readonly env: Record<string, string>;
  readonly text: string | undefined;
  readonly set: readonly string[];
  readonly unset: readonly string[];
}

/** BuildKit's TestProcessWithMatches; no text means refused. */
const matchCases: readonly MatchCase[] = [
  { word: 'x', env: { DUMMY: 'dummy' }, text: 'x', set: [], unset: [] },
  { word: 'x ${UNUSED}', env: { DUMMY: 'dummy' }, text: 'x ', set: [], unset: ['UNUSED'] },
  { word: 'x ${FOO}', env: { FOO: 'y' }, text: 'x y', set: ['FOO'], unset: [] },
  {
    word: '${FOO-aaa} ${BAR-bbb} ${BAZ-ccc}',
    env: { FOO: 'xxx', BAR: '' },
    text: 'xxx  ccc',
    set: ['FOO', 'BAR'],
    unset: ['BAZ'],
  },
  {
    word: '${FOO:-aaa} ${BAR:-bbb} ${BAZ:-ccc}',
    env: { FOO: 'xxx', BAR: '' },
    text: 'xxx bbb ccc',
    set: ['FOO', 'BAR'],
    unset: ['BAZ'],
  },
  { word: '${FOO:-}', env: { FOO: 'xxx', BAR: '' }, text: 'xxx', set: ['FOO'], unset: [] },
  { word: '${FOO:-}', env: {}, text: '', set: [], unset: ['FOO'] },
  {
    word: '${FOO+aaa} ${BAR+bbb} ${BAZ+ccc}',
    env: { FOO: 'xxx', BAR: '' },
    text: 'aaa bbb ',
    set: ['FOO', 'BAR'],
    unset: ['BAZ'],
  },
  {
    word: '${FOO:+aaa} ${BAR:+bbb} ${BAZ:+ccc}',
    env: { FOO: 'xxx', BAR: '' },
    text: 'aaa  ',
    set: ['FOO', 'BAR'],
    unset: ['BAZ'],
  },
  { word: '${FOO?aaa}', env: { FOO: 'xxx', BAR: '' }, text: 'xxx', set: ['FOO'], unset: [] },
  { word: '${BAR?bbb}', env: { FOO: 'xxx', BAR: '' }, text: '', set: ['BAR'], unset: [] },
  { word: '${BAZ?ccc}', env: { FOO: 'xxx', BAR: '' }, text: undefined, set: [], unset: ['BAZ'] },
  { word: '${FOO:?aaa}', env: { FOO: 'xxx', BAR: '' }, text: 'xxx', set: ['FOO'], unset: [] },
  { word: '${BAR:?bbb}', env: { FOO: 'xxx', BAR: '' }, text: undefined, set: [], unset: [] },
  { word: '${BAZ:?ccc}', env: { FOO: 'xxx', BAR: '' }, text: undefined, set: [], unset: ['BAZ'] },
  { word: '${BAZ:?}', env: { FOO: 'xxx', BAR: '' }, text: undefined, set: [], unset: ['BAZ'] },
  { word: '${FOO=aaa}', env: { FOO: 'xxx', BAR: '' }, text: undefined, set: [], unset: [] },
  { word: '${FOO=:aaa}', env: { FOO: 'xxx', BAR: '' }, text: undefined, set: [], unset: [] },
  { word: '${FOO=}', env: {}, text: undefined, set: [], unset: [] },
  { word: '${FOO#()[]{\\}^$.\\*\\?|\\\\}', env: { FOO: '()[]{}^$.*?|\\x' }, text: 'x', set: ['FOO'], unset: [] },
  { word: '${FOO%%\\**}', env: { FOO: 'xx**' }, text: 'xx', set: ['FOO'], unset: [] },
  { word: '${FOO#*x*y}', env: { FOO: 'xxyy' }, text: 'y', set: ['FOO'], unset: [] },
  { word: '${FOO#*}', env: { FOO: 'xxyy' }, text: 'xxyy', set: ['FOO'], unset: [] },
  { word: '${FOO#$BAR}', env: { FOO: 'xxyy', BAR: 'x' }, text: 'xyy', set: ['FOO', 'BAR'], unset: [] },
  { word: '${FOO#$BAR}', env: { FOO: 'xxyy', BAR: '' }, text: 'xxyy', set: ['FOO', 'BAR'], unset: [] },
  { word: '${FOO#}', env: { FOO: 'xxyy' }, text: 'xxyy', set: ['FOO'], unset: [] },
  { word: '${FOO##*x}', env: { FOO: 'xxyy' }, text: 'yy', set: ['FOO'], unset: [] },
  { word: '${FOO##}', env: { FOO: 'xxyy' }, text: 'xxyy', set: ['FOO'], unset: [] },
  { word: '${FOO#?\\?}', env: { FOO: '???y' }, text: '?y', set: ['FOO'], unset: [] },
  { word: '${ABC:-.}${FOO%x}${ABC:-.}', env: { FOO: 'xxyy' }, text: '.xxyy.', set: ['FOO'], unset: ['ABC'] },
  { word: '${FOO%%\\**\\*}', env: { FOO: 'a***yy*' }, text: 'a', set: ['FOO'], unset: [] },
  { word: '${FOO%}', env: { FOO: 'xxyy' }, text: 'xxyy', set: ['FOO'], unset: [] },
  { word: '${FOO%%$BAR}', env: { FOO: 'xxyy', BAR: '' }, text: 'xxyy', set: ['FOO', 'BAR'], unset: [] },
  { word: '${FOO:#}', env: {}, text: undefined, set: [], unset: [] },
  { word: '${FOO:##}', env: {}, text: undefined, set: [], unset: [] },
  { word: '${FOO:%}', env: {}, text: undefined, set: [], unset: [] },
  { word: '${FOO:%%}', env: {}, text: undefined, set: [], unset: [] },
  {
    word: '${FOO/$NEEDLE/.} - ${FOO//$NEEDLE/.}',
    env: { FOO: '/foo*/*/*.txt', NEEDLE: '\\*/' },
    text: '/foo.*/*.txt - /foo..*.txt',
    set: ['FOO', 'NEEDLE'],
    unset: [],
  },
  {
    word: '${FOO/$NEEDLE/} - ${FOO//$NEEDLE/}',
    env: { FOO: '/tmp/tmp/bar.txt', NEEDLE: '/tmp' },
    text: '/tmp/bar.txt - /bar.txt',
    set: ['FOO', 'NEEDLE'],
    unset: [],
  },
  {
    word: '${FOO/$NEEDLE/$REPLACEMENT} - ${FOO//$NEEDLE/$REPLACEMENT}',
    env: { FOO: '/a/foo/b/c.txt', NEEDLE: '/?/', REPLACEMENT: '/' },
    text: '/foo/b/c.txt - /foo/c.txt',
    set: ['FOO', 'NEEDLE', 'REPLACEMENT'],
    unset: [],
  },
  {
    word: '${FOO/$NEEDLE/$REPLACEMENT}',
    env: { FOO: 'http://google.de', NEEDLE: 'http://', REPLACEMENT: 'https://' },
    text: 'https://google.de',
    set: ['FOO', 'NEEDLE', 'REPLACEMENT'],
    unset: [],
  },
  { word: '${FOO//\\//\\/}', env: { FOO: '/tmp/foo.txt' }, text: '\\/tmp\\/foo.txt', set: ['FOO'], unset: [] },
  { word: '${FOO/$BAR/ww}', env: { FOO: 'xxyy', BAR: '' }, text: 'wwxxyy', set: ['FOO', 'BAR'], unset: [] },
  { word: '${FOO//ww}', env: { FOO: 'xxyy' }, text: undefined, set: [], unset: [] },
  { word: '${FOO//}', env: { FOO: 'xxyy' }, text: undefined, set: [], unset: [] },
  { word: '${FOO///}', env: { FOO: 'xxyy' }, text: 'xxyy', set: ['FOO'], unset: [] },
  { word: '${FOO///}', env: {}, text: '', set: [], unset: ['FOO'] },
];

describe('expandWord', () => {
  test.each(envVarTest)('%s → %s', (word, expected) => {
    const env = environment({ PWD: '/home', SHELL: 'bash', KOREAN: '한국어', NULL: '' });
    if (expected === 'error') expect(() => expandWord(word, env)).toThrow(ExpandError);
    else expect(expandWord(word, env).text).toBe(expected);
  });

  test.each(matchCases)('$word with $env', ({ word, env, text, set, unset }) => {
    if (text === undefined) {
      expect(() => expandWord(word, environment(env))).toThrow(ExpandError);
      return;
    }
    const expansion = expandWord(word, environment(env));
    expect(expansion.text).toBe(text);
    expect([...expansion.used].toSorted()).toEqual([...set, ...unset].toSorted());
    expect([...expansion.unset].toSorted()).toEqual(unset.toSorted());
  });

  test.each([
    ['${VAR:?message here$ARG}', 'plain', 'plain'],
    ['${VAR:?message here$ARG}', '', undefined],
    ['${VAR:?message here$ARG}', undefined, undefined],
    ['${VAR?message here$ARG}', 'plain', 'plain'],
    ['${VAR?message here$ARG}', '', ''],
    ['${VAR?message here$ARG}', undefined, undefined],
  ])('TestShellParserMandatoryEnvVars: %s with %s', (word, value, expected) => {
    const env = environment({ ARG: 'x', ...(value === undefined ? {} : { VAR: value }) });
    if (expected === undefined) expect(() => expandWord(word, env)).toThrow('VAR: message herex');
    else expect(expandWord(word, env).text).toBe(expected);
  });

  test.each([
    ['v7', 'something-v1.2.3.linux-arm-v7.tar.gz'],
    ['', 'something-v1.2.3.linux-arm.tar.gz'],
    [undefined, 'something-v1.2.3.linux-arm.tar.gz'],
  ])('TestProcessWithMatchesPlatform with variant %s', (variant, expected) => {
    const word = 'something-${VERSION}.${TARGETOS}-${TARGETARCH}${TARGETVARIANT:+-${TARGETVARIANT}}.tar.gz';
    const platform = { VERSION: 'v1.2.3', TARGETOS: 'linux', TARGETARCH: 'arm' };
    const env = environment(variant === undefined ? platform : { ...platform, TARGETVARIANT: variant });
    expect(expandWord(word, env).text).toBe(expected);
  });

  test.each(['\\', '\\x', '\\\\\\'])('TestConvertShellPatternToRegex refuses the pattern %s', (pattern) => {
    expect(() => expandWord('${FOO#$PATTERN}', environment({ FOO: 'a', PATTERN: pattern }))).toThrow(ExpandError);
  });

  test.each([
    ['`$FOO `` `"', '$FOO ` "'],
    ['"`$FOO \\"', '$FOO \\'],
    ['C:\\$FOO', 'C:\\x'],
    ["'`$FOO'", '`$FOO'],
  ])('backtick as the escape character: %s → %s', (word, expected) => {
    expect(expandWord(word, environment({ FOO: 'x' }), '`').text).toBe(expected);
  });

  test.each([
    ['<<EOF', '<<EOF'],
    ['<< EOF', '<< EOF'],
    ['a<b', 'a<b'],
  ])('heredoc operator %s', (word, expected) => {
    expect(expandWord(word, environment({})).text).toBe(expected);
  });

  test.each([
    ['${F//a/[$0]}', 'aba', '[]b[]', 'a literal $0 is a variable in a Dockerfile'],
    ['${F//a/$R}', 'aba', '[a]b[a]', 'a $0 that arrives by value is the match'],
    ['${F//x*/-}', 'abc', 'abc', 'no match leaves the value'],
    ['${F//*/-}', 'abc', '-', 'a match of everything is replaced once'],
    ['${F#*b}', 'a\nb', 'a\nb', 'no wildcard matches a newline'],
    ['${F%.*}', 'a.b.c', 'a.b', 'shortest suffix'],
    ['${F%%.*}', 'a.b.c', 'a', 'longest suffix'],
    ['${F##*/}', '/a/b/c', 'c', 'longest prefix'],
    ['${F#?}', '👽x', 'x', 'one character is one code point'],
  ])('%s of %j is %j: %s', (word, value, expected) => {
    const text = expandWord(word, environment({ F: value, R: '[$0]' })).text;
    expect(text).toBe(expected);
  });

  test('the error says where', () => {
    const word = "abc ${FOO:?no} 'x";
    expect(() => expandWord(word, environment({}))).toThrow(expect.objectContaining({ offset: 4 }));
    expect(() => expandWord(word, environment({ FOO: '1' }))).toThrow(expect.objectContaining({ offset: 15 }));
  });

  test('patterns made to backtrack are answered', () => {
    const env = environment({ F: 'a'.repeat(2000), P: `${'*a'.repeat(500)}b` });
    for (const word of ['${F#$P}', '${F##$P}', '${F%$P}', '${F%%$P}', '${F/$P/}', '${F//$P/}']) {
      expect(expandWord(word, env).text).toHaveLength(2000);
    }
  });

  test('input without end is refused, not expanded', () => {
    const values = environment({ A: 'x'.repeat(1 << 19) });
    expect(() => expandWord('$A$A$A', values)).toThrow(ExpandError);
    expect(() => expandWord('"$A$A$A"', values)).toThrow(ExpandError);
    expect(() => expandWord('${A//x/xxxxxxxx}', values)).toThrow(ExpandError);
    expect(() => expandWord('${a:-'.repeat(50_000), values)).toThrow(ExpandError);
  });

  test('any text is expanded or refused with an offset inside it', () => {
    const piece = fc.constantFrom(...'aA$_{}:-+?#%/*\\\'"<` 1@é\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const word = pieces.join('');
        try {
          const { used, unset } = expandWord(word, environment({ a: 'aaa', A: '' }));
          for (const name of unset) expect(used).toContain(name);
          expect(referencedNames(word)).toEqual(used);
        } catch (error) {
          expect(error).toBeInstanceOf(ExpandError);
          expect((error as ExpandError).offset).toBeLessThanOrEqual(word.length);
        }
      }),
    );
  });
});

describe('expandWords', () => {
  test.each(wordsTest)('%s → %j', (word, expected, env) => {
    if (expected === 'error') expect(() => expandWords(word, environment(env))).toThrow(ExpandError);
    else expect(expandWords(word, environment(env)).words).toEqual(expected);
  });

  test('text before an expansion with a modifier is lost, as in BuildKit', () => {
    expect(expandWords('a${x:-b}c', environment({})).words).toEqual(['bc']);
  });
});

describe('referencedNames', () => {
  test.each([
    ['$A ${B:-${C}} "${D/$E/$F}"', ['A', 'B', 'C', 'D', 'E', 'F']],
    ["'$A' \\$B $C", ['C']],
    ['${A:?x} ${B?$C}', ['A', 'B', 'C']],
    ["$A don't $B ${C", ['A', 'B', 'C']],
    ['plain', []],
  ])('%s → %j', (text, names) => {
    expect([...referencedNames(text)].toSorted()).toEqual(names);
  });
});
