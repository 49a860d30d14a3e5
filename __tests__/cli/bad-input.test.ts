import { appendFileSync, chmodSync, mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { defineTransform } from '../../src/transform/index.js';
import { dfix, type Folder, folderWith, sayHello } from './harness.js';

const HI = 'FROM scratch\nRUN echo hi\n';
const HELLO = 'FROM scratch\nRUN echo hello\n';

let folder: Folder | undefined;
afterEach(() => folder?.remove());

/** One bad file beside a good one, `z/Dockerfile`: one line, exit 2, and the good one is still written. */
async function beside(bad: (root: string) => void, argv: readonly string[] = []): Promise<string> {
  folder = folderWith({ 'z/Dockerfile': HI });
  bad(folder.root);
  const { code, err } = await dfix(folder.root, ['--write', ...argv]);
  expect(code).toBe(2);
  expect(folder.read('z/Dockerfile')).toBe(HELLO);
  const lines = err.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  return lines[0]!;
}

describe('one clear line, exit 2, the others still done', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['not UTF-8', Buffer.from('FROM scratch\nRUN echo \xff\n', 'latin1'), 'Dockerfile:2:10: not UTF-8: byte 22 (0xff)'],
    ['an unknown instruction', 'FROM scratch\nRUNN echo hi\n', 'Dockerfile:2:1: unknown instruction "RUNN"'],
    ['an unterminated heredoc', 'FROM scratch\nRUN <<EOF\necho hi\n', 'Dockerfile:2:'],
    ['a missing FROM', 'ARG A=1\n', 'Dockerfile:1:1: no FROM'],
    ['an instruction before FROM', 'RUN echo hi\nFROM scratch\n', 'Dockerfile:1:1: RUN before the first FROM'],
    ['an empty file', '', 'Dockerfile:1:1: '],
  ])('%s', async (_name, content, expected) => {
    const line = await beside((root) => writeFileSync(path.join(root, 'Dockerfile'), content));
    expect(line).toContain(expected);
    expect(folder!.read('Dockerfile')).toBe(content.toString());
  });

  test('a directory named Dockerfile', async () => {
    expect(await beside((root) => mkdirSync(path.join(root, 'Dockerfile')))).toBe(
      'Dockerfile:1:1: is a directory, not a Dockerfile',
    );
  });

  test('a folder with nothing but a directory named Dockerfile', async () => {
    const line = await beside((root) => mkdirSync(path.join(root, 'a', 'Dockerfile'), { recursive: true }), ['a', 'z']);
    expect(line).toBe('a/Dockerfile:1:1: is a directory, not a Dockerfile');
  });

  test('50 MB', async () => {
    const line = await beside((root) => {
      writeFileSync(path.join(root, 'Dockerfile'), '');
      truncateSync(path.join(root, 'Dockerfile'), 50_000_000);
    });
    expect(line).toBe('Dockerfile:1:1: larger than 10 MB');
  });

  (process.getuid?.() === 0 ? test.skip : test)('an unreadable file', async () => {
    const line = await beside((root) => {
      writeFileSync(path.join(root, 'Dockerfile'), HI);
      chmodSync(path.join(root, 'Dockerfile'), 0);
    });
    expect(line).toBe('Dockerfile:1:1: cannot read: permission denied');
  });

  test('a name that leads nowhere', async () => {
    expect(await beside(() => undefined, ['nowhere', 'z'])).toBe('nowhere: no such file or folder');
  });

  test('a link to nothing', async () => {
    const line = await beside((root) => symlinkSync('nothing', path.join(root, 'Dockerfile')), ['Dockerfile', 'z']);
    expect(line).toBe('Dockerfile: a symbolic link to nothing');
  });

  test('a folder without a Dockerfile', async () => {
    const line = await beside((root) => mkdirSync(path.join(root, 'empty')), ['empty', 'z']);
    expect(line).toBe('empty: no Dockerfile found in this folder (a file with another name has to be named)');
  });

  test('a file that somebody changes between reading and writing', async () => {
    folder = folderWith({ Dockerfile: HI, 'z/Dockerfile': HI });
    let done = false;
    const meddler = defineTransform({
      meta: { ...sayHello.meta, name: 'meddler' },
      find: () => {
        if (!done) appendFileSync(path.join(folder!.root, 'Dockerfile'), '# mine\n');
        done = true;
      },
    });
    const { code, out, err } = await dfix(folder.root, ['--write', '--quiet'], { transforms: [sayHello, meddler] });
    expect(code).toBe(2);
    expect(err).toBe('Dockerfile:1:1: changed while dfix was running; nothing written\n');
    expect(out).toBe('wrote z/Dockerfile\n');
    expect(folder.read('Dockerfile')).toBe(`${HI}# mine\n`);
    expect(readdirSync(folder.root).sort()).toEqual(['Dockerfile', 'z']);
  });

  test('a link out of the start folder is not written through', async () => {
    const outside = folderWith({ target: HI });
    try {
      const line = await beside(
        (root) => symlinkSync(path.join(outside.root, 'target'), path.join(root, 'Dockerfile')),
        ['Dockerfile', 'z'],
      );
      expect(line).toContain('Dockerfile:1:1: leads out of the start folder through a symbolic link; nothing written');
      expect(outside.read('target')).toBe(HI);
    } finally {
      outside.remove();
    }
  });

  test('a transform that throws', async () => {
    folder = folderWith({ Dockerfile: HI });
    const broken = defineTransform({
      meta: { ...sayHello.meta, name: 'broken' },
      find: () => {
        throw new Error('out of luck');
      },
    });
    const { code, out, err } = await dfix(folder.root, ['--format', 'diff'], { transforms: [sayHello, broken] });
    expect(code).toBe(0);
    expect(out).toContain('+RUN echo hello');
    expect(err).toContain('broken failed: out of luck');
  });
});

