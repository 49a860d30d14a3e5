/** The head of one member of a tar archive. */
export interface TarHead {
  readonly name: string;
  /** As in the archive: `0` file, `1` hard link, `2` symbolic link, `3` and `4` devices, `5` directory, `6` named pipe. */
  readonly type: string;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly link: string;
  /** Major and minor number of a device. */
  readonly device: string;
  /** Extended attributes, such as capabilities, by name; hex. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Takes the content of one member as it comes; `end` is called once, also for members without content. */
export interface TarSink {
  data(chunk: Uint8Array): void;
  end(): void;
}

const BLOCK = 512;
const MAX_EXTENSION = 1_048_576;
/** Starts the names of pax records that hold extended attributes. */
const ATTRIBUTE = 'SCHILY.xattr.';

/**
 * Reads a tar archive (ustar, pax and GNU long names) as it streams in; nothing of a member is kept here.
 * @throws Error for what is no tar archive, or ends in the middle of a member.
 */
export async function readTar(chunks: AsyncIterable<Uint8Array>, open: (head: TarHead) => TarSink): Promise<void> {
  const extensions = new Extensions();
  let header: Uint8Array[] = [];
  let held = 0;
  let member: { sink: TarSink; left: number; padding: number } | undefined;
  for await (const chunk of chunks) {
    let at = 0;
    while (at < chunk.length) {
      if (member !== undefined) {
        const take = Math.min(member.left, chunk.length - at);
        if (take > 0) member.sink.data(chunk.subarray(at, at + take));
        member.left -= take;
        at += take;
        if (member.left > 0) continue;
        const skip = Math.min(member.padding, chunk.length - at);
        member.padding -= skip;
        at += skip;
        if (member.padding > 0) continue;
        member.sink.end();
        member = undefined;
        continue;
      }
      const take = Math.min(BLOCK - held, chunk.length - at);
      header.push(chunk.subarray(at, at + take));
      held += take;
      at += take;
      if (held < BLOCK) continue;
      const block = Buffer.concat(header);
      header = [];
      held = 0;
      if (block.every((byte) => byte === 0)) continue;
      const head = readHead(block);
      const sink = extensions.sinkFor(head) ?? open(extensions.complete(head));
      const size = isContent(head) ? (extensions.size ?? head.size) : 0;
      if (!isExtension(head)) extensions.clear();
      member = { sink, left: size, padding: (BLOCK - (size % BLOCK)) % BLOCK };
      if (member.left === 0) {
        sink.end();
        member = undefined;
      }
    }
  }
  if (member !== undefined || held > 0) throw new Error('the archive ends in the middle of a file');
}

/** Links, folders and devices have no content, whatever their size says. */
function isContent({ type }: TarHead): boolean {
  return !['1', '2', '3', '4', '5', '6'].includes(type);
}

function isExtension({ type }: TarHead): boolean {
  return ['x', 'g', 'L', 'K'].includes(type);
}

function readHead(block: Buffer): TarHead {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : block[i]!;
  if (sum !== number(block, 148, 8)) throw new Error('not a tar archive');
  const prefix = block.toString('latin1', 257, 262) === 'ustar' && block[262] === 0 ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156]!);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type,
    size: number(block, 124, 12),
    mode: number(block, 100, 8) & 0o7777,
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    link: text(block, 157, 100),
    device: `${number(block, 329, 8)}:${number(block, 337, 8)}`,
    attributes: {},
  };
}

function text(block: Buffer, start: number, length: number): string {
  const end = block.indexOf(0, start);
  return block.toString('utf8', start, end < 0 || end > start + length ? start + length : end);
}

/** Octal digits, or base 256 where the first bit is set. */
function number(block: Buffer, start: number, length: number): number {
  if ((block[start]! & 0x80) !== 0) {
    let value = block[start]! & 0x7f;
    for (let i = start + 1; i < start + length; i++) value = value * 256 + block[i]!;
    return value;
  }
  const digits = block
    .toString('latin1', start, start + length)
    .replace(/(?<![\0 ])[\0 ]+$/, '')
    .trim();
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

/** What pax records and GNU long names say about the member that follows. */
class Extensions {
  #pax = new Map<string, string>();
  #name: string | undefined;
  #link: string | undefined;

  get size(): number | undefined {
    const size = this.#pax.get('size');
    return size === undefined ? undefined : Number(size);
  }

  sinkFor(head: TarHead): TarSink | undefined {
    if (!isExtension(head)) return undefined;
    if (head.size > MAX_EXTENSION) throw new Error('a tar header is too large');
    const parts: Uint8Array[] = [];
    return {
      data: (chunk) => void parts.push(chunk),
      end: () => {
        const content = Buffer.concat(parts);
        const plain = content.toString('utf8').replace(/(?<!\0)\0+$/, '');
        if (head.type === 'L') this.#name = plain;
        if (head.type === 'K') this.#link = plain;
        if (head.type === 'x') this.#pax = readPax(content);
      },
    };
  }

  complete(head: TarHead): TarHead {
    const given = (key: string, fallback: number): number => {
      const value = this.#pax.get(key);
      return value === undefined ? fallback : Number(value);
    };
    return {
      ...head,
      name: this.#pax.get('path') ?? this.#name ?? head.name,
      link: this.#pax.get('linkpath') ?? this.#link ?? head.link,
      size: given('size', head.size),
      uid: given('uid', head.uid),
      gid: given('gid', head.gid),
      attributes: this.#attributes(),
    };
  }

  #attributes(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.#pax]
        .filter(([key]) => key.startsWith(ATTRIBUTE))
        .map(([key, value]) => [key.slice(ATTRIBUTE.length), Buffer.from(value, 'latin1').toString('hex')] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  clear(): void {
    this.#pax = new Map();
    this.#name = undefined;
    this.#link = undefined;
  }
}

/** Records of the form `LENGTH KEY=VALUE\n`, their length in bytes. */
function readPax(content: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.toString('latin1', at, space));
    if (space < 0 || !(length > 0)) break;
    const record = content.subarray(space + 1, at + length - 1);
    const equals = record.indexOf('=');
    const key = record.toString('utf8', 0, equals);
    // Attributes are bytes.
    records.set(key, record.toString(key.startsWith(ATTRIBUTE) ? 'latin1' : 'utf8', equals + 1));
    at += length;
  }
  return records;
}
