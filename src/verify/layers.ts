import { withoutSecrets } from './secrets.js';

/** One layer of an image. */
export interface Layer {
  /** The instruction that made it, without the values of build arguments; empty for one of an image that was imported. */
  readonly by: string;
  /** Bytes that it adds. */
  readonly size: number;
}

/**
 * Reads what `history --human=false --no-trunc --format '{{.Size}}\t{{.CreatedBy}}'` prints, newest first.
 * @param secrets values that are not told
 * @returns the layers that hold something, oldest first
 */
export function readLayers(history: string, secrets: readonly string[]): readonly Layer[] {
  return history
    .split('\n')
    .flatMap((line): readonly Layer[] => {
      const match = /^(\d{1,15})\t(.*)$/.exec(line);
      if (match === null || match[1] === '0') return [];
      return [{ by: withoutSecrets(instructionOf(match[2]!), secrets), size: Number(match[1]) }];
    })
    .reverse();
}

/** `RUN |1 NAME=value /bin/sh -c make # buildkit` and `/bin/sh -c make` as `RUN make`. */
function instructionOf(createdBy: string): string {
  const text = createdBy.replace(/ # buildkit$/, '').trim();
  const shell = /^(?:RUN )?(?:\||\/)/.test(text) ? /(?:^| )\/\S+ (?:[^\s/]+ )*?-\w*c /.exec(text) : null;
  if (shell === null) return /^RUN \|\d/.test(text) ? 'RUN' : text;
  const command = text.slice(shell.index + shell[0].length);
  return command.startsWith('#(nop)') ? command.slice('#(nop)'.length).trimStart() : `RUN ${command}`;
}
