import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Dockerfile, type Edit, type Instruction } from '../../src/dockerfile/index.js';
import { appendCommand, insertFlags, prependCommand } from '../../src/shell/insert.js';
import { removeCommands, removeWords } from '../../src/shell/remove.js';
import { stopsAtFailure } from '../../src/shell/stops-at-failure.js';
import { type ShellCommand, type ShellScript, shellBody } from '../../src/shell/index.js';

interface Subject {
  readonly file: Dockerfile;
  readonly instruction: Instruction;
  readonly script: ShellScript;
}

/** A RUN body between two other instructions, so that an edit that reaches too far shows. */
function subject(body: string, head = ''): Subject {
  const file = Dockerfile.parse(`${head}FROM a\nRUN ${body}\nCMD ["z"]\n`);
  const instruction = file.instructions.find(({ keyword }) => keyword === 'RUN')!;
  const read = shellBody(file, instruction, ['/bin/sh', '-c']);
  if (read.kind !== 'script') throw new Error(`not a script: ${body}`);
  return { file, instruction, script: read.script };
}

/** The RUN body after the edits; the file around it must be the same and the body parse. */
function bodyAfter({ file, instruction }: Subject, edits: readonly Edit[]): string {
  const result = file.with(edits);
  const head = file.text.slice(0, instruction.span.start);
  const tail = file.text.slice(instruction.span.end);
  expect(result.text.startsWith(`${head}RUN `)).toBe(true);
  expect(result.text.endsWith(tail)).toBe(true);
  expect(result.instructions.map(({ keyword }) => keyword)).toEqual(file.instructions.map(({ keyword }) => keyword));
  const run = result.instructions.find(({ keyword }) => keyword === 'RUN')!;
  expect(shellBody(result, run, ['/bin/sh', '-c']).kind).toBe('script');
  return result.text.slice(head.length + 'RUN '.length, result.text.length - tail.length);
}

/** The commands whose first word is one of the names. */
function named({ script }: Subject, names: readonly string[]): readonly ShellCommand[] {
  return script.commands.filter(({ words }) => names.includes(words[0]?.text ?? ''));
}

describe('removeWords', () => {
  test.each<readonly [string, string, readonly string[], string]>([
    ['between others', 'a --no b', ['--no'], 'a b'],
    ['at the end', 'a b --no', ['--no'], 'a b'],
    ['before an operator', 'a --no&& b', ['--no'], 'a&& b'],
    ['with wide blanks before it', 'a   --no b', ['--no'], 'a b'],
    ['two side by side', 'a --no --never b', ['--no', '--never'], 'a b'],
    ['alone on its line', 'a \\\n    --no \\\n    b', ['--no'], 'a \\\n    b'],
    ['alone on its line under a comment', 'a \\\n    # why\n    --no \\\n    b', ['--no'], 'a \\\n    # why\n    b'],
    ['first on its line', 'a \\\n    --no b', ['--no'], 'a \\\n    b'],
    ['last on its line', 'a --no \\\n    b', ['--no'], 'a \\\n    b'],
    ['alone on the last line', 'a \\\n    b \\\n    --no', ['--no'], 'a \\\n    b'],
    ['alone on the last line after a comment', 'a b \\\n    # why\n    --no', ['--no'], 'a b\n    # why'],
    ['two alone on their lines', 'a \\\n  --no \\\n  --never \\\n  b', ['--no', '--never'], 'a \\\n  b'],
    ['with tabs', 'a \\\n\t--no \\\n\tb', ['--no'], 'a \\\n\tb'],
  ])('takes a word out: %s', (_name, body, words, expected) => {
    const given = subject(body);
    const gone = given.script.commands.flatMap((command) => command.words.filter(({ text }) => words.includes(text)));
    expect(bodyAfter(given, removeWords(given.file, given.script, gone))).toBe(expected);
  });

  test('follows the escape directive', () => {
    const given = subject('a `\n  --no `\n  b', '# escape=`\n');
    const gone = given.script.commands[0]!.words.slice(1, 2);
    expect(bodyAfter(given, removeWords(given.file, given.script, gone))).toBe('a `\n  b');
  });

  test('keeps the line ends of CRLF files', () => {
    const file = Dockerfile.parse('FROM a\r\nRUN a \\\r\n  --no \\\r\n  b\r\n');
    const body = shellBody(file, file.instructions[1]!, ['/bin/sh', '-c']);
    if (body.kind !== 'script') throw new Error('not a script');
    const edits = removeWords(file, body.script, body.script.commands[0]!.words.slice(1, 2));
    expect(file.with(edits).text).toBe('FROM a\r\nRUN a \\\r\n  b\r\n');
  });
});

