import type { Step } from './types.js';

/** What a line of the log says about a step. */
interface StepEvent {
  readonly step: Step;
  readonly ended: boolean;
}

/** Reads the log of `--progress=plain` line by line: instructions only, with what each of them took. */
export function stepReader(): (line: string) => StepEvent | undefined {
  const names = new Map<string, string>();
  return (line) => {
    const match = /^#(\d{1,9}) (.*)$/.exec(line);
    if (match === null) return undefined;
    const [, id = '', text = ''] = match;
    if (/^\[[^\]]{0,200}\d\/\d{1,5}\] /.test(text) && !names.has(id)) {
      names.set(id, text);
      return { step: { name: text, cached: false, seconds: 0 }, ended: false };
    }
    const name = names.get(id);
    if (name === undefined) return undefined;
    if (text === 'CACHED') return { step: { name, cached: true, seconds: 0 }, ended: true };
    const done = /^DONE (\d{1,9}(?:\.\d{1,9})?)s$/.exec(text);
    return done === null ? undefined : { step: { name, cached: false, seconds: Number(done[1]) }, ended: true };
  };
}

/** The steps of a whole log, in the order in which they ended. */
export function readSteps(log: string): readonly Step[] {
  const read = stepReader();
  const steps = new Map<string, Step>();
  for (const line of log.split('\n')) {
    const event = read(line);
    if (event?.ended === true) steps.set(event.step.name, event.step);
  }
  return [...steps.values()];
}

/** Reads a build log of Podman or Buildah: the ids of images that it makes for single steps. */
export function imageReader(): (line: string) => string | undefined {
  const cached: string[] = [];
  return (line) => {
    const known = /^--> Using cache ([0-9a-f]{12,64})$/.exec(line)?.[1];
    if (known !== undefined) cached.push(known);
    const made = /^--> ([0-9a-f]{8,64})$/.exec(line)?.[1];
    return made === undefined || cached.some((id) => id.startsWith(made)) ? undefined : made;
  };
}

/** Why a build failed, from its log: what BuildKit says and the last lines of the step; else the end of the log. */
export function failureText(log: string): string {
  const lines = log.trimEnd().split('\n');
  const error = lines.findLast((line) => /^error: /i.test(line));
  if (error === undefined) return lines.slice(-LAST).join(' | ');
  const start = lines.findLastIndex((line) => line.startsWith(' > '));
  const length = lines.slice(start + 1).findIndex((line) => /^-{3,}$/.test(line));
  const output = start < 0 ? [] : lines.slice(start + 1, start + 1 + Math.max(length, 0)).slice(-LAST);
  const printed = output.map((line) => line.replace(/^\d{1,9}\.\d{1,9} /, '').trim()).filter((line) => line !== '');
  const why = error.slice('ERROR: '.length).replace(/^failed to solve: /, '');
  return [abridged(why), ...printed.map(abridged)].join(' | ');
}

/** The start, which says what, and the end, which says why. */
function abridged(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 90)} … ${text.slice(-100)}`;
}

/** How many lines of a step are told. */
const LAST = 4;
