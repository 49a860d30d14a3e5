import type { Instruction } from '../../../src/dockerfile/index.js';
import { effectOf } from '../file-steps.js';
import { makesEnvironment } from './python-environment.js';
import { byInstruction, isPackageCommand } from '../system-packages.js';
import { type Declined, declined, type Place, type Step, type Subject } from '../types.js';

/** What code of the project runs after the installs; none of it compiles. */
const RUNNERS = /^(?:python[\d.]*|flask|django-admin|alembic|\.?\/?manage\.py|pybabel)$/;
/** `pip install`, `python -m pip install`. */
export function isPip({ invocation: { tool, subcommand, args } }: Step): boolean {
  if (/^pip[\d.]*$/.test(tool ?? '')) return subcommand === 'install';
  return (
    /^python[\d.]*$/.test(tool ?? '') &&
    args[0]?.text === '-m' &&
    args[1]?.text === 'pip' &&
    args[2]?.text === 'install'
  );
}

/** `uv sync`: https://docs.astral.sh/uv/concepts/projects/sync/ */
export function isSync({ invocation: { tool, args } }: Step): boolean {
  return tool === 'uv' && args.find(({ text }) => !text.startsWith('-'))?.text === 'sync';
}

/** Steps before the last install go to both stages unless they are the installs; what stands behind it goes to the final one. */
export function placesOf(subject: Subject, last: Instruction): Map<Instruction, Exclude<Place, 'build'>> | Declined {
  const { stage, files, command } = subject;
  const places = new Map<Instruction, Exclude<Place, 'build'>>();
  const brings = new Set([...files.values()].map(({ by }) => by));
  for (const one of stage.instructions) {
    if (one.keyword !== 'COPY' && one.keyword !== 'ADD') continue;
    if (one.index > last.index) places.set(one, 'final');
    // Files that a later COPY brings again are needed by pip alone.
    else if (brings.has(one)) places.set(one, 'both');
  }
  const root = command.workdir ?? '/';
  for (const [instruction, commands] of byInstruction(subject.steps)) {
    const line = `RUN at line ${instruction.lines.first}`;
    const others = commands.filter(
      (step) => !isPackageCommand(step) && !isPip(step) && !isSync(step) && !makesEnvironment(step),
    );
    if (instruction.index > last.index) {
      const unknown = others.find(
        (step) => !RUNNERS.test(step.invocation.tool ?? '') && effectOf(step, root) === 'unknown',
      );
      if (unknown !== undefined)
        return declined(
          `${line} runs ${unknown.invocation.tool ?? 'a program'}, which may need what the build stage has`,
          instruction,
        );
      places.set(instruction, 'final');
      continue;
    }
    const effects = others.map((step) => effectOf(step, root));
    const bad = others[effects.indexOf('unknown')];
    if (bad !== undefined)
      return declined(
        `${line} runs ${bad.invocation.tool ?? 'a program'}, and what it leaves is not known`,
        instruction,
      );
    if (effects.every((effect) => effect === 'none')) continue;
    if (others.length < commands.length) return declined(`${line} does more than install in one step`, instruction);
    places.set(instruction, 'both');
  }
  return places;
}
