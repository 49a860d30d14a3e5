import { notExtendable, relationTo, type Run } from '../../src/cache-mounts/index.js';
import {
  type Dockerfile,
  type Edit,
  type Instruction,
  mountsOf,
  toSource,
  toSourceSpan,
} from '../../src/dockerfile/index.js';
import { type Facts, joinPath } from '../../src/facts/index.js';
import { appendCommand } from '../../src/shell/insert.js';
import { removeCommands, removeWords } from '../../src/shell/remove.js';
import { removeInstruction } from '../../src/shell/merge-runs.js';
import type { Chown, Target } from './chowns.js';
import type { Owner } from './owner.js';

/** Gives a COPY an owner; undefined when it names the same one, a reason when it names another or may not know it. */
export function chownFlag(copy: Instruction, owner: Owner): Edit | string | undefined {
  const line = `line ${copy.lines.first}`;
  const known = copy.flags.find(({ name }) => name === 'chown')?.value;
  if (known === owner.flag) return undefined;
  if (known !== undefined) return `${line} names another owner`;
  if (!owner.isNumeric && copy.flags.some(({ name }) => name === 'link'))
    return `${line} copies with --link, which knows no names of users`;
  const at = toSource(copy.logical, copy.args.start);
  return { span: { start: at, end: at }, text: `--chown=${owner.flag} ` };
}

/** Appends the chown of folders to the RUN that fills them last. */
export function chownBehind(facts: Facts, writer: Run, chown: Chown, targets: readonly Target[]): Edit | string {
  const { owner, options } = chown;
  const line = `line ${writer.instruction.lines.first}`;
  const isAnywhere = targets.every(({ word }) => /^["']?[/$]/.test(word.text));
  const isLiteral = owner.word.value !== undefined && targets.every(({ word }) => word.value !== undefined);
  const reason = notExtendable(facts, writer, isAnywhere && isLiteral, isAnywhere);
  if (reason !== undefined) return reason;
  for (const { target } of mountsOf(writer.instruction)) {
    const inside = targets.find(
      ({ path }) => target === undefined || relationTo(joinPath(writer.state.workdir ?? '/', target), path) !== 'none',
    );
    if (inside !== undefined) return `${line} mounts ${target ?? 'something'} in ${inside.path}`;
  }
  const folders = targets.map(({ word }) => word.text);
  return appendCommand(
    facts.file,
    writer.instruction,
    writer.script!,
    ['chown', '-R', ...options, owner.word.text, ...folders].join(' '),
  );
}

/**
 * Takes folders out of a chown.
 * @param left paths that it still gives away, each alone: what no COPY makes.
 */
export function shrinkChown(
  facts: Facts,
  chown: Chown,
  gone: readonly Target[],
  left: readonly string[],
): readonly Edit[] | string {
  const { run, use, targets } = chown;
  const { file } = facts;
  const script = run.script!;
  if (left.length > 0) {
    if (gone.length < targets.length) return 'the chown gives away other folders too, which stay';
    const words = use.invocation.options
      .filter(({ name }) => /^(?:-R|--recursive)$/.test(name))
      .map(({ word }) => word);
    if (words.some(({ text }) => text !== '-R' && text !== '--recursive'))
      return 'the options of the chown are written together';
    const [first, ...others] = targets;
    const texts = left.map((path) => targets.find((target) => target.path === path)?.word.text ?? path);
    const span = toSourceSpan(script.source, first!.word.span);
    return [
      ...removeWords(file, script, [...words, ...others.map(({ word }) => word)]),
      { span, text: texts.join(' ') },
    ];
  }
  if (gone.length < targets.length)
    return removeWords(
      file,
      script,
      gone.map(({ word }) => word),
    );
  if (script.commands.length === 1) return removeStep(file, run.instruction);
  const body = facts.body(run.instruction);
  const removed = removeCommands(file, script, [use.invocation.command], body.kind === 'script' && body.errexit);
  return typeof removed === 'string' ? removed : removed.edits;
}

/** Removes a RUN of one command; a comment inside would be lost with it. */
function removeStep(file: Dockerfile, instruction: Instruction): readonly Edit[] | string {
  return file.comments.some(({ inside }) => inside === instruction.index)
    ? 'a comment stands in the RUN'
    : removeInstruction(file, instruction);
}
