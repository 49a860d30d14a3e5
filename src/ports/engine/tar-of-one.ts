const BLOCK = 512;

/** A tar archive that holds one executable file. */
export function tarOfOne(name: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(BLOCK);
  const put = (at: number, text: string): void => void head.write(text, at, 'latin1');
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  put(0, name);
  put(100, octal(0o755, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(content.length, 11));
  put(136, octal(0, 11));
  put(148, ' '.repeat(8));
  put(156, '0');
  put(257, 'ustar');
  put(263, '00');
  put(
    148,
    `${octal(
      head.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
  );
  const padding = (BLOCK - (content.length % BLOCK)) % BLOCK;
  return Buffer.concat([head, content, Buffer.alloc(padding + 2 * BLOCK)]);
}
