import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readContext } from '../../src/ports/context-files.js';

let base: string;
let root: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'dfix-context-'));
  root = join(base, 'root');
  mkdirSync(root);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function put(path: string, content: string | Uint8Array = path): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

test('lists files in code unit order without .git and node_modules, and reads them', () => {
  for (const path of ['b/c', 'a', 'b.txt', 'b/d/e', '.git/config', 'node_modules/x/y', 'b/node_modules/z', '.env', 'B'])
    put(path);
  mkdirSync(join(root, 'empty'));
  const context = readContext(root);
  expect(context.paths).toEqual(['.env', 'B', 'a', 'b.txt', 'b/c', 'b/d/e']);
  expect(context.complete).toBe(true);
  expect(context.read('b/d/e')).toBe('b/d/e');
  for (const absent of ['.git/config', 'node_modules/x/y', 'b', '', '../root/a', './a', 'none', '__proto__']) {
    expect(context.read(absent)).toBeUndefined();
  }
});

test('links are listed, read only inside the root, and folders behind them are not walked', () => {
  put('in/file', 'inside');
  writeFileSync(join(base, 'secret'), 'outside');
  mkdirSync(join(base, 'root-2'));
  writeFileSync(join(base, 'root-2', 'secret'), 'outside');
  symlinkSync(join('in', 'file'), join(root, 'good'));
  symlinkSync(join(base, 'secret'), join(root, 'bad'));
  symlinkSync(join('..', 'root-2', 'secret'), join(root, 'near'));
  symlinkSync('in', join(root, 'folder'));
  symlinkSync('.', join(root, 'loop'));
  symlinkSync('/dev/zero', join(root, 'zero'));
  const context = readContext(root);
  expect(context.paths).toEqual(['bad', 'folder', 'good', 'in/file', 'loop', 'near', 'zero']);
  expect([...context.links!].sort()).toEqual(['bad', 'folder', 'good', 'loop', 'near', 'zero']);
  expect(context.read('good')).toBe('inside');
  for (const path of ['bad', 'near', 'folder', 'loop', 'zero']) expect(context.read(path)).toBeUndefined();
});

test('limits', () => {
  for (const path of ['a/1', 'a/2', 'z', 'y']) put(path);
  const short = readContext(root, { maxFiles: 3 });
  expect(short.complete).toBe(false);
  expect(short.paths).toEqual(['a/1', 'y', 'z']);
  expect(readContext(root, { maxFiles: 4 }).complete).toBe(true);
  put('large', '12345');
  expect(readContext(root, { maxBytesPerFile: 4 }).read('large')).toBeUndefined();
  expect(readContext(root, { maxBytesPerFile: 5 }).read('large')).toBe('12345');
});

test('a file that is not UTF-8 reads as undefined, a byte order mark is kept, an absent root is incomplete', () => {
  put('latin', Uint8Array.of(0x66, 0xfc));
  put('bom', '\ufeffx\r\n');
  const context = readContext(root);
  expect(context.read('latin')).toBeUndefined();
  expect(context.read('bom')).toBe('\ufeffx\r\n');
  const absent = readContext(join(root, 'none'));
  expect([absent.paths, absent.complete]).toEqual([[], false]);
});

test('the listing and each text are taken once', () => {
  put('a', '1');
  const context = readContext(root);
  expect(context.paths).toEqual(['a']);
  expect(context.read('a')).toBe('1');
  put('b');
  put('a', '2');
  expect(context.paths).toEqual(['a']);
  expect(context.read('a')).toBe('1');
});

test('says of which files the text was asked for, and lists none that is just being written', () => {
  put('in/file');
  put(`.Dockerfile.${crypto.randomUUID()}.dfix`);
  put('.Dockerfile.old.dfix');
  symlinkSync(join('in', 'file'), join(root, 'link'));
  const context = readContext(root);
  expect(context.paths).toEqual(['.Dockerfile.old.dfix', 'in/file', 'link']);
  expect([...context.asked]).toEqual([]);
  context.read('link');
  context.read('none');
  expect([...context.asked]).toEqual([join(context.folder, 'in/file'), join(context.folder, 'none')]);
});
