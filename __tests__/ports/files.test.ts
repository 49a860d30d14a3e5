import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DfixError, formatError } from '../../src/errors.js';
import { readDockerfile, writeAll, writeAtomically } from '../../src/ports/files.js';

let folder: string;
let outside: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dfix-files-'));
  outside = mkdtempSync(join(tmpdir(), 'dfix-outside-'));
});
afterEach(() => {
  for (const made of [folder, outside]) rmSync(made, { recursive: true, force: true });
});

const at = (...parts: string[]): string => join(folder, ...parts);
const asRoot = process.getuid?.() === 0;

function failure(run: () => unknown): DfixError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(DfixError);
    return error as DfixError;
  }
  throw new Error('did not fail');
}

async function rejection(run: () => Promise<unknown>): Promise<DfixError> {
  const outcome = await run().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(DfixError);
  return outcome as DfixError;
}

function put(name: string, content: string | Uint8Array): string {
  writeFileSync(at(name), content);
  return at(name);
}

/** Only the named files are in the folder: no temporary file was left. */
function expectOnly(...names: string[]): void {
  expect(readdirSync(folder).sort()).toEqual(names.sort());
}

describe('readDockerfile', () => {
  test.each([
    ['plain', 'FROM a\n'],
    ['CRLF and no last newline', 'FROM a\r\nRUN b'],
    ['BOM', '\ufeffFROM a\n'],
    ['NUL', 'FROM a\u0000b\n'],
    ['empty', ''],
    ['astral', '# 🐳\nFROM a\n'],
  ])('%s', (_name, text) => {
    const read = readDockerfile(put('Dockerfile', text));
    expect(read.text).toBe(text);
    expect(read.identity.size).toBe(BigInt(Buffer.byteLength(text)));
    expect(Buffer.from(read.identity.bytes).toString()).toBe(read.text);
  });

  test.each<[string, number[], number, number, number]>([
    ['Latin-1', [...Buffer.from('FROM a\n# f'), 0xfc, 0x72], 10, 2, 4],
    ['a cut sequence', [...Buffer.from('FROM a\n'), 0xe2, 0x82], 7, 2, 1],
    ['an overlong form', [0x41, 0xc0, 0x80], 1, 1, 2],
    ['a surrogate', [0x41, 0xed, 0xa0, 0x80], 1, 1, 2],
    ['past the last code point', [0xf4, 0x90, 0x80, 0x80], 0, 1, 1],
    ['after a wide character', [...Buffer.from('ü🐳'), 0xff], 6, 1, 4],
  ])('not UTF-8: %s', (_name, bytes, offset, line, column) => {
    const error = failure(() => readDockerfile(put('Dockerfile', Uint8Array.from(bytes))));
    expect(error.message).toMatch(new RegExp(`^not UTF-8: byte ${offset} \\(0x`));
    expect(error.position).toEqual({ line, column });
  });

  test('UTF-16 gets a hint', () => {
    const path = put('Dockerfile', Buffer.from('\ufeffFROM a\n', 'utf16le'));
    expect(formatError(failure(() => readDockerfile(path)))).toBe(
      `${path}:1:1: not UTF-8: byte 0 (0xff) (the file looks like UTF-16; save it as UTF-8)`,
    );
  });

  test('a directory, a missing file, a file as a folder, a loop', () => {
    mkdirSync(at('Dockerfile'));
    symlinkSync(at('loop'), at('loop'));
    put('file', '');
    const message = (name: string): string => failure(() => readDockerfile(at(name))).message;
    expect(message('Dockerfile')).toBe('is a directory, not a Dockerfile');
    expect(message('none')).toBe('cannot read: no such file');
    expect(message('file/x')).toBe('cannot read: a part of the path is not a directory');
    expect(message('loop')).toBe('cannot read: too many symbolic links');
    expect(failure(() => readDockerfile('/dev/null')).message).toBe('is not a regular file');
  });

  test('larger than 10 MB', () => {
    const path = put('Dockerfile', Buffer.alloc(10_000_001, 35));
    expect(failure(() => readDockerfile(path)).message).toBe('larger than 10 MB');
    writeFileSync(path, Buffer.alloc(10_000_000, 35));
    expect(readDockerfile(path).text).toHaveLength(10_000_000);
  });

  (asRoot ? test.skip : test)('an unreadable file', () => {
    chmodSync(put('Dockerfile', 'FROM a\n'), 0);
    expect(failure(() => readDockerfile(at('Dockerfile'))).message).toBe('cannot read: permission denied');
  });
});

