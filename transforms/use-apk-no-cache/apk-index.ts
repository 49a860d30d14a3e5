import type { Stage } from '../../src/dockerfile/index.js';
import {
  type FirstRun,
  installsInTrigger,
  mayInstallUnseen,
  type Run,
  type Use,
} from '../../src/cache-mounts/index.js';

/** Where apk keeps the index of all packages. */
export const CACHE = '/var/cache/apk';

/** Options that fetch the index anew. */
export const REFRESH = /^(-U|--update-cache|--update)$/;

/** What works without an index in the cache. */
const NEEDS_NO_INDEX = /^(add|upgrade|update|del|info|version|audit|fix|)$/;

export function isApk({ invocation }: Use): boolean {
  return invocation.tool === 'apk';
}

function isReader(use: Use): boolean {
  return isApk(use) && !NEEDS_NO_INDEX.test(use.invocation.subcommand);
}

/** Whether a RUN looks into the index. */
export function looksIntoIndex({ uses }: Run): boolean {
  return uses.some(isReader);
}

/** That a RUN looks into the index, as a reason. */
export function readsIndex(run: Run | undefined): string | undefined {
  const reader = run?.uses.find(isReader);
  return reader && `line ${run!.instruction.lines.first} reads the index: apk ${reader.invocation.subcommand}`;
}

/** The first later RUN whose code is not seen and may install, as a reason. */
export function installsUnseen(later: FirstRun): string | undefined {
  const unseen = later(mayInstallUnseen);
  return unseen === undefined
    ? undefined
    : `line ${unseen.instruction.lines.first} runs code that may install from the index that this RUN fetched`;
}

/** An ONBUILD of these stages that installs from the index that they hold, as a reason. */
export function readsIndexInTrigger(stages: readonly Stage[]): string | undefined {
  return installsInTrigger(
    stages,
    /\bapk\s[^&|;]*?\b(?:add|upgrade)\b[^&|;]*/,
    /\bapk\s[^&|;]*?(?:\bupdate\b|--no-cache|--update|\s-\w*U)/,
  );
}
