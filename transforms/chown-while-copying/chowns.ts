import type { Run, Use } from '../../src/cache-mounts/index.js';
import { resolvePath } from '../../src/facts/index.js';
import { stopsAtFailure } from '../../src/shell/stops-at-failure.js';
import { isChain } from '../../src/shell/merge-runs.js';
import { patternOf, posixShell, type ShellWord } from '../../src/shell/index.js';
import { type Owner, readOwner } from './owner.js';

/** A `chown -R` that is a step of its own in a RUN. */
export interface Chown {
  readonly run: Run;
  readonly use: Use;
  /** Its place among the commands of the RUN. */
  readonly at: number;
  readonly owner: Owner;
  /** Its options but `-R`, as they are written. */
  readonly options: readonly string[];
  readonly targets: readonly Target[];
}

export interface Target {
  readonly word: ShellWord;
  readonly path: string;
}

const RECURSIVE = /^(?:-R|--recursive)$/;
const HARMLESS = /^(?:-[vcfhP]|--verbose|--changes|--silent|--quiet|--no-dereference)$/;

/** The recursive chowns of a RUN to others than root; a reason where one is there that is not understood. */
export function chownsOf(run: Run): readonly (Chown | string)[] {
  return run.uses.flatMap((use, at): readonly (Chown | string)[] => {
    const { invocation } = use;
    if (invocation.tool !== 'chown' || !invocation.options.some(({ name }) => RECURSIVE.test(name))) return [];
    const [first, ...words] = invocation.operands;
    if (first === undefined || words.length === 0 || /^(?:root|0)(?:[:.](?:root|0)?)?$/.test(first.text)) return [];
    const { command } = invocation;
    if (run.script === undefined || use.script === undefined) return ['the RUN is in a form that is not edited'];
    if (
      command.conditional ||
      command.isolated ||
      !isStrict(run) ||
      invocation.wrappers.length > 0 ||
      command.redirects.length > 0
    )
      return ['the chown may be left out or fail, and the RUN goes on'];
    const odd = invocation.options.find(({ name }) => !RECURSIVE.test(name) && !HARMLESS.test(name));
    if (odd !== undefined) return [`chown ${odd.name} depends on the files`];
    const owner = readOwner(first);
    if (typeof owner === 'string') return [owner];
    const targets = words.map((word) => {
      const pattern = patternOf(word, use.place.lookup);
      return { word, path: pattern === undefined ? undefined : resolvePath(pattern, use.place) };
    });
    const unknown = targets.find(({ path }) => path === undefined || /[*?[]/.test(path));
    if (unknown !== undefined) return [`which files ${unknown.word.text} stands for is not known`];
    return [
      {
        run,
        use,
        at,
        owner,
        options: [...new Set(invocation.options.filter(({ name }) => !RECURSIVE.test(name)).map(({ name }) => name))],
        targets: targets as readonly Target[],
      },
    ];
  });
}

/** Whether a RUN does one thing after another and stops at the first failure. */
export function isStrict({ script, state }: Run): boolean {
  if (script === undefined) return false;
  if (isChain(script.body)) return true;
  const strict = stopsAtFailure(script) || posixShell(state.shell)?.errexit === true;
  return strict && script.body.operators.every(({ text }) => text !== '||' && text !== '&');
}
