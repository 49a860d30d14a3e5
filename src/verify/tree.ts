import { createHash } from 'node:crypto';
import { readElf } from './elf.js';
import { readTar, type TarHead, type TarSink } from './tar.js';
import type { Tree, TreeEntry } from './types.js';

/** Programs larger than this are not looked into, bytes. */
const MAX_ELF = 256 * 1024 * 1024;
const MAX_SCRIPT = 64 * 1024;
/** Lists of packages and their files, which the comparison reads; bytes. */
const MAX_LIST = 32 * 1024 * 1024;
const LISTS = /^\/(?:var\/lib\/dpkg\/(?:status|status\.d\/[^/]+|info\/[^/]+\.list)|(?:usr\/)?lib\/apk\/db\/installed)$/;

/** Entries and hashes of an archive of a file tree; only programs, scripts and package lists are held for a moment. */
export async function readTree(chunks: AsyncIterable<Uint8Array>): Promise<Tree> {
  const tree = new Map<string, TreeEntry>();
  const hardLinks: { path: string; to: string }[] = [];
  await readTar(chunks, (head) => {
    const path = absolute(head.name);
    if (head.type === '1') {
      hardLinks.push({ path, to: absolute(head.link) });
      return NOTHING;
    }
    const { size, mode, uid, gid } = head;
    const type = typeOf(head);
    if (type !== 'file') {
      if (path === '/') return NOTHING;
      tree.set(path, {
        type,
        size: 0,
        mode: type === 'link' ? 0o777 : mode,
        uid,
        gid,
        ...(type === 'link' ? { link: head.link } : {}),
      });
      return NOTHING;
    }
    return fileSink(path, size, (content) => void tree.set(path, { type, size, mode, uid, gid, ...content }));
  });
  for (const { path, to } of hardLinks) {
    const target = tree.get(to);
    if (target !== undefined) tree.set(path, target);
  }
  return tree;
}

const NOTHING: TarSink = { data: () => undefined, end: () => undefined };

function absolute(name: string): string {
  const path = name.replace(/^\.?\/+/, '').replace(/\/+$/, '');
  return path === '.' ? '/' : `/${path}`;
}

function typeOf({ type }: TarHead): TreeEntry['type'] {
  if (type === '5') return 'directory';
  if (type === '2') return 'link';
  if (type === '6') return 'fifo';
  return type === '3' || type === '4' ? 'device' : 'file';
}

type Content = Pick<TreeEntry, 'sha256' | 'elf' | 'text'>;

function fileSink(path: string, size: number, done: (content: Content) => void): TarSink {
  const hash = createHash('sha256');
  const isList = LISTS.test(path) && size <= MAX_LIST;
  const parts: Uint8Array[] = [];
  let keep: boolean | undefined;
  return {
    data(chunk) {
      hash.update(chunk);
      keep ??= isList || isProgram(chunk, size) || (size <= MAX_SCRIPT && chunk[0] === 0x23 && chunk[1] === 0x21);
      // The chunk's memory is used again by the stream.
      if (keep) parts.push(Uint8Array.from(chunk));
    },
    end() {
      const sha256 = hash.digest('hex');
      const bytes = Buffer.concat(parts);
      const elf = isList || !keep ? undefined : readElf(bytes);
      if (elf !== undefined) done({ sha256, elf });
      else if (keep === true && (isList || bytes[0] === 0x23)) done({ sha256, text: bytes.toString('utf8') });
      else done({ sha256 });
    },
  };
}

function isProgram(chunk: Uint8Array, size: number): boolean {
  return size <= MAX_ELF && chunk[0] === 0x7f && chunk[1] === 0x45 && chunk[2] === 0x4c && chunk[3] === 0x46;
}
