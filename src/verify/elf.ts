import type { Elf } from './types.js';

const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_RPATH = 15;
const DT_RUNPATH = 29;

/**
 * What an ELF file asks of the loader: its interpreter and the libraries that it needs.
 * Layout: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
 * @returns undefined for what is no ELF file, or a broken one
 */
export function readElf(bytes: Buffer): Elf | undefined {
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

function read(bytes: Buffer): Elf | undefined {
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46) return undefined;
  const wide = bytes[4] === 2;
  const little = bytes[5] !== 2;
  const half = (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const word = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const long = (at: number): number =>
    wide ? Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at)) : word(at);
  const table = long(wide ? 32 : 28);
  const entry = half(wide ? 54 : 42);
  const count = half(wide ? 56 : 44);
  const segments: Segment[] = [];
  for (let i = 0; i < count; i++) {
    const at = table + i * entry;
    segments.push({
      type: word(at),
      offset: long(at + (wide ? 8 : 4)),
      address: long(at + (wide ? 16 : 8)),
      size: long(at + (wide ? 32 : 16)),
    });
  }
  const string = (at: number): string => {
    const end = bytes.indexOf(0, at);
    return bytes.toString('utf8', at, end < 0 ? bytes.length : end);
  };
  const interpreter = segments.find(({ type }) => type === 3);
  const dynamic = segments.find(({ type }) => type === 2);
  const tags: { tag: number; value: number }[] = [];
  const step = wide ? 16 : 8;
  for (let at = dynamic?.offset ?? 0; dynamic !== undefined && at + step <= dynamic.offset + dynamic.size; at += step) {
    const tag = long(at);
    if (tag === 0) break;
    tags.push({ tag, value: long(at + step / 2) });
  }
  const address = tags.find(({ tag }) => tag === DT_STRTAB)?.value;
  const holder = segments.find(
    (one) => one.type === 1 && address !== undefined && address >= one.address && address < one.address + one.size,
  );
  const strings = holder === undefined || address === undefined ? undefined : holder.offset + address - holder.address;
  const named = (...wanted: number[]): readonly string[] =>
    strings === undefined
      ? []
      : tags.filter(({ tag }) => wanted.includes(tag)).map(({ value }) => string(strings + value));
  return {
    interpreter: interpreter === undefined ? undefined : string(interpreter.offset),
    needed: named(DT_NEEDED),
    runPaths: named(DT_RPATH, DT_RUNPATH).flatMap((paths) => paths.split(':')),
  };
}
