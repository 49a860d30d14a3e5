import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const real = { ...fs };
/** Set by a test: the call that fails, and how. */
let fail: ((call: string, path: string) => string | undefined) | undefined;

function failing(call: string, name: string): void {
  const code = fail?.(call, name);
  if (code !== undefined) throw Object.assign(new Error(`${code}: made up`), { code });
}

jest.unstable_mockModule('node:fs', () => ({
  ...real,
  renameSync: (from: string, to: string): void => {
    failing('rename', basename(to));
    real.renameSync(from, to);
  },
  linkSync: (from: string, to: string): void => {
    failing('link', basename(to));
    real.linkSync(from, to);
  },
  fsync: (handle: number, done: fs.NoParamCallback): void => {
    try {
      failing('fsync', real.fstatSync(handle).isDirectory() ? 'folder' : 'file');
      real.fsync(handle, done);
    } catch (error) {
      done(error as NodeJS.ErrnoException);
    }
  },
  openSync: (path: string, flags: string | number, mode?: number): number => {
    failing('open', basename(path));
    return real.openSync(path, flags, mode);
  },
}));
const { readDockerfile, writeAll } = await import('../../src/ports/files.js');
const { DfixError, formatError } = await import('../../src/errors.js');

let folder: string;
beforeEach(() => {
  folder = real.mkdtempSync(join(tmpdir(), 'dfix-failing-'));
});
afterEach(() => {
  fail = undefined;
  real.rmSync(folder, { recursive: true, force: true });
});

function rewrite(names: readonly string[], created: readonly string[] = []): () => Promise<string> {
  const writes = [
    ...names.map((name) => {
      const path = join(folder, name);
      real.writeFileSync(path, `old ${name}`);
      return { path, text: `new ${name}`, identity: readDockerfile(path).identity };
    }),
    ...created.map((name) => ({ path: join(folder, name), text: `new ${name}`, identity: undefined })),
  ];
  return async () => {
    try {
      await writeAll(writes, { root: folder });
      return 'written';
    } catch (error) {
      expect(error).toBeInstanceOf(DfixError);
      return formatError(error).replace(`${folder}/`, '');
    }
  };
}

function contents(): Record<string, string> {
  return Object.fromEntries(
    real.readdirSync(folder).map((name) => [name, real.readFileSync(join(folder, name), 'utf8')]),
  );
}

describe('failures', () => {
  test.each([
    ['ENOSPC', 'cannot write in its folder: no space left on the device (nothing written)'],
    ['EDQUOT', 'cannot write in its folder: the disk quota is used up (nothing written)'],
    ['EROFS', 'cannot write in its folder: the file system is read-only (nothing written)'],
  ])('%s while the temporary file is written', async (code, expected) => {
    const run = rewrite(['Dockerfile']);
    fail = (call, name) => (call === 'fsync' && name === 'file' ? code : undefined);
    expect(await run()).toBe(`Dockerfile: ${expected}`);
    expect(contents()).toEqual({ Dockerfile: 'old Dockerfile' });
  });

  test('a failed second rename puts the first file back, the very same one', async () => {
    const run = rewrite(['a', 'b', 'c']);
    const { ino } = real.statSync(join(folder, 'a'));
    fail = (call, name) => (call === 'rename' && name === 'b' ? 'EIO' : undefined);
    expect(await run()).toBe('b: cannot write: the device reports an error (nothing written)');
    expect(contents()).toEqual({ a: 'old a', b: 'old b', c: 'old c' });
    expect(real.statSync(join(folder, 'a')).ino).toBe(ino);
  });

  test('a file that was made is removed again', async () => {
    const run = rewrite(['a'], ['x', 'y']);
    fail = (call, name) => (call === 'link' && name === 'y' ? 'EACCES' : undefined);
    expect(await run()).toBe('y: cannot write: permission denied (nothing written)');
    expect(contents()).toEqual({ a: 'old a' });
  });

  test('without hard links, copies and renames serve', async () => {
    const run = rewrite(['a', 'b'], ['x']);
    fail = (call) => (call === 'link' ? 'EPERM' : undefined);
    expect(await run()).toBe('written');
    expect(contents()).toEqual({ a: 'new a', b: 'new b', x: 'new x' });
  });

  test('a folder that cannot be synced does not matter', async () => {
    const run = rewrite(['a']);
    fail = (call, name) => (call === 'fsync' && name === 'folder' ? 'EINVAL' : undefined);
    expect(await run()).toBe('written');
  });

  test('an old content that cannot be put back is kept, and the message says where', async () => {
    const run = rewrite(['a', 'b']);
    let renames = 0;
    fail = (call) => (call === 'rename' && ++renames > 1 ? 'EIO' : undefined);
    const message = await run();
    expect(message).toMatch(
      /^a: written, but another file of its rewrite was not; the old content is in .*\.a\.[0-9a-f-]{36}\.dfix$/,
    );
    expect(real.readFileSync(message.slice(message.indexOf(' in ') + 4).replace(/^(?!\/)/, `${folder}/`), 'utf8')).toBe(
      'old a',
    );
    expect(contents()).toMatchObject({ a: 'new a', b: 'old b' });
  });

  test('an unreadable file', () => {
    real.writeFileSync(join(folder, 'Dockerfile'), '');
    fail = (call) => (call === 'open' ? 'EACCES' : undefined);
    expect(() => readDockerfile(join(folder, 'Dockerfile'))).toThrow('cannot read: permission denied');
  });
});