describe('removeCommands', () => {
  const remove = (body: string, names: readonly string[], errexit = false, ending?: string): string => {
    const given = subject(body);
    const removed = removeCommands(given.file, given.script, named(given, names), errexit, ending);
    return typeof removed === 'string' ? removed : bodyAfter(given, removed.edits);
  };

  test.each<readonly [string, string, readonly string[], string]>([
    ['the first of a line', 'x && a && b', ['x'], 'a && b'],
    ['one in the middle of a line', 'a && x && b', ['x'], 'a && b'],
    ['the last of a line', 'a && b && x', ['x'], 'a && b'],
    ['two side by side', 'a && x && y && b', ['x', 'y'], 'a && b'],
    ['two apart', 'x && a && y && b', ['x', 'y'], 'a && b'],
    ['all but the last', 'x && y && a', ['x', 'y'], 'a'],
    ['all but the first', 'a && x && y', ['x', 'y'], 'a'],
    ['operators first: the first', 'x \\\n  && a \\\n  && b', ['x'], 'a \\\n  && b'],
    ['operators first: the middle', 'a \\\n  && x \\\n  && b', ['x'], 'a \\\n  && b'],
    ['operators first: the last', 'a \\\n  && b \\\n  && x', ['x'], 'a \\\n  && b'],
    ['operators first: two in the middle', 'a \\\n  && x \\\n  && y \\\n  && b', ['x', 'y'], 'a \\\n  && b'],
    ['operators first: the last two', 'a \\\n  && x \\\n  && y', ['x', 'y'], 'a'],
    ['operators first: over two lines', 'a \\\n  && x 1 \\\n     2 \\\n  && b', ['x'], 'a \\\n  && b'],
    ['operators last: the first', 'x && \\\n  a && \\\n  b', ['x'], 'a && \\\n  b'],
    ['operators last: the middle', 'a && \\\n  x && \\\n  b', ['x'], 'a && \\\n  b'],
    ['operators last: the last', 'a && \\\n  b && \\\n  x', ['x'], 'a && \\\n  b'],
    ['operators last: two in the middle', 'a && \\\n  x && \\\n  y && \\\n  b', ['x', 'y'], 'a && \\\n  b'],
    ['operators last: two on one line', 'a && \\\n  x && y && \\\n  b', ['x', 'y'], 'a && \\\n  b'],
    ['a comment above it, operators first', 'a \\\n  # c\n  && x \\\n  && b', ['x'], 'a \\\n  # c\n  && b'],
    ['a comment below it, operators first', 'a \\\n  && x \\\n  # c\n  && b', ['x'], 'a \\\n  # c\n  && b'],
    [
      'comments around it, operators last',
      'a && \\\n  # c\n  x && \\\n  # d\n  b',
      ['x'],
      'a && \\\n  # c\n  # d\n  b',
    ],
    ['a comment above the last', 'a \\\n  # c\n  && x', ['x'], 'a\n  # c'],
    ['a comment above the last, operators last', 'a && \\\n  # c\n  x', ['x'], 'a\n  # c'],
    ['a comment between two', 'a \\\n  && x \\\n  # c\n  && y \\\n  && b', ['x', 'y'], 'a \\\n  # c\n  && b'],
    ['with tabs', 'a \\\n\t&& x \\\n\t&& b', ['x'], 'a \\\n\t&& b'],
    ['without blanks', 'a&&x&&b', ['x'], 'a&&b'],
    ['one that ends a semicolon list in the middle', 'a; x; b', ['x'], 'a; b'],
    ['the first of a semicolon list', 'x; a', ['x'], 'a'],
    ['a whole && list before a semicolon', 'x && y; a', ['x', 'y'], 'a'],
    ['inside a group', 'a && { x && b; }', ['x'], 'a && { b; }'],
    ['inside a subshell', '(a && x) && b', ['x'], '(a) && b'],
    ['inside a conditional', 'if a; then b && x; fi', ['x'], 'if a; then b; fi'],
    ['before a fallback', 'a && x || b', ['x'], 'a || b'],
  ])('takes out %s', (_name, body, names, expected) => {
    expect(remove(body, names)).toBe(expected);
  });

  test.each<readonly [string, string, readonly string[], string]>([
    ['in the middle', 'set -e; \\\n  a; \\\n  x; \\\n  b', ['x'], 'set -e; \\\n  a; \\\n  b'],
    ['at the end', 'set -e; \\\n  a; \\\n  x', ['x'], 'set -e; \\\n  a'],
    ['at the end of one line', 'set -e; a; x', ['x'], 'set -e; a'],
    ['under a comment', 'set -e; \\\n  a; \\\n  # c\n  x; \\\n  b', ['x'], 'set -e; \\\n  a; \\\n  # c\n  b'],
    [
      'before the end that a semicolon marks',
      'set -e; \\\n  x; \\\n  a; \\\n  true',
      ['x'],
      'set -e; \\\n  a; \\\n  true',
    ],
  ])('takes out of a list that stops at a failure: %s', (_name, body, names, expected) => {
    expect(remove(body, names, true)).toBe(expected);
  });

  test.each<readonly [string, string, readonly string[], string]>([
    ['the only command', 'x', ['x'], 'nothing else is done there'],
    ['all commands', 'x && y', ['x', 'y'], 'nothing else is done there'],
    ['all of a conditional', 'a && if b; then x; fi', ['x'], 'nothing else is done there'],
    ['part of a pipeline', 'a && x | b', ['x'], 'part of a pipeline'],
    ['after a failure only', 'a || x', ['x'], 'only after a failure'],
    ['what a fallback follows', 'x || a', ['x'], 'runs when it fails'],
    ['in the background', 'a & x', ['x'], 'in the background'],
    ['what decides the result', 'a; x', ['x'], 'decides whether the RUN succeeds'],
  ])('refuses %s', (_name, body, names, reason) => {
    expect(remove(body, names)).toContain(reason);
  });

  test.each<readonly [string, string, readonly string[], string]>([
    ['in place of the last', 'a && x', ['x'], 'a && END'],
    ['in place of the last on its line', 'a \\\n  && x', ['x'], 'a \\\n  && END'],
    [
      'in place of the last two, the comment kept',
      'a \\\n  && x \\\n  # c\n  && y',
      ['x', 'y'],
      'a \\\n  && END\n  # c',
    ],
    ['in place of one around a comment', 'a \\\n  && x y \\\n  # c\n  z', ['x'], 'a \\\n  && END\n  # c'],
    ['in place of what decides the result', 'a; x', ['x'], 'a; END'],
    ['not in the middle', 'a && x && b', ['x'], 'a && b'],
  ])('puts the ending %s', (_name, body, names, expected) => {
    expect(remove(body, names, false, 'END')).toBe(expected);
  });

  test('takes a command out of a here-document', () => {
    const given = subject('<<EOF\na\n# c\nx\nb\nEOF');
    const removed = removeCommands(given.file, given.script, named(given, ['x']), false);
    if (typeof removed === 'string') throw new Error(removed);
    expect(bodyAfter(given, removed.edits)).toBe('<<EOF\na\n# c\nb\nEOF');
  });
});

