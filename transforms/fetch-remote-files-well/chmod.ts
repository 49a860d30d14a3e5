import { isShipped, type Run, runAt, type Use } from '../../src/cache-mounts/index.js';
import { type Edit, toSource } from '../../src/dockerfile/index.js';
import { effectsOf, type Facts } from '../../src/facts/index.js';
import { removeCommands, removeWords } from '../../src/shell/remove.js';
import { stopsAtFailure } from '../../src/shell/stops-at-failure.js';
import { removeInstruction } from '../../src/shell/merge-runs.js';
import type { ShellWord } from '../../src/shell/index.js';
import type { TransformContext } from '../../src/transform/index.js';
import { DOWNLOADED, modeAfter } from './modes.js';
import type { RemoteAdd } from './remote-add.js';
import { mentions, namesFile, pathOf } from './spelling.js';

/** Proposes `ADD --chmod` for a chmod of a downloaded file in a later layer, which holds the file a second time. */
export function setModesWhileAdding(
  adds: readonly RemoteAdd[],
  runs: readonly Run[],
  { facts, propose, decline }: Pick<TransformContext, 'facts' | 'propose' | 'decline'>,
  taken: Set<Run>,
): void {
  for (const run of runs) {
    if (taken.has(run) || !isShipped(facts, run.stage)) continue;
    for (const use of run.uses) {
      if (use.invocation.tool !== 'chmod') continue;
      const pairs = pairsOf(adds, run, use);
      if (pairs.length === 0) continue;
      const found = rewrite(facts, run, use, pairs);
      if (typeof found === 'string') {
        decline(found, run.instruction.span);
        continue;
      }
      taken.add(run);
      propose({
        at: run.instruction.span,
        edits: found,
        level: 'safe',
        what: `give ${pairs.map(({ path }) => path).join(', ')} its mode while adding`,
        evidence: pairs.map(({ add }) => ({
          fact: 'a file that ADD downloads has the mode 600',
          span: add.instruction.span,
        })),
      });
      break;
    }
  }
}

interface Pair {
  readonly add: RemoteAdd;
  readonly word: ShellWord;
  readonly path: string;
}

/** The operands of a chmod that an ADD of the same stage downloaded. */
function pairsOf(adds: readonly RemoteAdd[], run: Run, { invocation, place }: Use): readonly Pair[] {
  return invocation.operands.slice(1).flatMap((word) => {
    const path = pathOf(word, place);
    const add = adds.findLast(
      ({ stage, instruction, paths }) =>
        stage === run.stage && instruction.index < run.instruction.index && path !== undefined && paths.includes(path),
    );
    return add === undefined ? [] : [{ add, word, path: path! }];
  });
}

function rewrite(facts: Facts, run: Run, use: Use, pairs: readonly Pair[]): readonly Edit[] | string {
  const { invocation } = use;
  const line = run.instruction.lines.first;
  const { command } = invocation;
  const modeWord = invocation.operands[0]?.value;
  const mode = modeWord === undefined ? undefined : modeAfter(modeWord, DOWNLOADED);
  if (mode === undefined) return `the mode at line ${line} is not a plain one`;
  if (invocation.options.length > 0) return `chmod at line ${line} has options`;
  if (invocation.user !== undefined || command.conditional || command.redirects.length > 0)
    return `chmod at line ${line} may not run, or not as root`;
  if (run.uses.some(({ invocation: { tool } }) => tool === 'umask')) return `line ${line} sets a umask`;
  const reason = pairs.map((pair) => usedBefore(facts, run, use, pair)).find((one) => one !== undefined);
  if (reason !== undefined) return reason;
  const added = pairs.map(({ add: { instruction } }) => {
    const at = toSource(instruction.logical, instruction.args.start);
    return { span: { start: at, end: at }, text: `--chmod=${mode} ` };
  });
  const removed = takeOut(facts, run, use, pairs);
  return typeof removed === 'string' ? removed : [...added, ...removed];
}

/** Why the mode may not be there earlier than at the chmod. */
function usedBefore(facts: Facts, run: Run, use: Use, { add, path }: Pair): string | undefined {
  if (add.instruction.flags.some(({ name }) => name === 'chmod')) return 'ADD gives the file a mode already';
  for (const instruction of facts.file.instructions.slice(add.instruction.index + 1, run.instruction.index + 1)) {
    const line = `line ${instruction.lines.first}`;
    const found = runAt(facts, instruction);
    if (found === undefined) {
      const writes = ['COPY', 'ADD'].includes(instruction.keyword) ? effectsOf(facts, instruction).writes : [];
      const exact = writes.some((glob) => glob.replace(/\/\*\*$/, '') === path);
      if (exact) return `${line} writes ${path} again`;
      continue;
    }
    const uses = found === run ? found.uses.slice(0, found.uses.indexOf(use)) : found.uses;
    if (found.opaque !== undefined) return `${line} may use the file before it has its mode`;
    for (const other of uses) {
      if (namesFile(other, path) !== 'none' || mentions(other, path))
        return `${line} uses the file before it has its mode`;
      const { model, use: known, tool } = other.invocation;
      const unseen =
        tool !== '' &&
        (model === undefined || known === undefined || known.opaque !== undefined || known.operands === 'script');
      if (unseen) return `${line} may use the file before it has its mode`;
    }
  }
  return undefined;
}

/** Commands that are nothing by themselves: without the chmod, their RUN goes. */
const IDLE = /^(?:set|true|:|exit)$/;

function takeOut(facts: Facts, run: Run, use: Use, pairs: readonly Pair[]): readonly Edit[] | string {
  const { file } = facts;
  const { instruction, script } = run;
  const { operands, command } = use.invocation;
  const all = pairs.length === operands.length - 1;
  if (use.script === undefined || script === undefined) {
    const alone = run.uses.length === 1 && all && instruction.json !== undefined;
    return alone ? removeInstruction(file, instruction) : 'JSON form is not edited';
  }
  if (!all)
    return removeWords(
      file,
      script,
      pairs.map(({ word }) => word),
    );
  const body = facts.body(instruction);
  const others = run.uses.some((other) => other !== use && !IDLE.test(other.invocation.tool ?? '-'));
  if (others) {
    const strict = (body.kind === 'script' && body.errexit) || stopsAtFailure(script);
    const removed = removeCommands(file, script, [command], strict);
    return typeof removed === 'string'
      ? `chmod at line ${instruction.lines.first} cannot be taken out: ${removed}`
      : removed.edits;
  }
  const inside = file.comments.some(({ inside: index }) => index === instruction.index);
  if (inside || instruction.heredocs.length > 0 || instruction.flags.length > 0 || /(^|\s)#/.test(script.source.text))
    return `line ${instruction.lines.first} has comments or flags that would go with it`;
  return removeInstruction(file, instruction);
}
