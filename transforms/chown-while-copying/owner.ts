import { type Facts, type State, variable } from '../../src/facts/index.js';
import type { ShellWord } from '../../src/shell/index.js';
import { variablesOf } from '../../src/shell/index.js';
import type { Instruction } from '../../src/dockerfile/index.js';

/** Who a chown gives files to. */
export interface Owner {
  /** For `COPY --chown=`. */
  readonly flag: string;
  readonly word: ShellWord;
  /** The user and group names that the image must know; those in variables are not told from numbers. */
  readonly names: readonly string[];
  readonly isNumeric: boolean;
}

/** Users and groups that images have from the start, so that nothing in the Dockerfile makes them. */
const DEBIAN = 'daemon bin sys games man lp mail news uucp proxy www-data backup list irc nobody nogroup';
const IN_IMAGE: Readonly<Record<string, string>> = {
  debian: DEBIAN,
  ubuntu: DEBIAN,
  alpine: 'nobody nogroup',
};
const IN_NAMED: Readonly<Record<string, string>> = {
  node: 'node',
  php: 'www-data',
  httpd: 'www-data',
  nginx: 'nginx',
  postgres: 'postgres',
  redis: 'redis',
  gradle: 'gradle',
};

/** Whether an image has a user or group of this name before anything is run in it. */
export function isInImage(name: string, { image }: State): boolean {
  if (!image.official) return false;
  const names = `root ${IN_IMAGE[image.distribution ?? ''] ?? ''} ${IN_NAMED[image.image] ?? ''}`;
  return names.split(' ').includes(name);
}

/**
 * Reads the first operand of chown. `user` alone leaves the group as it is, which is root's for what COPY brings;
 * `user:` stands for the group that the user logs in with, as `COPY --chown=user` does.
 */
export function readOwner(word: ShellWord): Owner | string {
  const plain = word.pieces.every(
    (piece) => (piece.kind === 'text' && !piece.glob) || (piece.kind === 'variable' && piece.plain),
  );
  const text = word.pieces
    .map((piece) => (piece.kind === 'text' ? piece.value : piece.kind === 'variable' ? `\${${piece.name}}` : ''))
    .join('');
  if (!plain || !/^[\w${][\w${}.-]*(?::[\w${}.-]*)?$/.test(text)) return `the owner ${word.text} is not understood`;
  const dotted = /^([a-z_][\w-]*)\.(?:\1)?$/.exec(text)?.[1];
  if (dotted === undefined && text.includes('.')) return `the owner ${word.text} is not understood`;
  const [user, group] = dotted === undefined ? text.split(':') : [dotted, text.endsWith('.') ? '' : dotted];
  const isNumber = (one: string): boolean => /^\d+$/.test(one);
  if (group === '' && (isNumber(user!) || user!.includes('$')))
    return `the group that ${word.text} stands for is not known`;
  const written = dotted === undefined && word.value === undefined ? unquoted(word.text) : text;
  const flag =
    group === undefined
      ? `${written}:${/^[a-z_]/.test(text) && !text.includes('$') ? 'root' : '0'}`
      : group === ''
        ? user!
        : dotted === undefined
          ? written
          : `${dotted}:${dotted}`;
  const names = [user!, group ?? ''].filter((one) => one !== '' && !isNumber(one));
  return { flag, word, names, isNumeric: names.length === 0 };
}

function unquoted(text: string): string {
  return text.replaceAll('"', '');
}

/** Whether all variables of a word are set by the same instructions at two places, and by nothing else than these. */
export function meansTheSame(facts: Facts, word: ShellWord, first: Instruction, second: Instruction): boolean {
  const [one, other] = [facts.before(first)!, facts.before(second)!];
  return variablesOf(word).every((name) => {
    const known = variable(one, name);
    return known !== undefined && known.from === variable(other, name)?.from;
  });
}
