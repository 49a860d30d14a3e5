import { nextTurn, type Rate } from './queues.js';

/**
 * Makes steps wait for their turn.
 * @param begun when earlier ones began, milliseconds since 1970: a run that was stopped does not begin anew
 */
export function turns(rate: Rate, begun: readonly number[], signal: AbortSignal): () => Promise<void> {
  const all = [...begun];
  let last = Promise.resolve();
  const take = async (): Promise<void> => {
    for (;;) {
      const now = Date.now();
      const at = nextTurn(rate, all, now);
      if (at <= now || signal.aborted) return void all.push(now);
      await wait(at - now, signal);
    }
  };
  return () => (last = last.then(take));
}

/** The longest time that a timer takes. */
const MOST = 2 ** 31 - 1;

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(milliseconds, MOST));
    signal.addEventListener('abort', end);
  });
}