describe('writeAtomically', () => {
  const write = (path: string, text: string, root = folder): Promise<void> =>
    writeAtomically(path, text, readDockerfile(path).identity, { root });

  test.each(['FROM a\r\nRUN b\r\n', '\ufeffFROM a', 'FROM a\u0000\n', ''])(
    'writes the very bytes of %j',
    async (text) => {
      put('Dockerfile', 'FROM old\n');
      await write(at('Dockerfile'), text);
      expect(readFileSync(at('Dockerfile'))).toEqual(Buffer.from(text));
      expectOnly('Dockerfile');
    },
  );

  test.each([0o640, 0o755, 0o600, 0o664])('keeps mode %o', async (mode) => {
    chmodSync(put('Dockerfile', 'FROM a\n'), mode);
    await write(at('Dockerfile'), 'FROM b\n');
    expect(statSync(at('Dockerfile')).mode & 0o7777).toBe(mode);
  });

  test('follows a link inside the root and leaves it a link', async () => {
    mkdirSync(at('real'));
    put('real/Dockerfile', 'FROM a\n');
    symlinkSync(join('real', 'Dockerfile'), at('Dockerfile'));
    await write(at('Dockerfile'), 'FROM b\n');
    expect(lstatSync(at('Dockerfile')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('real', 'Dockerfile'), 'utf8')).toBe('FROM b\n');
  });

  test.each(['file', 'folder'])('refuses a %s link that leads out of the root', async (kind) => {
    writeFileSync(join(outside, 'Dockerfile'), 'FROM a\n');
    if (kind === 'file') symlinkSync(join(outside, 'Dockerfile'), at('Dockerfile'));
    else symlinkSync(outside, at('sub'));
    const path = kind === 'file' ? at('Dockerfile') : at('sub', 'Dockerfile');
    expect((await rejection(() => write(path, 'FROM b\n'))).code).toBe('outside');
    expect(readFileSync(join(outside, 'Dockerfile'), 'utf8')).toBe('FROM a\n');
    expect(readdirSync(outside)).toEqual(['Dockerfile']);
  });

  test('a sibling folder whose name begins with the root is not inside it', async () => {
    mkdirSync(at('app'));
    mkdirSync(at('app-evil'));
    put('app-evil/Dockerfile', 'FROM a\n');
    symlinkSync(join('..', 'app-evil', 'Dockerfile'), at('app', 'Dockerfile'));
    expect((await rejection(() => write(at('app', 'Dockerfile'), 'FROM b\n', at('app')))).code).toBe('outside');
  });

  test('a plain file outside the root that the user named is written; a link there may not leave its folder', async () => {
    writeFileSync(join(outside, 'Dockerfile'), 'FROM a\n');
    await write(join(outside, 'Dockerfile'), 'FROM b\n');
    expect(readFileSync(join(outside, 'Dockerfile'), 'utf8')).toBe('FROM b\n');
    mkdirSync(join(outside, 'sub'));
    symlinkSync(relative(join(outside, 'sub'), join(outside, 'Dockerfile')), join(outside, 'sub', 'Dockerfile'));
    expect((await rejection(() => write(join(outside, 'sub', 'Dockerfile'), 'x'))).code).toBe('outside');
  });

  test.each<[string, () => void]>([
    ['other content', () => put('Dockerfile', 'FROM c\n')],
    [
      'same size and time',
      () => {
        const { atime, mtime } = statSync(at('Dockerfile'));
        put('Dockerfile', 'FROM x\n');
        utimesSync(at('Dockerfile'), atime, mtime);
      },
    ],
    [
      'replaced by a file with the same content',
      () => {
        rmSync(at('Dockerfile'));
        put('other', '');
        put('Dockerfile', 'FROM a\n');
        rmSync(at('other'));
      },
    ],
    [
      'made a directory',
      () => {
        rmSync(at('Dockerfile'));
        mkdirSync(at('Dockerfile'));
      },
    ],
  ])('changed in between: %s', async (_name, change) => {
    put('Dockerfile', 'FROM a\n');
    const { identity } = readDockerfile(at('Dockerfile'));
    change();
    const before = statSync(at('Dockerfile'));
    const error = await rejection(() => writeAtomically(at('Dockerfile'), 'FROM b\n', identity, { root: folder }));
    expect(formatError(error)).toMatch(/changed while dfix was running; nothing written|cannot write/);
    expect(statSync(at('Dockerfile')).ino).toBe(before.ino);
    expectOnly('Dockerfile');
  });

  test('removed in between', async () => {
    put('Dockerfile', 'FROM a\n');
    const { identity } = readDockerfile(at('Dockerfile'));
    rmSync(at('Dockerfile'));
    expect((await rejection(() => writeAtomically(at('Dockerfile'), 'x', identity, { root: folder }))).code).toBe(
      'changed',
    );
    expectOnly();
  });

  (asRoot ? test.skip : test)('a read-only folder and a read-only file', async () => {
    put('Dockerfile', 'FROM a\n');
    chmodSync(folder, 0o555);
    expect((await rejection(() => write(at('Dockerfile'), 'x'))).message).toBe(
      'cannot write in its folder: permission denied',
    );
    chmodSync(folder, 0o755);
    chmodSync(at('Dockerfile'), 0o444);
    expect((await rejection(() => write(at('Dockerfile'), 'x'))).message).toBe('cannot write: permission denied');
    expectOnly('Dockerfile');
  });
});

