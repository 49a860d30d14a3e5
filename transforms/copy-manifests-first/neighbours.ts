import { argumentText, type Instruction, type Stage } from '../../src/dockerfile/index.js';
import { effectsOf, type Facts } from '../../src/facts/index.js';
import { readInvocation } from '../../src/shell/index.js';
import type { ContextCopy } from './copies.js';
import { managerOf } from './managers/index.js';
import type { Download, Manager } from './managers/types.js';

/** Instructions that change nothing that a COPY of context files depends on, or that depends on it. */
export function isNeutral({ keyword }: Instruction): boolean {
  return /^(?:ENV|ARG|USER|WORKDIR|LABEL|EXPOSE|CMD|ENTRYPOINT|HEALTHCHECK|STOPSIGNAL|ONBUILD|SHELL|MAINTAINER)$/.test(
    keyword,
  );
}

/** Whether an ENV or ARG may change what the words of a COPY further up mean. */
export function changesWords({ keyword }: Instruction, copies: readonly ContextCopy[]): boolean {
  return (
    /^(?:ENV|ARG)$/.test(keyword) &&
    copies.some(
      ({ instruction }) =>
        argumentText(instruction).includes('$') || instruction.flags.some(({ value }) => value?.includes('$') === true),
    )
  );
}

/** Where a COPY or ADD of another source writes; undefined when that is not known. */
export function targetOf(facts: Facts, instruction: Instruction): string | undefined {
  const [glob] = effectsOf(facts, instruction).writes;
  return glob === undefined || glob === '/**' ? undefined : glob.replace(/\/\*\*$/, '');
}

/** Whether a step that downloads the same stands further up, in this stage or in one that it starts from, or a mount keeps it. */
export function downloaded(facts: Facts, stage: Stage, at: Instruction, { done, mounted }: Download): boolean {
  if (
    at.flags.some(({ name, value }) => name === 'mount' && /type=cache/.test(value ?? '') && mounted.test(value ?? ''))
  )
    return true;
  let from: Stage | undefined = stage;
  while (from !== undefined) {
    const earlier = from.instructions.filter(({ keyword, index }) => keyword === 'RUN' && index < at.index);
    if (earlier.some(({ logical }) => done.test(logical.text.replace(/\s+/g, ' ')))) return true;
    from = from.parent === undefined ? undefined : facts.file.stages[from.parent];
  }
  return false;
}

/** Whether a RUN further up in the stage has the manager of this one do something: then it has downloaded already. */
export function worksBefore(facts: Facts, stage: Stage, at: Instruction): boolean {
  const managersIn = (instruction: Instruction): readonly Manager[] => {
    const body = facts.body(instruction);
    const commands = body.kind === 'script' ? body.script.commands : [];
    return commands.flatMap((command) => managerOf(readInvocation(command).tool) ?? []);
  };
  const own = managersIn(at);
  const earlier = stage.instructions.filter(({ keyword, index }) => keyword === 'RUN' && index < at.index);
  return earlier.some((one) => managersIn(one).some((manager) => own.includes(manager)));
}
