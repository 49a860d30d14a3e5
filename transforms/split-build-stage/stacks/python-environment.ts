import { isWithin, joinPath } from '../../../src/facts/index.js';
import { type Declined, declined, type Step, type Subject } from '../types.js';

/** The virtual environment that holds what pip installs, so that it can be copied as one folder. */
export interface Environment {
  readonly path: string;
  /** The step of the file that makes it; undefined where it is to be added. */
  readonly step: Step | undefined;
}

/** Where one is added. */
const ADDED = '/opt/venv';

/** `python -m venv`: https://docs.python.org/3/library/venv.html */
export function makesEnvironment({ invocation: { tool } }: Step): boolean {
  return tool === 'venv';
}

/** The environment of the stage, its own where it has one that all installs go to. */
export function environmentOf(subject: Subject, installs: readonly Step[]): Environment | Declined {
  const { steps, stage, facts } = subject;
  const [step, second] = steps.filter(makesEnvironment);
  const lines = stage.instructions.map(({ logical }) => logical.text).join('\n');
  if (step === undefined)
    return facts.file.text.includes(ADDED) || /-m\s+venv|\bvirtualenv\b/.test(lines)
      ? declined('the file has a virtual environment of its own', installs[0]!.instruction)
      : { path: ADDED, step: undefined };
  const { instruction, invocation, cwd, text } = step;
  const [word, more] = invocation.args.filter(({ text: one }) => !/^--(?:upgrade-deps|copies|clear)$/.test(one));
  const value = word === undefined || more !== undefined ? undefined : text(word);
  const program = invocation.command.words[0]?.value ?? '';
  const line = `RUN at line ${instruction.lines.first}`;
  if (
    second !== undefined ||
    !/^python[\d.]*$/.test(program) ||
    value === undefined ||
    value.startsWith('-') ||
    (cwd === undefined && !value.startsWith('/'))
  )
    return declined(`${line} makes a virtual environment in a way that is not followed`, instruction);
  const path = joinPath(cwd ?? '/', value);
  const outside = installs.find((install) => {
    const program = install.invocation.command.words.map((one) => text(one) ?? '').find((one) => one.includes('/'));
    const named = program !== undefined && isWithin(program, joinPath(path, 'bin'));
    return !named && install.variable('PATH')?.startsWith(`${joinPath(path, 'bin')}:`) !== true;
  });
  return outside === undefined ? { path, step } : declined(`pip installs outside of ${path}`, outside.instruction);
}
