import { DfixError } from '../errors.js';
import { MAX_FILE_BYTES } from '../ports/files.js';
import { decodeUtf8, notUtf8 } from '../ports/utf8.js';
import type { Io } from './io.js';

/** The text on standard input, or what is wrong with it. */
export async function readStdin({ stdin }: Pick<Io, 'stdin'>, file: string): Promise<string | DfixError> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
    length += bytes.length;
    if (length > MAX_FILE_BYTES)
      return new DfixError('too-large', `larger than ${MAX_FILE_BYTES / 1_000_000} MB`, { file });
    chunks.push(bytes);
  }
  const bytes = Buffer.concat(chunks);
  return decodeUtf8(bytes) ?? notUtf8(bytes, file);
}
