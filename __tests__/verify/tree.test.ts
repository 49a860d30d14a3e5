import { describe, expect, test } from '@jest/globals';
import { readTree } from '../../src/verify/tree.js';

interface Member {
  readonly name: string;
  readonly type: string;
  readonly content?: string | Buffer;
  readonly link?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly device?: readonly [number, number];
}

function tar(members: readonly Member[]): Buffer {
  const blocks = members.flatMap(({ name, type, content = '', link = '', mode = 0o644, uid = 0, gid = 0, device }) => {
    const data = Buffer.from(content);
    const head = Buffer.alloc(512);
    const octal = (at: number, value: number, digits: number): unknown =>
      head.write(value.toString(8).padStart(digits, '0'), at);
    head.write(name, 0);
    octal(100, mode, 7);
    octal(108, uid, 7);
    octal(116, gid, 7);
    octal(124, data.length, 11);
    head.write(' '.repeat(8), 148);
    head.write(type, 156);
    head.write(link, 157);
    head.write('ustar\x0000', 257);
    octal(329, device?.[0] ?? 0, 7);
    octal(337, device?.[1] ?? 0, 7);
    const sum = head.reduce((total, byte) => total + byte, 0);
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [head, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function pax(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length++;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

async function treeOf(members: readonly Member[]) {
  const bytes = tar(members);
  return readTree(
    (async function* () {
      yield await Promise.resolve(bytes);
    })(),
  );
}

describe('of an archive is read:', () => {
  test('files with mode, owner and content', async () => {
    const tree = await treeOf([
      { name: 'a', type: '0', content: 'x', mode: 0o4755, uid: 5, gid: 6 },
      { name: 'b', type: '0', content: 'y' },
    ]);
    expect(tree.get('/a')).toMatchObject({ type: 'file', size: 1, mode: 0o4755, uid: 5, gid: 6 });
    expect(tree.get('/b')!.sha256).not.toBe(tree.get('/a')!.sha256);
    expect(tree.get('/b')!.sha256).toHaveLength(64);
  });
  test('folders', async () => {
    const tree = await treeOf([
      { name: './', type: '5' },
      { name: './d/', type: '5', mode: 0o1777, uid: 3, gid: 4 },
    ]);
    expect([...tree]).toEqual([['/d', { type: 'directory', size: 0, mode: 0o1777, uid: 3, gid: 4 }]]);
  });
  test('links, whose own mode means nothing', async () => {
    const tree = await treeOf([{ name: 'l', type: '2', link: '../to', mode: 0o700 }]);
    expect(tree.get('/l')).toEqual({ type: 'link', size: 0, mode: 0o777, uid: 0, gid: 0, link: '../to' });
  });
  test('hard links as the file that they are', async () => {
    const tree = await treeOf([
      { name: 'h', type: '1', link: 'a' },
      { name: 'a', type: '0', content: 'x' },
    ]);
    expect(tree.get('/h')).toEqual(tree.get('/a'));
    expect(tree.has('/h')).toBe(true);
  });
  test('devices and pipes', async () => {
    const tree = await treeOf([
      { name: 'c', type: '3', device: [1, 3] },
      { name: 'b', type: '4', device: [8, 17] },
      { name: 'p', type: '6' },
    ]);
    expect([...tree.values()].map(({ type, device }) => [type, device])).toEqual([
      ['device', 'character 1:3'],
      ['device', 'block 8:17'],
      ['fifo', undefined],
    ]);
  });
  test('extended attributes, byte by byte, of the next member only', async () => {
    const record = (value: number): Buffer => pax('SCHILY.xattr.security.capability', Buffer.from([1, value, 0xff]));
    const tree = await treeOf([
      { name: 'x', type: 'x', content: record(2) },
      { name: 'ping', type: '0', content: 'x' },
      { name: 'plain', type: '0', content: 'x' },
      { name: 'x', type: 'x', content: record(3) },
      { name: 'd', type: '5' },
    ]);
    expect(tree.get('/ping')!.attributes).toEqual({ 'security.capability': '0102ff' });
    expect(tree.get('/plain')!.attributes).toBeUndefined();
    expect(tree.get('/d')!.attributes).toEqual({ 'security.capability': '0103ff' });
  });
  test('long names', async () => {
    const long = `${'d/'.repeat(80)}f`;
    const tree = await treeOf([
      { name: 'x', type: 'x', content: pax('path', Buffer.from(long)) },
      { name: 'short', type: '0' },
      { name: '././@LongLink', type: 'L', content: `${long}2\0` },
      { name: 'short', type: '0' },
    ]);
    expect([...tree.keys()]).toEqual([`/${long}`, `/${long}2`]);
  });
});

test('a header that would fill the memory is refused', async () => {
  await expect(treeOf([{ name: 'x', type: 'x', content: Buffer.alloc(2_000_000) }])).rejects.toThrow('too large');
});