describe('left alone, and said', () => {
  test.each([
    ['Dockerfile.j2', HI, 'its name says that it is a template'],
    ['Dockerfile', 'FROM {{ base }}\nRUN echo hi\n', 'line 1: a template: "{{" stands where'],
    ['Dockerfile', `# dfix-ignore-file generated\n${HI}`, '# dfix-ignore-file'],
  ])('%s %j', async (name, text, reason) => {
    folder = folderWith({ [name]: text });
    const { code, out } = await dfix(folder.root, ['--write', name]);
    expect(code).toBe(0);
    expect(out).toContain(`${name}: left alone: ${reason}`);
    expect(folder.read(name)).toBe(text);
  });
});

test.each(['build.txt', 'x', '-dash', 'my file', '.hidden', '[glob]'])(
  'the explicit name %j is taken',
  async (name) => {
    folder = folderWith({ [name]: HI });
    const { code } = await dfix(folder.root, ['--write', '--', name]);
    expect(code).toBe(0);
    expect(folder.read(name)).toBe(HELLO);
  },
);

test('control characters in names are escaped', async () => {
  folder = folderWith({ 'evil\u001b[2J/Dockerfile': 'WAT\n' });
  const { err } = await dfix(folder.root, []);
  expect(err).toBe('evil\\x1b[2J/Dockerfile:1:1: unknown instruction "WAT"\n');
});

test.each([
  ['CRLF', HI.replaceAll('\n', '\r\n'), HELLO.replaceAll('\n', '\r\n')],
  ['no final newline', HI.trimEnd(), HELLO.trimEnd()],
  ['a byte order mark', `\uFEFF${HI}`, `\uFEFF${HELLO}`],
])('%s survives', async (_name, text, expected) => {
  folder = folderWith({ Dockerfile: text });
  await dfix(folder.root, ['--write']);
  expect(folder.read('Dockerfile')).toBe(expected);
});

test('transforms that do not come to rest write nothing and end with 1', async () => {
  folder = folderWith({ Dockerfile: HI });
  const back = defineTransform({
    meta: { ...sayHello.meta, name: 'back' },
    find: (file, { propose }) => {
      const span = file.instructions.find((instruction) => file.slice(instruction.span) === 'RUN echo hello')?.span;
      if (span === undefined) return;
      propose({ at: span, edits: [{ span, text: 'RUN echo hi' }], what: 'back', level: 'safe' });
    },
  });
  const { code, out } = await dfix(folder.root, ['--write'], { transforms: [sayHello, back] });
  expect(code).toBe(1);
  expect(out).toMatch(/Dockerfile: left alone: .*come to rest/);
  expect(folder.read('Dockerfile')).toBe(HI);
});
