import type { Step } from './types.js';

/** The steps of a build out of the log of `--progress=plain`: instructions only, with what each of them took. */
export function readSteps(log: string): readonly Step[] {
  const names = new Map<string, string>();
  const steps = new Map<string, Step>();
  for (const line of log.split('\n')) {
    const match = /^#(\d+) (.*)$/.exec(line);
    if (match === null) continue;
    const [, id = '', text = ''] = match;
    if (/^\[[^\]]*\d+\/\d+\] /.test(text)) names.set(id, text);
    const name = names.get(id);
    if (name === undefined) continue;
    const done = /^DONE (\d+(?:\.\d+)?)s$/.exec(text);
    if (text === 'CACHED') steps.set(id, { name, cached: true, seconds: 0 });
    if (done !== null) steps.set(id, { name, cached: false, seconds: Number(done[1]) });
  }
  return [...steps.values()];
}

/** The end of a log, for a build that failed: what is behind `ERROR` and the lines before it. */
export function lastLines(log: string, count = 12): string {
  return log.trimEnd().split('\n').slice(-count).join('\n');
}
