import {
  APT_LISTS,
  firstListRead,
  isUpdate,
  mayInstallUnseen,
  mayReadEarlierLists,
  readElsewhere,
  readsListsInTrigger,
  removesLists,
  type Run,
} from '../../src/cache-mounts/index.js';
import { type Dockerfile, type Instruction, mountsOf } from '../../src/dockerfile/index.js';
import { type Facts, isRoot } from '../../src/facts/index.js';
import type { ShellNode } from '../../src/shell/index.js';
import { onceFor } from '../../src/once.js';
import { comesBefore, type Fetch, isStrict, stagesAbove } from './lists.js';

/** Why an update cannot be said again in another RUN. */
export function notRepeatable(facts: Facts, { run, update }: Fetch): string | undefined {
  const { command, options } = update.invocation;
  if (update.script === undefined || run.script === undefined) return 'the update is in a form that is not edited';
  const words = [...command.words, ...command.assignments.flatMap(({ value }) => value ?? [])];
  if (words.some(({ value }) => value === undefined)) return 'the update depends on variables';
  if (options.some(({ value }) => value?.startsWith('Dir::') === true)) return 'the update fetches only some lists';
  const caches = mountsOf(run.instruction).filter(({ type }) => type === 'cache');
  if (run.instruction.flags.length > caches.length)
    return `the update needs ${run.instruction.flags.map(({ name }) => `--${name}`).join(' ')}`;
  return mayFail(facts, run, command) ? 'the RUN goes on when its update fails' : undefined;
}

/** Whether a command's failure does not fail its RUN. */
function mayFail(facts: Facts, run: Run, command: ShellNode): boolean {
  const { parents } = run.script!;
  const strict = isStrict(facts, run);
  let node = command;
  for (let parent = parents.get(node); parent !== undefined; parent = parents.get(node)) {
    if (parent.type === 'pipeline') return true;
    if (parent.type === 'sequence') {
      const after = parent.operators.slice(parent.items.indexOf(node)).map(({ text }) => text);
      if (after.includes('||') || after[0] === '&' || (!strict && after.some((text) => text === ';' || text === '\n')))
        return true;
    }
    node = parent;
  }
  return false;
}

/** Why a RUN that installs cannot begin with the update, or would then see other lists than before. */
export function notPrependable(facts: Facts, fetch: Fetch, reader: Run): string | undefined {
  const { run, others } = fetch;
  const line = `line ${reader.instruction.lines.first}`;
  const { script, state } = reader;
  if (script === undefined || reader.instruction.flags.length > 0)
    return `${line} installs from these lists in a form that is not edited`;
  if (state.user !== run.state.user && isRoot(state) !== true)
    return `${line} installs from these lists as another user`;
  const before = reader.uses.slice(0, firstListRead(reader));
  if (before.some(({ invocation }) => isUpdate(invocation))) return `${line} fetches only some lists, or not always`;
  if (mayInstallUnseen({ ...reader, uses: before })) return `${line} also runs code that may fetch the lists itself`;
  const unseen = others.find((other) => comesBefore(facts, other, reader) && runsUnseen(other));
  if (unseen !== undefined)
    return `line ${unseen.instruction.lines.first} runs code that may change the package sources or fetch the lists itself`;
  return changeBetween(facts, fetch, reader)
    ? 'package sources change before a RUN that installs from these lists'
    : undefined;
}

/** Whether a RUN runs a script, or something that is not known at all. */
function runsUnseen(run: Run): boolean {
  return (
    run.opaque !== undefined ||
    run.uses.some(
      ({ invocation: { tool, use } }) =>
        tool === undefined || tool.includes('/') || use?.operands === 'script' || use?.operands === 'command',
    )
  );
}

const SOURCES =
  /\/etc\/apt(?!\/(apt\.conf|preferences|trusted))|a(dd-apt|pt-add)-repository|--add-architecture|\bdpkg (-i|--install)\b/;

/** Whether what follows the update, up to the RUN that installs, changes where packages come from. */
function changeBetween(facts: Facts, { run, update }: Fetch, reader: Run): boolean {
  const { file } = facts;
  return (
    SOURCES.test(run.script!.source.text.slice(update.invocation.command.span.end)) ||
    stagesAbove(facts, reader.stage).some(({ instructions, from: { index: first } }) =>
      instructions
        .slice(Math.max(0, run.instruction.index + 1 - first), Math.max(0, reader.instruction.index - first))
        .some(({ span }) => SOURCES.test(file.slice(span))),
    )
  );
}

/** Why the update must stay where it is although every RUN that reads its lists gets one of its own. */
export function neededInPlace(facts: Facts, { run, readers, others }: Fetch): string | undefined {
  const trigger = readsListsInTrigger(facts.heirs(run.stage));
  if (trigger !== undefined) return trigger;
  const unseen = others.find(
    (other) =>
      mayReadEarlierLists(other) &&
      !readers.some((reader) => comesBefore(facts, reader, other) && !removesLists(reader)),
  );
  if (unseen !== undefined)
    return `line ${unseen.instruction.lines.first} runs code that may install from the lists that this RUN fetched; with an update of its own before, it would not`;
  const copied = listsTaken(facts.file);
  return copied === undefined
    ? readElsewhere(facts, [], (test, folders = []) => others.find((other) => test(other, folders)), [APT_LISTS])
    : `line ${copied.lines.first} takes package lists out of a stage`;
}

/** The first instruction that takes package lists from a stage. */
const listsTaken = onceFor((file: Dockerfile): Instruction | undefined =>
  file.instructions.find(({ span }) => {
    const text = file.slice(span);
    return text.includes('from=') && text.includes(APT_LISTS);
  }),
);