describe('prependCommand', () => {
  test.each<readonly [string, string, string]>([
    ['one line', 'a && b', 'NEW \\\n    && a && b'],
    ['operators first', 'a \\\n  && b', 'NEW \\\n  && a \\\n  && b'],
    ['operators last', 'a && \\\n  b', 'NEW && \\\n  a && \\\n  b'],
    ['a list of semicolons', 'a; b', 'NEW; \\\n    a; b'],
    ['after set', 'set -eux; \\\n  a; \\\n  b', 'set -eux; \\\n  NEW; \\\n  a; \\\n  b'],
    ['after set on the same line', 'set -ex && a && b', 'set -ex && NEW && a && b'],
    ['a fallback', 'a || b', 'NEW; \\\n    a || b'],
    ['a conditional', 'if a; then b; fi', 'NEW \\\n    && if a; then b; fi'],
    ['a pipeline', 'yes | a', 'NEW \\\n    && yes | a'],
    ['below the RUN line', '\\\n  a && \\\n  b', '\\\n  NEW && \\\n  a && \\\n  b'],
    ['a here-document', '<<EOF\na\nb\nEOF', '<<EOF\nNEW\na\nb\nEOF'],
    ['an indented here-document', '<<-EOF\n\ta\n\tb\n\tEOF', '<<-EOF\n\tNEW\n\ta\n\tb\n\tEOF'],
  ])('before %s', (_name, body, expected) => {
    const given = subject(body);
    expect(bodyAfter(given, [prependCommand(given.file, given.instruction, given.script, 'NEW')])).toBe(expected);
  });
});

