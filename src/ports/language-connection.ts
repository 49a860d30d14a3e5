import { Readable, Writable } from 'node:stream';
import { type Connection, createConnection, ProposedFeatures } from 'vscode-languageserver/node';

/**
 * A connection of the Language Server Protocol over the given input and output. The library ends the process when the
 * client says so or is gone.
 */
export function languageConnection(
  stdin: AsyncIterable<Uint8Array | string>,
  stdout: { write(text: string): unknown },
): Connection {
  const output = new Writable({
    decodeStrings: false,
    write(chunk: Uint8Array | string, _encoding, done) {
      stdout.write(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
      done();
    },
  });
  return createConnection(ProposedFeatures.all, Readable.from(stdin, { objectMode: false }), output);
}
