import type { Instruction } from '../../src/dockerfile/index.js';
import { makesAccount } from './accounts.js';
import { BESIDE, keep } from './kept-steps.js';
import { byInstruction } from './system-packages.js';
import { isDeclined, type Stack, type Step, type Subject } from './types.js';

const FOLDERS = /^(?:mkdir|chown|chgrp)$/;

/** A stack whose plan is made without the RUNs that only make users and folders, which the frame then adds to it. */
export function keeping(stack: Stack): Stack {
  return {
    ...stack,
    plan: (subject) => {
      const kept = keptRuns(subject);
      if (kept.size === 0) return stack.plan(subject);
      const making = subject.steps.filter((step) => kept.has(step.instruction) && makesAccount(step));
      const planned = stack.plan({
        ...subject,
        steps: subject.steps.filter(({ instruction }) => !kept.has(instruction)),
        accounts: new Set(
          making.flatMap(({ invocation, text }) => invocation.operands.flatMap((word) => text(word) ?? [])),
        ),
      });
      if (planned === undefined || isDeclined(planned)) return planned;
      const added = keep(
        subject,
        kept,
        planned.image,
        planned.copies.map(({ to }) => to),
      );
      return 'reason' in added
        ? added
        : {
            ...planned,
            ...added,
            places: new Map([...planned.places, ...added.places]),
            copies: [...added.copies, ...planned.copies],
          };
    },
  };
}

/** RUNs that only make users and folders for the program: they can stand in the stage that ships. */
function keptRuns({ steps }: Subject): ReadonlySet<Instruction> {
  const kept = new Set<Instruction>();
  for (const [instruction, commands] of byInstruction(steps)) {
    const plain = commands.every(
      ({ start, invocation: { command, wrappers } }) =>
        start !== undefined && command.redirects.length + command.assignments.length + wrappers.length === 0,
    );
    const counts = commands.some((step) => makesAccount(step) || FOLDERS.test(step.invocation.tool ?? ''));
    if (!plain || instruction.flags.length + instruction.heredocs.length > 0) continue;
    if (counts && commands.every(makesForProgram)) kept.add(instruction);
  }
  return kept;
}

function makesForProgram(step: Step): boolean {
  const tool = step.invocation.tool ?? '?';
  return makesAccount(step) || FOLDERS.test(tool) || BESIDE.test(tool);
}
