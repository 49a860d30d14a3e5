import { describe, expect, test } from '@jest/globals';
import { verbatim } from '../../src/dockerfile/index.js';
import { parseShell, readInvocation, type ShellNode, type ShellScript, valueOf } from '../../src/shell/index.js';
import { readFacts } from '../../src/facts/index.js';
import { Dockerfile, DockerfileError } from '../../src/dockerfile/index.js';
import { hasCorpus, readCorpus } from '../support/corpus.js';

function script(text: string): ShellScript {
  const parsed = parseShell(verbatim(text, 0));
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

/** Each command as its words, with the marks of its place: `?` conditional, `(` isolated, `|` piped. */
function outline(text: string): readonly string[] {
  return script(text).commands.map(
    ({ words, assignments, conditional, isolated, piped }) =>
      `${conditional ? '?' : ''}${isolated ? '(' : ''}${piped ? '|' : ''}` +
      [...assignments.map(({ name, value }) => `${name}=${value?.text ?? ''}`), ...words.map((word) => word.text)].join(
        ' ',
      ),
  );
}

describe('commands and where they stand', () => {
  test.each<readonly [string, readonly string[]]>([
    ['a && b || c && d', ['a', 'b', '?c', '?d']],
    ['a; b & c', ['a', '(b', 'c']],
    ['a | b |& c', ['(|a', '(|b', '(|c']],
    ['(cd x && a); b', ['(cd x', '(a', 'b']],
    ['{ a; b; }', ['a', 'b']],
    ['if a; then b; elif c; then d; else e; fi', ['a', '?b', '?c', '?d', '?e']],
    ['for i in $(a) b; do c $i; done', ['(|a', '?c $i']],
    ['while a; do b; done', ['?a', '?b']],
    ['case $x in a) b;; *) c;; esac', ['?b', '?c']],
    ['f() { a; }; f', ['?a', 'f']],
    ['a "$(b `c`)" <(d)', ['a "$(b `c`)" <(d)', '(|b `c`', '(|c', '(|d']],
    ['A=1 B="$(c)" d', ['A=1 B="$(c)" d', '(|c']],
    ['A=(b "$(c)")', ['A=', '(|c']],
    ['export A=b C="$(d)"', ['export A=b C="$(d)"', '(|d']],
    ['! a', ['a']],
    ['set -eux; a # comment && b', ['set -eux', 'a']],
    ['a ${B:-$(c)}', ['a ${B:-$(c)}', '(|c']],
    ['cat <<E\n$(a)\nE\nb', ['cat', 'b']],
    ['a\nb', ['a', 'b']],
    ['[ -f x ] && [[ -d y ]] && a', ['[ -f x ]', 'a']],
  ])('%j', (text, expected) => {
    expect(outline(text)).toEqual(expected);
  });
});

describe('operators between commands', () => {
  test.each<readonly [string, readonly string[]]>([
    ['a && b || c', ['&&', '||']],
    ['a; b', [';']],
    ['a & b', ['&']],
    ['a \n b', ['\n']],
    ['a # x && y\nb', ['\n']],
    ['a &&\n b', ['&&']],
  ])('%j', (text, expected) => {
    const { body } = script(text);
    const sequence = body.items.length === 1 && body.items[0]!.type === 'sequence' ? body.items[0]! : body;
    expect(sequence.operators.map((operator) => operator.text)).toEqual(expected);
    for (const { text: written, span } of sequence.operators) expect(text.slice(span.start, span.end)).toBe(written);
  });
});

describe('words', () => {
  const lookup = (name: string): string | undefined => ({ A: 'one', B: 'x y' })[name];
  test.each([
    ['plain', 'plain', 'plain'],
    [`'single $A'`, 'single $A', 'single $A'],
    ['"double"', 'double', 'double'],
    ['gl"u"ed\\ x', 'glued x', 'glued x'],
    ['""', '', ''],
    ['$A', undefined, 'one'],
    ['"${A}-b"', undefined, 'one-b'],
    ['$B', undefined, undefined],
    ['"$B"', undefined, 'x y'],
    ['$UNSET', undefined, undefined],
    ['${A:-b}', undefined, undefined],
    ['*.txt', undefined, undefined],
    ['"*.txt"', '*.txt', '*.txt'],
    ['$(a)', undefined, undefined],
    ['{a,b}', undefined, undefined],
    ['$((1+1))', undefined, undefined],
  ])('%s', (text, value, expanded) => {
    const word = script(`x ${text}`).commands[0]!.words[1]!;
    expect(word.text).toBe(text);
    expect(word.value).toBe(value);
    expect(valueOf(word, lookup)).toBe(expanded);
  });
});

describe('redirects', () => {
  test.each([
    ['a > b', '>', 'b'],
    ['a 2>&1', '>&', '1'],
    ['a &> /dev/null', '&>', '/dev/null'],
    ['a <<< "b"', '<<<', '"b"'],
  ])('%s', (text, operator, target) => {
    const [redirect] = script(text).commands[0]!.redirects;
    expect([redirect?.operator, redirect?.target?.text]).toEqual([operator, target]);
  });
  test('of a block belong to the block', () => {
    const [block] = script('{ a; } > b').body.items;
    expect(block?.type === 'block' && block.redirects.map(({ target }) => target?.text)).toEqual(['b']);
  });
});

describe('not understood', () => {
  test.each([
    ['an open quote', 'echo "a'],
    ['an open substitution', 'echo $(a'],
    ['a missing fi', 'if a; then b'],
    ['escaped backticks', 'echo `a \\`b\\``'],
    ['too deep', `echo ${'$('.repeat(200)}a${')'.repeat(200)}`],
    ['too long', `echo ${'a'.repeat(200_001)}`],
  ])('%s', (_name, text) => {
    expect(typeof parseShell(verbatim(text, 0))).toBe('string');
  });
});

test('parents lead from every command to the body', () => {
  const parsed = script('a && { b; (c | d); } || if e; then f; fi');
  for (const command of parsed.commands) {
    let node: ShellNode = command;
    for (let up = parsed.parents.get(node); up !== undefined; up = parsed.parents.get(node)) node = up;
    expect(node).toBe(parsed.body);
  }
});

test('a command with wrappers is read through them', () => {
  const [command] = script('sudo -E env A=b apt-get -y install curl').commands;
  const { tool, wrappers, environment } = readInvocation(command!);
  expect([tool, wrappers, environment.map(([name]) => name)]).toEqual(['apt-get', ['sudo', 'env'], ['A']]);
});

(hasCorpus ? test : test.skip)('over the corpus, the span of every shell word gives back its text', () => {
  let words = 0;
  for (const { text } of readCorpus()) {
    let file: Dockerfile;
    try {
      file = Dockerfile.parse(text);
    } catch (error) {
      if (error instanceof DockerfileError) continue;
      throw error;
    }
    const facts = readFacts(file);
    for (const instruction of file.instructions) {
      if (instruction.keyword !== 'RUN') continue;
      const body = facts.body(instruction);
      if (body.kind !== 'script') continue;
      const source = body.script.source.text;
      for (const command of body.script.commands) {
        expect(command.span.end).toBeLessThanOrEqual(source.length);
        for (const word of command.words) {
          words++;
          if (source.slice(word.span.start, word.span.end) !== word.text) {
            throw new Error(`${word.text} is not at its span in: ${source.slice(0, 200)}`);
          }
        }
      }
    }
  }
  expect(words).toBeGreaterThan(50_000);
});
if (!hasCorpus) console.log('skipped: the corpus of real Dockerfiles is not beside this repository');