describe('appendCommand', () => {
  test.each<readonly [string, string, string]>([
    ['one line', 'a && b', 'a && b \\\n    && NEW'],
    ['operators first', 'a \\\n  && b', 'a \\\n  && b \\\n  && NEW'],
    ['operators last', 'a && \\\n  b', 'a && \\\n  b && \\\n  NEW'],
    ['arguments on lines of their own', 'a \\\n      b \\\n      c', 'a \\\n      b \\\n      c \\\n      && NEW'],
    ['far-off arguments', 'a 1 \\\n            2', 'a 1 \\\n            2 \\\n    && NEW'],
    ['a list that stops at failures', 'set -e; \\\n  a; \\\n  b', 'set -e; \\\n  a; \\\n  b; \\\n  NEW'],
    ['a list that goes on', 'a; b', 'a; b \\\n    && NEW'],
    ['a fallback', 'a || b', 'a || b \\\n    && NEW'],
    ['a strict here-document', '<<EOF\nset -e\na\nEOF', '<<EOF\nset -e\na\nNEW\nEOF'],
    ['another here-document', '<<EOF\na\nb\nEOF', '<<EOF\na\nb && NEW\nEOF'],
  ])('after %s', (_name, body, expected) => {
    const given = subject(body);
    expect(bodyAfter(given, [appendCommand(given.file, given.instruction, given.script, 'NEW')])).toBe(expected);
  });
});

describe('insertFlags', () => {
  const long = `--mount=type=cache,target=/${'x'.repeat(70)}`;
  test.each<readonly [string, string, readonly string[], string]>([
    ['one on a short line', 'a && b', ['--f=1'], '--f=1 a && b'],
    ['one on a long line', `a ${'b'.repeat(30)}`, [long], `${long} \\\n    a ${'b'.repeat(30)}`],
    ['two', 'a', ['--f=1', '--g=2'], '--f=1 \\\n    --g=2 \\\n    a'],
    ['one over several lines', 'a \\\n  && b', ['--f=1'], '--f=1 \\\n  a \\\n  && b'],
    ['with tabs', 'a \\\n\t&& b', ['--f=1'], '--f=1 \\\n\ta \\\n\t&& b'],
    ['at the least indent', 'a \\\n      1 \\\n  && b', ['--f=1'], '--f=1 \\\n  a \\\n      1 \\\n  && b'],
    ['after a flag of the same line', '--e=0 a', ['--f=1'], '--e=0 --f=1 a'],
    ['after flags on lines', '--e=0 \\\n  a', ['--f=1'], '--e=0 \\\n  --f=1 \\\n  a'],
    ['after flags beside the command', '--e=0 a \\\n  && b', ['--f=1'], '--e=0 \\\n  --f=1 \\\n  a \\\n  && b'],
    ['below the RUN line', '\\\n  a', ['--f=1'], '\\\n  --f=1 \\\n  a'],
    ['below a comment', '\\\n  # c\n  a', ['--f=1'], '\\\n  # c\n  --f=1 \\\n  a'],
    ['before a here-document', '<<EOF\na\nEOF', ['--f=1'], '--f=1 <<EOF\na\nEOF'],
    ['two before a here-document', '<<EOF\na\nEOF', ['--f=1', '--g=2'], '--f=1 \\\n    --g=2 \\\n    <<EOF\na\nEOF'],
  ])('%s', (_name, body, flags, expected) => {
    const given = subject(body);
    const result = bodyAfter(given, [insertFlags(given.file, given.instruction, flags)]);
    expect(result).toBe(expected);
    const run = Dockerfile.parse(`FROM a\nRUN ${result}\n`).instructions[1]!;
    expect(run.flags.map(({ span }) => run.logical.text.slice(span.start, span.end))).toEqual(
      expect.arrayContaining([...flags]),
    );
  });

  test('breaks the line where the body grows too wide for it', () => {
    const given = subject('a');
    const edit = insertFlags(given.file, given.instruction, ['--f=1'], false, 100);
    expect(bodyAfter(given, [edit])).toBe('--f=1 \\\n    a');
  });
});