describe('writeAll', () => {
  test('writes a changed and a new file', async () => {
    const path = put('Dockerfile', 'FROM a\n');
    await writeAll(
      [
        { path, text: 'FROM b\n', identity: readDockerfile(path).identity },
        { path: at('.dockerignore'), text: 'node_modules\n', identity: undefined },
      ],
      { root: folder },
    );
    expect(readFileSync(path, 'utf8')).toBe('FROM b\n');
    expect(readFileSync(at('.dockerignore'), 'utf8')).toBe('node_modules\n');
    expectOnly('Dockerfile', '.dockerignore');
  });

  test('a new file that is there by now stops the whole rewrite', async () => {
    const path = put('Dockerfile', 'FROM a\n');
    const { identity } = readDockerfile(path);
    put('.dockerignore', 'mine\n');
    const writes = [
      { path, text: 'FROM b\n', identity },
      { path: at('.dockerignore'), text: 'theirs\n', identity: undefined },
    ];
    expect((await rejection(() => writeAll(writes, { root: folder }))).code).toBe('changed');
    expect(readFileSync(path, 'utf8')).toBe('FROM a\n');
    expect(readFileSync(at('.dockerignore'), 'utf8')).toBe('mine\n');
    expectOnly('Dockerfile', '.dockerignore');
  });

  test('one file under two names is refused', async () => {
    const path = put('Dockerfile', 'FROM a\n');
    symlinkSync('Dockerfile', at('Link'));
    const { identity } = readDockerfile(path);
    const writes = [
      { path, text: 'FROM b\n', identity },
      { path: at('Link'), text: 'FROM c\n', identity },
    ];
    expect((await rejection(() => writeAll(writes, { root: folder }))).code).toBe('same-file');
    expect(readFileSync(path, 'utf8')).toBe('FROM a\n');
    expectOnly('Dockerfile', 'Link');
  });

  test('a hard link elsewhere keeps the old content', async () => {
    const path = put('Dockerfile', 'FROM a\n');
    linkSync(path, at('other'));
    await writeAtomically(path, 'FROM b\n', readDockerfile(path).identity, { root: folder });
    expect(readFileSync(at('other'), 'utf8')).toBe('FROM a\n');
    expect(existsSync(path)).toBe(true);
  });
});
