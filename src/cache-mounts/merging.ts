import { commandEffects, resolvePath } from '../facts/index.js';
import { patternOf, type ShellScript } from '../shell/index.js';
import { endsOpenly, isChain } from '../shell/merge-runs.js';
import type { Facts } from '../facts/index.js';
import type { Run, Use } from './uses.js';

/** What transforms that put the commands of one RUN behind those of another need to know of both. */

/** Builtins that change how what follows them in the same shell runs. */
const LASTING =
  /^(exit|exec|return|umask|trap|alias|unalias|shopt|eval|source|\.|ulimit|unset|read|readonly|pushd|popd)$/;

/** Words of `set` that change nothing for commands without variables and pipelines that stand in a chain. */
const HARMLESS = /^(-[euxo]+|pipefail|errexit|nounset|xtrace)$/;

/**
 * Why nothing can run at the end of a RUN as it would in a RUN of its own.
 * @param rooted what follows needs no directory and no variable.
 * @param anywhere what follows needs no directory.
 */
export function notExtendable(facts: Facts, run: Run, rooted: boolean, anywhere = rooted): string | undefined {
  const { script, instruction } = run;
  const line = `line ${instruction.lines.first}`;
  const body = facts.body(instruction);
  if (script === undefined || body.kind !== 'script') return `${line} is in a form that is not edited`;
  if (instruction.heredocs.length > 0) return `${line} has a here-document`;
  if (endsOpenly(script)) return `${line} ends with a comment, a semicolon or a background job`;
  if (startsJob(script)) return `${line} starts a background job`;
  const last = script.body.items.at(-1)!;
  if ((body.errexit || /\bset\b/.test(script.source.text)) && !isPlainChain(last))
    return `${line} stops at the first failure and ends with a compound command`;
  for (const command of script.commands) {
    if (command.isolated) continue;
    const name = command.words[0]?.value;
    if (name !== undefined && LASTING.test(name)) return `${line} uses ${name}`;
    if (name === 'set' && (!rooted || !command.words.slice(1).every(({ text }) => HARMLESS.test(text))))
      return `${line} sets shell options`;
    if ((!anywhere && name === 'cd') || (!rooted && (name === 'export' || name === undefined)))
      return `${line} changes the directory or variables for what follows in the same RUN`;
    if (name === 'export' || name === undefined)
      if (/\b(PATH|HOME|LD_\w+)=/.test(script.source.text)) return `${line} changes the environment`;
  }
  if ([...script.parents.values()].some((node) => node.type === 'block' && node.kind === 'function'))
    return `${line} defines functions`;
  return undefined;
}

/** Whether a script starts a background job anywhere, in a subshell too. */
function startsJob({ source, parents }: ShellScript): boolean {
  return [...parents.keys()].some(({ span }) => /^[ \t]*&(?![&>])/.test(source.text.slice(span.end)));
}

function isPlainChain(node: Parameters<typeof isChain>[0]): boolean {
  if (node.type === 'pipeline') return !node.negated && node.items.every(({ type }) => type === 'command');
  return node.type === 'command' || (node.type === 'sequence' && isChain(node) && node.items.every(isPlainChain));
}

/** Why the body of a RUN cannot stand behind `&&`. */
export function notAppendable({ script, instruction }: Run): string | undefined {
  const line = `line ${instruction.lines.first}`;
  if (script === undefined) return `${line} is in a form that is not edited`;
  if (instruction.heredocs.length > 0) return `${line} has a here-document`;
  if (instruction.flags.length > 0) return `${line} has ${instruction.flags.map(({ name }) => `--${name}`).join(' ')}`;
  if (endsOpenly(script) || !isChain(script.body))
    return `${line} goes on after a failure or is more than a chain of commands`;
  return undefined;
}

/**
 * Why RUNs that follow one another would do something else as one.
 * @param isFree whether a RUN needs no directory and no variable.
 */
export function joinReason(
  facts: Facts,
  runs: readonly Run[],
  isFree: (run: Run) => boolean = () => false,
): string | undefined {
  for (const [i, run] of runs.entries()) {
    if (i === 0) continue;
    const free = isFree(run);
    const anywhere = free || needsNoDirectory(run);
    const reasons = runs.slice(0, i).map((earlier) => notExtendable(facts, earlier, free, anywhere));
    const reason = notAppendable(run) ?? reasons.find((one) => one !== undefined);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Whether a RUN does the same in any directory: it names absolute paths only, or goes to one before it does anything else. */
export function needsNoDirectory({ script, uses }: Run): boolean {
  if (script === undefined) return false;
  for (const { invocation, place } of uses) {
    const { tool, args, command } = invocation;
    if (tool === 'cd') return !command.conditional && !command.isolated && args[0]?.value?.startsWith('/') === true;
    const effects = commandEffects(invocation, { ...place, cwd: undefined });
    if (effects.opaque !== undefined) return false;
    // Models name the current directory as written even where an option names another one.
    const { targetOption, writes } = invocation.use ?? {};
    const elsewhere = invocation.options.some(({ name }) => targetOption?.includes(name));
    const idle = elsewhere ? (writes ?? []).filter((path) => path.startsWith('./')).length : 0;
    if (effects.writes.filter((path) => path === '/**').length > idle) return false;
    if (effects.reads.includes('/**') || effects.removes.includes('/**')) return false;
    if (
      args.some(
        ({ text, pieces }) => !text.startsWith('/') && pieces.some((piece) => piece.kind === 'text' && piece.glob),
      )
    )
      return false;
  }
  return true;
}

/** Whether a command means the same in any directory and shell: absolute paths, no variables. */
export function isRooted({ invocation, place }: Use): boolean {
  if (invocation.command.assignments.length > 0 || invocation.command.redirects.length > 0) return false;
  return invocation.args.every((word) => {
    if (word.pieces.some(({ kind }) => kind !== 'text')) return false;
    if (invocation.tool !== 'rm' || word.text.startsWith('-')) return true;
    const pattern = patternOf(word, place.lookup);
    return pattern?.startsWith('/') === true && resolvePath(pattern, place) !== undefined;
  });
}
