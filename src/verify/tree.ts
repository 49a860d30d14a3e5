import { createHash } from 'node:crypto';
import { readElf } from './elf.js';
import { readTar, type TarHead, type TarSink } from './tar.js';
import type { Tree, TreeEntry } from './types.js';

/** Programs larger than this are not looked into, bytes. */
const MAX_ELF = 256 * 1024 * 1024;
const MAX_SCRIPT = 64 * 1024;
/** Lists of packages and their files, which the comparison reads; bytes. */
const MAX_LIST = 32 * 1024 * 1024;
const LISTS =
  /^\/(?:var\/lib\/dpkg\/(?:status|status\.d\/[^/]+|info\/[^/]+\.list)|(?:usr\/)?lib\/apk\/db\/installed)$|\/node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$|\.dist-info\/(?:METADATA|RECORD)$|\/specifications\/[^/]+\.gemspec$/;
/** Where pnpm keeps what it links into projects; a package.json there has no name that tells it. */
const PNPM_STORE = /\/store\/v\d+\/files\//;

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
    const attributes = Object.keys(head.attributes).length === 0 ? {} : { attributes: head.attributes };
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
        ...(type === 'device' ? { device: `${head.type === '3' ? 'character' : 'block'} ${head.device}` } : {}),
        ...attributes,
      });
      return NOTHING;
    }
    return fileSink(
      path,
      size,
      (content) => void tree.set(path, { type, size, mode, uid, gid, ...attributes, ...content }),
    );
  });
  for (const { path, to } of hardLinks) {
    const target = tree.get(to);
    if (target !== undefined) tree.set(path, target);
  }
  return tree;
}

/** Bytes that tell what a file is. */
const MAGIC = 4;
const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

const NOTHING: TarSink = { data: () => undefined, end: () => undefined };

function absolute(name: string): string {
  const path = name.replace(/^\.?\/+/, '').replace(/(?<!\/)\/+$/, '');
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
  let held = 0;
  let keep = isList;
  return {
    data(chunk) {
      hash.update(chunk);
      if (!keep && held >= MAGIC) return;
      // The chunk's memory is used again by the stream.
      parts.push(Uint8Array.from(chunk));
      held += chunk.length;
      if (!keep && held >= MAGIC) {
        const head = Buffer.concat(parts).subarray(0, MAGIC);
        const start = head.toString('latin1', 0, 2);
        const isText = start === '#!' || (start[0] === '{' && PNPM_STORE.test(path));
        keep = (size <= MAX_ELF && head.equals(ELF)) || (size <= MAX_SCRIPT && isText);
        if (!keep) parts.length = 0;
      }
    },
    end() {
      const sha256 = hash.digest('hex');
      const bytes = Buffer.concat(parts);
      const elf = !keep || isList ? undefined : readElf(bytes);
      if (elf !== undefined) done({ sha256, elf });
      else if (keep && bytes[0] !== ELF[0]) done({ sha256, text: bytes.toString('utf8') });
      else done({ sha256 });
    },
  };
}
