import { describe, expect, test } from '@jest/globals';
import { Dockerfile, toSourceSpan } from '../../src/dockerfile/index.js';
import { type Body, nestedScript, posixShell, shellBody } from '../../src/shell/index.js';

const SH = ['/bin/sh', '-c'];

/** The body of the last instruction. */
function bodyOf(text: string, shell: readonly string[] = SH): { file: Dockerfile; body: Body } {
  const file = Dockerfile.parse(`FROM a\n${text}`);
  return { file, body: shellBody(file, file.instructions.at(-1)!, shell) };
}

/** The words of a body as they stand in the source of the Dockerfile. */
function sourceWords({ file, body }: ReturnType<typeof bodyOf>): readonly string[] {
  if (body.kind !== 'script') throw new Error(body.kind === 'opaque' ? body.why : body.kind);
  return body.script.commands.flatMap(({ words }) =>
    words.map((word) => file.slice(toSourceSpan(body.script.source, word.span))),
  );
}

describe('scripts, every word at its place in the file', () => {
  test.each<readonly [string, string, readonly string[]]>([
    ['a RUN', 'RUN a b\n', ['a', 'b']],
    ['with flags', 'RUN --mount=type=cache,target=/x --network=none a\n', ['a']],
    ['over continuations and comments', 'RUN a \\\n  # c\n\n  b && \\\r\n  c', ['a', 'b', 'c']],
    ['shell form of CMD', 'CMD a $B\n', ['a', '$B']],
    ['shell form of ENTRYPOINT', 'ENTRYPOINT exec a\n', ['exec', 'a']],
    ['HEALTHCHECK', 'HEALTHCHECK --interval=5s CMD curl -f x || exit 1\n', ['curl', '-f', 'x', 'exit', '1']],
    ['lower-case healthcheck', 'healthcheck cmd a\n', ['a']],
    ['ONBUILD', 'ONBUILD RUN --mount=type=tmpfs,target=/x a \\\n b\n', ['a', 'b']],
    ['a here-document', 'RUN <<EOF\na b\nc\nEOF\n', ['a', 'b', 'c']],
    ['a here-document with CRLF', 'RUN <<EOF\r\na b\r\nc\r\nEOF\r\n', ['a', 'b', 'c']],
    ['a here-document with a shell of its own', 'RUN <<EOF\n#!/usr/bin/env bash\na b\nEOF\n', ['a', 'b']],
    ['a command that reads a here-document', 'RUN cat <<EOF > /x && b\n$(no)\nEOF\n', ['cat', 'b']],
  ])('%s', (_name, text, expected) => {
    expect(sourceWords(bodyOf(text))).toEqual(expected);
  });
});

describe('what is no script', () => {
  test.each<readonly [string, string, Partial<Body>]>([
    ['JSON form', 'CMD ["a", "b c"]\n', { kind: 'exec', words: ['a', 'b c'], script: undefined }],
    ['JSON form of HEALTHCHECK', 'HEALTHCHECK CMD ["a"]\n', { kind: 'exec', words: ['a'] }],
    ['HEALTHCHECK NONE', 'HEALTHCHECK NONE\n', { kind: 'none' }],
    ['an empty CMD', 'CMD []\n', { kind: 'exec', words: [] }],
    [
      'a here-document for python',
      'RUN <<EOF\n#!/usr/bin/env python3\nprint()\nEOF\n',
      { kind: 'opaque', why: 'here-document run by python3' },
    ],
    ['shell that is not understood', 'RUN echo "a\n', { kind: 'opaque' }],
  ])('%s', (_name, text, expected) => {
    expect(bodyOf(text).body).toMatchObject(expected);
  });
  test.each([[['powershell', '-Command']], [['cmd', '/S', '/C']], [['python3', '-c']], [['/bin/bash']]])(
    'shell %j',
    (shell) => {
      expect(bodyOf('RUN a\n', shell).body.kind).toBe('opaque');
    },
  );
});

test('the script of ["sh", "-c", "…"] is read too', () => {
  const { body } = bodyOf('CMD ["sh", "-c", "a && b"]\n');
  expect(body.kind === 'exec' && body.script?.commands.map(({ words }) => words[0]!.value)).toEqual(['a', 'b']);
});

describe('posixShell', () => {
  test.each([
    [['/bin/sh', '-c'], { errexit: false }],
    [['/bin/bash', '-euxo', 'pipefail', '-c'], { errexit: true }],
    [['bash', '-o', 'errexit', '-c'], { errexit: true }],
    [['/bin/ash', '-eo', 'pipefail', '-c'], { errexit: true }],
    [['/bin/bash', '-o', 'pipefail', '-c'], { errexit: false }],
    [['/bin/sh', '-ec'], { errexit: true }],
    [['/bin/bash'], undefined],
    [['pwsh', '-c'], undefined],
    [[], undefined],
  ])('%j', (shell, expected) => {
    expect(posixShell(shell)).toEqual(expected);
  });
});

describe('sh -c inside a script', () => {
  const nested = (text: string): readonly (string | undefined)[] | undefined => {
    const { file, body } = bodyOf(text);
    if (body.kind !== 'script') return undefined;
    const inner = nestedScript(body.script, body.script.commands[0]!);
    return inner?.commands.map(({ words }) => file.slice(toSourceSpan(inner.source, words[0]!.span)));
  };
  test('has its place in the file', () => {
    expect(nested(`RUN bash -exc 'a b \\\n  && c'\n`)).toEqual(['a', 'c']);
    expect(nested('RUN sh -c "a; b"\n')).toEqual(['a', 'b']);
  });
  test.each(['RUN python -c "a"\n', 'RUN sh script.sh\n', 'RUN sh -c "$A"\n', 'RUN sh -c\n'])('not in %j', (text) => {
    expect(nested(text)).toBeUndefined();
  });
});
