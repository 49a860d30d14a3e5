import process from 'node:process';

/**
 * A signal that Ctrl-C and a polite end of the process set off; `release` gives the keys back.
 * @param again whether asking a second time is left without effect, or ends the process at once
 */
export function onInterrupt(again: 'waits' | 'ends' = 'waits'): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const release = (): void => {
    for (const name of names) process.off(name, abort);
  };
  const abort = (): void => {
    controller.abort();
    if (again === 'ends') release();
  };
  for (const name of names) process.on(name, abort);
  return { signal: controller.signal, release };
}
