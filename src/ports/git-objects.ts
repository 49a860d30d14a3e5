import { closeSync, constants, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inflateSync } from 'node:zlib';
import { bytesIfThere, headOf, textIfThere } from './git-head.js';

/** The objects of a repository as gitformat-pack(5) lays them out. It throws for what it cannot or will not read. */
export interface GitObjects {
  /** The commit that is checked out. */
  readonly head: string;
  /** Commits whose parents are not there. */
  readonly shallow: ReadonlySet<string>;
  read(id: string): Buffer;
  close(): void;
}

const MOST_OBJECT_BYTES = 4_000_000;
/** What one repository may make of little. */
const MOST_BYTES = 200_000_000;
const MOST_ALTERNATES = 5;

interface Pack {
  readonly index: Buffer;
  readonly count: number;
  readonly file: string;
  handle?: number;
  /** Objects by their offset: others are deltas of them. */
  readonly known: Map<number, Buffer>;
}

/**
 * Opens the objects of a work tree whose `.git` is a folder.
 * @throws whatever is wrong, and for what is seldom: other hashes than SHA-1, other stores of references, grafts
 */
export function openObjects(root: string): GitObjects {
  const git = join(root, '.git');
  if (existsSync(join(git, 'info/grafts'))) throw new Error('grafts');
  const stores = objectFolders(join(git, 'objects')).map((folder) => ({
    folder,
    packs: openPacks(join(folder, 'pack')),
  }));
  const packs = stores.flatMap((store) => store.packs);
  const [head, shallow] = [headOf(git), new Set(textIfThere(join(git, 'shallow')).split('\n'))];
  let left = MOST_BYTES;
  const spend = (size: number): void => {
    left -= size;
    if (size > MOST_OBJECT_BYTES || left < 0) throw new Error('too large');
  };
  const read = (id: string): Buffer => {
    for (const { folder, packs: own } of stores) {
      for (const pack of own) {
        const offset = offsetOf(pack, id);
        if (offset !== undefined) return readAt(pack, offset);
      }
      const file = bytesIfThere(join(folder, id.slice(0, 2), id.slice(2)));
      if (file === undefined) continue;
      const object = inflateSync(file, { maxOutputLength: MOST_OBJECT_BYTES });
      spend(object.length);
      return object.subarray(object.indexOf(0) + 1);
    }
    throw new Error('no such object');
  };
  const readAt = (pack: Pack, offset: number): Buffer => {
    const known = pack.known.get(offset);
    if (known !== undefined) return known;
    const { size, body, base } = unpack(pack, offset);
    spend(size);
    const data = inflateSync(body, { maxOutputLength: Math.max(1, size) });
    if (data.length !== size) throw new Error('another size');
    const object =
      base === undefined ? data : applyDelta(typeof base === 'number' ? readAt(pack, base) : read(base), data, spend);
    pack.known.set(offset, object);
    return object;
  };
  const close = (): void => packs.forEach(({ handle }) => handle !== undefined && closeSync(handle));
  return { head, shallow, read, close };
}

/** One object of a pack, still packed; `base` is the offset or the id of what it is a delta of. */
function unpack(pack: Pack, offset: number): { size: number; body: Buffer; base: number | string | undefined } {
  let bytes = readBytes(pack, offset, 4096);
  const type = (bytes[0]! >> 4) & 7;
  let at = 1;
  let size = bytes[0]! & 15;
  for (let scale = 16; bytes[at - 1]! >= 128; scale *= 128) size += (bytes[at++]! & 127) * scale;
  let base: number | string | undefined;
  if (type === 6) {
    let back = bytes[at]! & 127;
    while (bytes[at++]! >= 128) back = (back + 1) * 128 + (bytes[at]! & 127);
    base = offset - back;
  } else if (type === 7) base = bytes.toString('hex', at, (at += 20));
  else if (type < 1 || type > 4) throw new Error('no such type');
  // What does not shrink is stored, with five bytes more for each 16 KB.
  const most = at + size + Math.ceil(size / 1024) + 64;
  if (most > bytes.length) bytes = readBytes(pack, offset, most);
  return { size, body: bytes.subarray(at), base };
}

/** A folder of objects, and those that it borrows from. */
function objectFolders(folder: string): readonly string[] {
  const all = new Set([folder]);
  for (const one of all) {
    if (all.size > MOST_ALTERNATES) throw new Error('too many alternates');
    for (const line of textIfThere(join(one, 'info/alternates')).split('\n')) {
      if (line.startsWith('"')) throw new Error('a name in quotes');
      if (line !== '' && !line.startsWith('#')) all.add(resolve(one, line));
    }
  }
  return [...all];
}

function openPacks(folder: string): readonly Pack[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.idx'));
  return names.map((name) => {
    const file = join(folder, name);
    const index = bytesIfThere(file)!;
    if (index.readUInt32BE(0) !== 0xff744f63 || index.readUInt32BE(4) !== 2) throw new Error('another index');
    const pack = `${file.slice(0, -'.idx'.length)}.pack`;
    return { index, count: index.readUInt32BE(8 + 255 * 4), file: pack, known: new Map<number, Buffer>() };
  });
}

/** Where an object stands in a pack; undefined when it is not in it. */
function offsetOf({ index, count }: Pack, id: string): number | undefined {
  const wanted = Buffer.from(id, 'hex');
  const first = wanted[0]!;
  const names = 8 + 256 * 4;
  let low = first === 0 ? 0 : index.readUInt32BE(8 + (first - 1) * 4);
  let high = index.readUInt32BE(8 + first * 4);
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = names + middle * 20;
    const order = wanted.compare(index, at, at + 20);
    if (order === 0) {
      const offset = index.readUInt32BE(names + count * 24 + middle * 4);
      if (offset < 2 ** 31) return offset;
      return Number(index.readBigUInt64BE(names + count * 28 + (offset - 2 ** 31) * 8));
    }
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return undefined;
}

function readBytes(pack: Pack, offset: number, length: number): Buffer {
  if (length > MOST_OBJECT_BYTES * 2) throw new Error('too large');
  pack.handle ??= openSync(pack.file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(pack.handle, bytes, 0, length, offset));
}

function applyDelta(base: Buffer, delta: Buffer, spend: (size: number) => void): Buffer {
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = delta[at++]!;
      value += (byte & 127) * scale;
      if (!(byte >= 128)) return value;
    }
  };
  if (number() !== base.length) throw new Error('another base');
  const size = number();
  spend(size);
  const object = Buffer.alloc(size);
  let end = 0;
  while (at < delta.length) {
    const code = delta[at++]!;
    if (code < 128) {
      end += delta.copy(object, end, at, at + code);
      at += code;
      continue;
    }
    let [from, length] = [0, 0];
    for (let bit = 0; bit < 4; bit++) if (code & (1 << bit)) from += delta[at++]! * 2 ** (8 * bit);
    for (let bit = 0; bit < 3; bit++) if (code & (16 << bit)) length += delta[at++]! * 2 ** (8 * bit);
    end += base.copy(object, end, from, from + (length || 0x10000));
  }
  if (end !== size) throw new Error('another size');
  return object;
}