test.each<readonly [string, boolean]>([
  ['set -e; a', true],
  ['set -eux && a', true],
  ['set -o errexit; a', true],
  ['set -xe; a; set +e; b', false],
  ['set -x; a', false],
  ['a; set -e', false],
])('knows whether a failure stops %s', (body, expected) => {
  expect(stopsAtFailure(subject(body).script)).toBe(expected);
});

describe('any chain', () => {
  type Style = 'inline' | 'leading' | 'trailing';
  interface Link {
    readonly operator: '&&' | ';';
    readonly style: Style;
    readonly comments: readonly string[];
    readonly blank: boolean;
  }
  const link: fc.Arbitrary<Link> = fc.record({
    operator: fc.constantFrom<Link['operator'][]>('&&', '&&', ';'),
    style: fc.constantFrom<Style[]>('inline', 'leading', 'trailing'),
    comments: fc.array(fc.constantFrom('c', 'rm -rf / \\', '&& not a command'), { maxLength: 2 }),
    blank: fc.boolean(),
  });
  const chain = fc.record({
    links: fc.array(link, { minLength: 1, maxLength: 6 }),
    wide: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
    gone: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
    indent: fc.constantFrom('  ', '\t', '    ', ''),
    eol: fc.constantFrom('\n', '\r\n'),
  });

  test('keeps the other commands in order and every comment, whatever goes', () => {
    fc.assert(
      fc.property(chain, ({ links, wide, gone, indent, eol }) => {
        const count = links.length + 1;
        const leaving = [...Array(count).keys()].filter((i) => gone[i]);
        fc.pre(leaving.length > 0 && leaving.length < count);
        const command = (i: number): string => `c${i} ${wide[i] ? `\\\n${indent}   ` : ''}w${i}`;
        let number = 0;
        const comments: string[] = [];
        let body = command(0);
        links.forEach(({ operator, style, comments: texts, blank }, i) => {
          const lines = texts.map((text) => {
            const comment = `# ${number++} ${text}`;
            comments.push(comment);
            return `${indent}${comment}\n`;
          });
          const between = `\\\n${blank ? '\n' : ''}${lines.join('')}${indent}`;
          const joint =
            style === 'inline'
              ? `${operator === ';' ? '' : ' '}${operator} `
              : style === 'leading'
                ? ` ${between}${operator} `
                : `${operator === ';' ? '' : ' '}${operator} ${between}`;
          if (style === 'inline') comments.length -= texts.length;
          body += joint + command(i + 1);
        });
        const file = Dockerfile.parse(`FROM a\nRUN ${body}\nCMD ["z"]\n`.replaceAll('\n', eol));
        const run = file.instructions[1]!;
        const read = shellBody(file, run, ['/bin/sh', '-c']);
        if (read.kind !== 'script') throw new Error(`not a script: ${body}`);
        const nodes = leaving.map((i) => read.script.commands[i]!);
        const removed = removeCommands(file, read.script, nodes, true);
        if (typeof removed === 'string') throw new Error(removed);
        const result = file.with(removed.edits);
        expect(result.instructions.map(({ keyword }) => keyword)).toEqual(['FROM', 'RUN', 'CMD']);
        const after = shellBody(result, result.instructions[1]!, ['/bin/sh', '-c']);
        if (after.kind !== 'script') throw new Error(`no longer a script: ${result.text}`);
        expect(after.script.commands.map(({ words }) => words.map(({ text }) => text).join(' '))).toEqual(
          [...Array(count).keys()].filter((i) => !gone[i]).map((i) => `c${i} w${i}`),
        );
        expect(result.comments.map(({ span }) => result.slice(span).trim())).toEqual(comments);
        expect(result.text.replaceAll('\r\n', '')).not.toContain(eol === '\r\n' ? '\n' : '\r');
      }),
      { numRuns: 3000 },
    );
  });
});
