import { tagEdit } from '../../src/bases/index.js';
import { parseImageReference } from '../../src/facts/index.js';
import { sourceStage, type Stage, toSourceSpan } from '../../src/dockerfile/index.js';
import type { Proposal } from '../../src/transform/index.js';
import { makesAccount } from './accounts.js';
import { dotnetRuntimeOf } from './stacks/dotnet-existing.js';
import { javaRuntimeOf } from './stacks/java-existing.js';
import { type Declined, declined, type Subject } from './types.js';

/** Commands that the stage that ships may run on either image. */
export const HARMLESS =
  /^(?:apt|apt-get|apk|cd|ls|echo|rm|true|set|export|pwd|cat|test|\[|:|mkdir|touch|chmod|chown|ln|cp|mv|)$/;

/** What a file that has its stages already lacks: a final stage with a toolchain that only the earlier ones use. */
export function shipOnRuntime(final: Subject, read: (stage: Stage) => Subject): Proposal | Declined | undefined {
  const { facts, stage } = final;
  const { file } = facts;
  if (stage.index !== file.stages.length - 1) return undefined;
  const sources = stage.instructions.flatMap((one) => {
    const name = one.keyword === 'COPY' ? one.flags.find((flag) => flag.name === 'from')?.value : undefined;
    return name === undefined ? [] : (sourceStage(file.stages, stage, name) ?? []);
  });
  const { project, command } = final;
  if (command.at === undefined) return undefined;
  const earlier = [...new Set(sources)].map(read);
  const found = javaRuntimeOf(final, earlier) ?? dotnetRuntimeOf(final, earlier);
  if (found === undefined) return undefined;
  if ('reason' in found) return found;
  if (project === undefined)
    return declined('without its build context it is not known whether the program needs the toolchain', stage.from);
  if (final.opaque !== undefined) return final.opaque;
  const other = final.steps.find(
    (step) => !HARMLESS.test(step.invocation.tool ?? '?') && !(found.sameCommands && makesAccount(step)),
  );
  if (other !== undefined)
    return declined(
      `RUN at line ${other.instruction.lines.first} runs ${other.invocation.tool ?? 'a program'}, which the new base may lack`,
      other.instruction,
    );
  const check = command.healthCheck?.find(
    ({ tool }) =>
      !/^(?:java|exit|true|false|test|\[|)$/.test(tool ?? '?') &&
      !(found.sameCommands && /^(?:curl|wget)$/.test(tool!)) &&
      !(found.image.includes('alpine') && tool === 'wget'),
  );
  if (command.healthCheck === undefined || check !== undefined)
    return declined(
      `HEALTHCHECK runs ${check?.tool ?? 'what is not understood'}, which the new base may lack`,
      stage.from,
    );
  const text = facts.rootImage(stage);
  const reference = text === undefined ? undefined : parseImageReference(text);
  const written = stage.base;
  if (reference?.digest !== undefined) return declined('a digest pins the base', stage.from);
  const span = toSourceSpan(stage.from.logical, stage.baseSpan);
  const edit = written.includes('$')
    ? final.base === undefined || !found.image.startsWith(`${final.base.image}:`)
      ? undefined
      : tagEdit(final.base, found.image.slice(final.base.image.length + 1))
    : { span, text: found.image };
  if (edit === undefined) return declined('a variable names the base', stage.from);
  const { end } = stage.from.span;
  const env = stage.from.logical.text.startsWith('from') ? 'env' : 'ENV';
  const keep = [...found.variables].map(([name, value]) => ({
    span: { start: end, end },
    text: `${file.eol}${env} ${name}=${value}`,
  }));
  const names = new Set([...found.sets, ...found.variables.keys()]);
  for (const [name, { from }] of facts.before(stage.instructions[1] ?? stage.from)!.env)
    if (from === undefined) names.add(name);
  return {
    at: stage.from.span,
    edits: [edit, ...keep],
    level: found.level,
    what: `ship on ${found.image}, without the toolchain of ${written}`,
    evidence: [
      {
        fact: `the stage compiles nothing, and starts what ${earlier.length === 0 ? 'was built before' : 'an earlier one made'}`,
        span: command.at.span,
      },
      ...found.evidence.map((fact) => ({ fact })),
    ],
    announces: [
      { kind: 'config', field: 'Env', names: [...names].sort(), why: 'the new base has variables of its own' },
      { kind: 'config', field: 'Entrypoint', why: 'each base has a script of its own that starts the command' },
      { kind: 'config', field: 'Volumes', why: 'the folder of the build tool is no volume any more' },
    ],
  };
}
