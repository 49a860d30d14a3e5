import type { Stage } from '../../src/dockerfile/index.js';
import { installsInTrigger, mayInstallUnseen, type Run, type Use } from '../../src/cache-mounts/index.js';

/** Where apk keeps the index of all packages. */
export const CACHE = '/var/cache/apk';

/** Options that fetch the index anew. */
export const REFRESH = /^(-U|--update-cache|--update)$/;

/** What works without an index in the cache. */
const NEEDS_NO_INDEX = /^(add|upgrade|update|del|info|version|audit|fix|)$/;

export function isApk({ invocation }: Use): boolean {
  return invocation.tool === 'apk';
}

/** The first RUN that looks into the index, as a reason. */
export function readsIndex(runs: readonly Run[]): string | undefined {
  for (const { uses, instruction } of runs) {
    const reader = uses.find((use) => isApk(use) && !NEEDS_NO_INDEX.test(use.invocation.subcommand));
    if (reader !== undefined)
      return `line ${instruction.lines.first} reads the index: apk ${reader.invocation.subcommand}`;
  }
  return undefined;
}

/** The first RUN whose code is not seen and may install, as a reason. */
export function installsUnseen(runs: readonly Run[]): string | undefined {
  const unseen = runs.find(mayInstallUnseen);
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
