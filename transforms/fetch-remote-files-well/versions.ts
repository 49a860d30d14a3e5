import type { RemoteAdd } from './remote-add.js';

/** Digits that say nothing of a version: names of machines and formats. */
const UNVERSIONED =
  /x86_64|x86-64|x64|amd64|arm64|armv\d+|i[36]86|aarch64|win(?:32|64)|linux(?:32|64)|(?:32|64)bit|bz2|base64|utf8/gi;
const MOVING =
  /(?:^|[._-])(?:master|main|head|trunk|nightly|snapshot|stable|current|develop|development|dev)(?:[._-]|$)/i;

/**
 * Why the file at an ADD's URL may be another one tomorrow: ADD notices that, a RUN that fetches it is cached by its text.
 * Undefined when the URL names a version or the ADD a checksum.
 */
export function movingReason({ url, instruction }: RemoteAdd): string | undefined {
  if (instruction.flags.some(({ name }) => name === 'checksum')) return undefined;
  const path = url.replace(/^https?:\/\/[^/]*/i, '').replace(UNVERSIONED, '');
  const moves = path
    .split('/')
    .some(
      (segment) => /(?:^|[._-])latest(?:[._-]|$)/i.test(segment) || (MOVING.test(segment) && !/[\d$]/.test(segment)),
    );
  return /[\d$]/.test(path) && !moves
    ? undefined
    : 'the URL names no version: ADD notices when the file there changes, a cached RUN does not';
}
