import { isWithin, joinPath } from '../../src/facts/index.js';
import { minimalCommands } from '../../src/bases/index.js';
import type { Step } from './types.js';

type Word = Parameters<Step['text']>[0];

/**
 * Where the effect of a command lies: `none`; `inside` the application's folder, so that copying the folder carries it;
 * `outside`, so that it must be repeated; `unknown`.
 */
export type Effect = 'none' | 'inside' | 'outside' | 'unknown';

const QUIET =
  /^(?:|:|\.?\[|test|true|false|echo|printf|cd|ls|pwd|cat|set|export|exit|which|env|date|uname|id|whoami|sleep|grep|head|tail|wc|sort)$/;
const USERS = /^(?:useradd|groupadd|adduser|addgroup|usermod|groupmod)$/;
const FILES = /^(?:mkdir|chmod|chown|chgrp|touch|ln|cp|mv|rm|install|sed)$/;
/** What later steps and the program do not read. */
const CACHES =
  /^(?:~|\$HOME|\/root|\/home\/node)?\/?(?:\.npm|\.cache|\.yarn|\.node-gyp)(?:\/|$)|^\/(?:tmp|var\/tmp|usr\/share\/(?:doc|man)|var\/lib\/apt|var\/cache|usr\/local\/share\/\.cache)\//;

/** The effect of an ordinary command; tools of a language are the stack's to judge. */
export function effectOf(step: Step, root: string): Effect {
  const { tool, args, command, operands } = step.invocation;
  const written = command.redirects.filter(({ operator }) => operator.includes('>'));
  for (const { target, operator } of written) {
    const value = target === undefined ? undefined : step.text(target);
    if (operator.includes('&') || value?.startsWith('/dev/') === true) continue;
    if (value === undefined || step.cwd === undefined || !below(joinPath(step.cwd, value), root)) return 'unknown';
  }
  if (QUIET.test(tool ?? '?')) return written.length > 0 ? 'inside' : 'none';
  if (USERS.test(tool ?? '')) return args.every(({ value }) => value !== undefined) ? 'outside' : 'unknown';
  if (!FILES.test(tool ?? '') || !minimalCommands.has(tool!)) return 'unknown';
  const words = operands.slice(
    /^(?:chmod|chown|chgrp|sed)$/.test(tool!) && !args.some(({ text }) => text === '-e') ? 1 : 0,
  );
  const paths = words.map((word) => pathOf(step, word));
  if (tool === 'rm' && words.every(({ text }, i) => CACHES.test(text) || CACHES.test(paths[i] ?? ''))) return 'none';
  if (paths.length === 0 || paths.some((path) => path === undefined)) return 'unknown';
  // WORKDIR makes the folder itself, and those above it.
  if (
    tool === 'mkdir' &&
    paths.every((path) => isWithin(root, path!)) &&
    !args.some(({ text }) => /^-m|^--mode/.test(text))
  )
    return 'none';
  const inside = paths.map((path) => below(path!, root));
  if (inside.every((one) => one)) return 'inside';
  if (tool === 'rm' && args.some(({ text }) => /^(?:-[a-eg-zA-Z]*f[a-zA-Z]*|--force)$/.test(text))) {
    const folders = paths.map((path) => path!.replace(/\/[^/*?[]*[*?[].*$/, ''));
    if (folders.every((path) => !isWithin(root, path) && !isWithin(path, root))) return 'outside';
  }
  // The folder itself comes with WORKDIR in both stages; its owner and mode do not.
  const known = /^(?:mkdir|chmod|chown|chgrp|touch)$/.test(tool!) && paths.every((path) => !/[*?[]/.test(path!));
  return known && inside.every((one) => !one) ? 'outside' : 'unknown';
}

/** The absolute path of an operand, which may hold a pattern; undefined when it is not known. */
export function pathOf({ cwd, text }: Step, word: Word): string | undefined {
  const value = text(word) ?? word.text;
  return /[$`]/.test(value) || (cwd === undefined && !value.startsWith('/')) ? undefined : joinPath(cwd ?? '/', value);
}

function below(path: string, root: string): boolean {
  return path !== root && isWithin(path, root);
}
