import { argumentText, referencedNames, sourceStage, type Stage, toSourceSpan } from '../../src/dockerfile/index.js';
import { copyWords, isWithin, joinPath } from '../../src/facts/index.js';
import type { Proposal } from '../../src/transform/index.js';
import { makesAccount } from './accounts.js';
import { HARMLESS } from './existing-runtime.js';
import { guardProgram } from './stacks/binary.js';
import { go } from './stacks/go.js';
import { rust } from './stacks/rust.js';
import { ask, type Declined, declined, isDeclined, type Subject } from './types.js';
import { withShellTools } from './shell-tools.js';
import { withoutShell } from './without-shell.js';
import { install } from './write.js';

/** What a file that has its stages already lacks: a last stage on a compiler's image that starts what an earlier one compiled. */
export function shipOnSystem(final: Subject, read: (stage: Stage) => Subject): Proposal | Declined | undefined {
  const { base, facts, stage } = final;
  const { file } = facts;
  const stack = base?.image === 'golang' ? go : base?.image === 'rust' ? rust : undefined;
  if (stack === undefined) return undefined;
  const { command, steps } = final;
  if (command.at === undefined || stage.index !== file.stages.length - 1) return undefined;
  const copied = programOf(final);
  if (copied === undefined) return undefined;
  const { source, from, to } = copied;
  const words = [from, ...command.words.slice(1)];
  const above = read(source);
  const build = {
    ...above,
    // Its users are none of the stage that ships, unless their list is copied.
    steps: above.steps.filter((step) => !makesAccount(step)),
    command: { ...command, words, workdir: facts.atEnd(source).workdir },
    filesStay: true,
  };
  const answer = ask(stack, build);
  if (answer === undefined) return undefined;
  const fit = isDeclined(answer) ? answer : withoutShell(final, answer);
  if (isDeclined(fit)) return fit;
  const planned = withShellTools(final, fit);
  const other =
    steps.find(({ invocation: { tool } }) => !HARMLESS.test(tool ?? '?')) ??
    ((planned.manager === 'apk') === base!.tag.includes('alpine') ? undefined : steps[0]);
  if (other !== undefined)
    return declined(
      `RUN at line ${other.instruction.lines.first} runs ${other.invocation.tool ?? 'a program'}, which the new base may lack`,
      other.instruction,
    );
  const guarded = guardProgram({ ...final, accounts: usersOf(final, above) }, to);
  if ('reason' in guarded) return guarded;
  const { env, workdir } = facts.before(stage.instructions[1] ?? stage.from)!;
  if (workdir !== '/' && !stage.instructions.some(({ keyword }) => keyword === 'WORKDIR'))
    return declined(`the stage starts in ${workdir ?? 'a folder'}, which only its base has`, stage.from);
  const own = [...env].flatMap(([name, { from: set }]) => (set === undefined && name !== 'PATH' ? [name] : []));
  const foreign = stage.instructions.find((one) =>
    [...referencedNames(argumentText(one), file.escape)].some((name) => own.includes(name)),
  );
  if (foreign !== undefined)
    return declined(`${foreign.keyword} at line ${foreign.lines.first} uses a variable of the base image`, foreign);
  if (final.base?.reference.digest !== undefined) return declined('a digest pins the base', stage.from);
  const there = new Set(steps.flatMap(({ invocation }) => invocation.operands.map(({ text }) => text)));
  const packages = [...planned.packages, ...guarded].filter(({ name }) => !there.has(name));
  const { end } = stage.from.span;
  const lower = stage.from.logical.text.startsWith('from');
  const lines = install({ ...planned, packages }, file).map((line) => `${file.eol}${lower ? 'run' : 'RUN'} ${line}`);
  return {
    at: stage.from.span,
    edits: [
      ...planned.edits,
      { span: toSourceSpan(stage.from.logical, stage.baseSpan), text: planned.image },
      ...lines.map((text) => ({ span: { start: end, end }, text })),
    ],
    level: planned.level,
    what: `ship on ${planned.image}, without the toolchain of ${stage.base}`,
    evidence: [
      { fact: `${to} is what ${from} of an earlier stage is, and the container starts`, span: command.at.span },
      ...planned.evidence,
    ],
    announces: [
      { kind: 'config', field: 'Env', names: [...own, 'PATH'].sort(), why: 'the new base has variables of its own' },
      ...planned.announces.filter((one) => one.kind === 'files' && one.effect === 'changed'),
    ],
  };
}

/** The users that an earlier stage makes, where their list is copied from it. */
function usersOf({ facts, stage }: Subject, above: Subject): ReadonlySet<string> {
  const listed = stage.instructions.some((one) => {
    const name = one.keyword === 'COPY' ? one.flags.find((flag) => flag.name === 'from')?.value : undefined;
    const words = name === undefined ? [] : copyWords(facts, one);
    return (
      name !== undefined &&
      sourceStage(facts.file.stages, stage, name) === above.stage &&
      words[0] === '/etc/passwd' &&
      /^\/etc(?:\/|\/passwd)?$/.test(words.at(-1) ?? '')
    );
  });
  const made = above.steps.filter((step) => listed && makesAccount(step));
  return new Set(made.flatMap(({ invocation, text }) => invocation.operands.flatMap((word) => text(word) ?? [])));
}

/** The file that the container starts, where a COPY takes it from an earlier stage. */
function programOf({ facts, stage, command }: Subject): { source: Stage; from: string; to: string } | undefined {
  const [word = ''] = command.words;
  const places = word.includes('/')
    ? [joinPath(command.workdir ?? '/', word)]
    : ['/usr/local/bin', '/usr/bin', '/bin'].map((folder) => joinPath(folder, word));
  for (const copy of stage.instructions) {
    const name = copy.keyword === 'COPY' ? copy.flags.find((flag) => flag.name === 'from')?.value : undefined;
    const source = name === undefined ? undefined : sourceStage(facts.file.stages, stage, name);
    const words = copyWords(facts, copy);
    if (source === undefined || words.includes(undefined)) continue;
    const target = joinPath(facts.before(copy)!.workdir ?? '/', words.at(-1)!);
    const within = words.length === 2 ? places.find((one) => one !== target && isWithin(one, target)) : undefined;
    if (within !== undefined && joinPath('/', words[0]!) === facts.atEnd(source).workdir)
      return { source, from: joinPath(words[0]!, within.slice(target.length + 1)), to: within };
    for (const path of words.slice(0, -1)) {
      const from = joinPath('/', path!);
      const to = [target, joinPath(target, from.slice(from.lastIndexOf('/') + 1))].find((one) => places.includes(one));
      if (to !== undefined) return { source, from, to };
    }
  }
  return undefined;
}
