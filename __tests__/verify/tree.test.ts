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
  /** What else stands in the header. */
  readonly more?: (head: Buffer) => unknown;
}

function tar(members: readonly Member[]): Buffer {
  const blocks = members.flatMap(
    ({ name, type, content = '', link = '', mode = 0o644, uid = 0, gid = 0, device, more }) => {
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
      more?.(head);
      const sum = head.reduce((total, byte) => total + byte, 0);
      head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
      return [head, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
    },
  );
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
  test('names in two parts, where the format has such', async () => {
    const prefix = (head: Buffer) => head.write('a/b', 345);
    const tree = await treeOf([
      { name: 'f', type: '0', more: prefix },
      { name: 'g', type: '0', more: (head) => [prefix(head), head.write('ustar  ', 257)] },
      { name: 'h', type: '0', more: (head) => [prefix(head), head.write('other\0', 257)] },
    ]);
    expect([...tree.keys()]).toEqual(['/a/b/f', '/g', '/h']);
  });
  test('names that fill their field, and files of the oldest kind', async () => {
    const name = 'n'.repeat(100);
    const tree = await treeOf([
      { name, type: '0', mode: 0o600 },
      { name: 'old', type: '\0', content: 'x' },
    ]);
    expect([...tree].map(([path, { type, mode }]) => [path, type, mode])).toEqual([
      [`/${name}`, 'file', 0o600],
      ['/old', 'file', 0o644],
    ]);
  });
  test('long links, of the next member only', async () => {
    const long = 'd/'.repeat(80);
    const tree = await treeOf([
      { name: 'x', type: 'x', content: pax('linkpath', Buffer.from(`${long}1`)) },
      { name: 'a', type: '2', link: 'short' },
      { name: '././@LongLink', type: 'K', content: `${long}2\0` },
      { name: 'b', type: '2', link: 'short' },
      { name: 'c', type: '2', link: 'short' },
    ]);
    expect([...tree.values()].map(({ link }) => link)).toEqual([`${long}1`, `${long}2`, 'short']);
  });
  test('numbers that are too large for their field', async () => {
    const tree = await treeOf([
      {
        name: 'x',
        type: 'x',
        content: Buffer.concat([pax('uid', Buffer.from('3000000')), pax('gid', Buffer.from('3000001'))]),
      },
      { name: 'a', type: '0' },
      {
        name: 'b',
        type: '0',
        more: (head) => [head.fill(0, 108, 116), head.writeUInt8(0x80, 108), head.writeUInt32BE(3_000_002, 112)],
      },
    ]);
    expect([...tree.values()].map(({ uid, gid }) => [uid, gid])).toEqual([
      [3_000_000, 3_000_001],
      [3_000_002, 0],
    ]);
  });
  test('a size that a record gives, in place of the one in the header', async () => {
    const record = pax('size', Buffer.from('3'));
    const size = (head: Buffer): unknown => head.write('00000000000', 124);
    const tree = await treeOf([
      { name: 'x', type: 'x', content: record },
      { name: 'a', type: '0', content: 'abc', more: size },
      { name: 'b', type: '0', content: 'd' },
    ]);
    expect([...tree].map(([path, entry]) => [path, entry.size])).toEqual([
      ['/a', 3],
      ['/b', 1],
    ]);
  });
  test.each(['1', '2', '3', '4', '5', '6'])('no content of type %s, whatever its size says', async (type) => {
    const size = (head: Buffer): unknown => head.write('00000001000', 124);
    const tree = await treeOf([
      { name: 'a', type: '0' },
      { name: 'odd', type, link: 'a', more: size },
      { name: 'b', type: '0' },
    ]);
    expect([...tree.keys()].sort()).toEqual(['/a', '/b', '/odd']);
  });
  test('nothing of records for all members, nor of attributes by another name', async () => {
    const tree = await treeOf([
      { name: 'g', type: 'g', content: pax('path', Buffer.from('other')) },
      { name: 'x', type: 'x', content: pax('comment', Buffer.from('é')) },
      { name: 'a', type: '0' },
    ]);
    expect([...tree]).toEqual([['/a', expect.not.objectContaining({ attributes: expect.anything() })]]);
  });
  test('attributes in the order of their names', async () => {
    const records = ['SCHILY.xattr.b', 'SCHILY.xattr.a'].map((name) => pax(name, Buffer.from('1')));
    const tree = await treeOf([
      { name: 'x', type: 'x', content: Buffer.concat(records) },
      { name: 'a', type: '0' },
    ]);
    expect(Object.keys(tree.get('/a')!.attributes!)).toEqual(['a', 'b']);
  });
  test('no name of more than a megabyte', async () => {
    const size = (head: Buffer): unknown => head.write((1_048_577).toString(8).padStart(11, '0'), 124);
    await expect(treeOf([{ name: 'x', type: 'L', more: size }])).rejects.toThrow('a tar header is too large');
  });
  test('names in other scripts', async () => {
    const tree = await treeOf([
      { name: 'x', type: 'x', content: pax('path', Buffer.from('grün/ё')) },
      { name: 'a', type: '0' },
    ]);
    expect([...tree.keys()]).toEqual(['/grün/ё']);
  });
});

test('a header that would fill the memory is refused', async () => {
  await expect(treeOf([{ name: 'x', type: 'x', content: Buffer.alloc(2_000_000) }])).rejects.toThrow('too large');
});
