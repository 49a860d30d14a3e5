import { runsOf, type Use } from '../../src/cache-mounts/index.js';
import type { Stage } from '../../src/dockerfile/index.js';
import { copyWords, type Facts, globsMeet, resolvePath, type State, variable } from '../../src/facts/index.js';
import { copiesFrom } from '../../src/runtime/index.js';
import { valueOf } from '../../src/shell/index.js';

/** Whether a RUN that comes after an instruction starts a program, or tells another one to (`protoc --plugin=x=bin/x`). */
export function isStartedAfter(facts: Facts, stage: Stage, after: number, program: string): boolean {
  const heirs = facts.heirs(stage);
  return runsOf(facts).some((run) => {
    const { instruction, uses, state } = run;
    return (
      heirs.includes(run.stage) &&
      instruction.index > after &&
      uses.some((use) => starts(use, program, isOnPath(state, program)))
    );
  });
}

function starts({ invocation, place }: Use, program: string, byName: boolean): boolean {
  const { command, args, tool, subcommand } = invocation;
  const isThere = (path: string): boolean =>
    path.includes('/') && resolvePath(path, { cwd: place.cwd, home: undefined }) === program;
  const word = command.words.at(-args.length - 1);
  const name = word === undefined ? undefined : (valueOf(word, place.lookup) ?? word.text);
  if (name === undefined) return false;
  const calledBy = tool === 'go' && subcommand === 'generate';
  if (byName && (calledBy || name === program.slice(program.lastIndexOf('/') + 1))) return true;
  return (
    isThere(name) || args.some(({ text }) => /^--?plugin=/.test(text) && isThere(text.slice(text.lastIndexOf('=') + 1)))
  );
}

function isOnPath(state: State, program: string): boolean {
  const folders = variable(state, 'PATH')?.value?.split(':') ?? [
    '/go/bin',
    '/usr/local/go/bin',
    '/usr/local/bin',
    '/usr/bin',
    '/bin',
  ];
  return folders.includes(program.slice(0, program.lastIndexOf('/')));
}

/** Whether an image that somebody gets, or another stage, holds a program of a stage. */
export function isHandedOn(facts: Facts, stage: Stage, program: string): boolean {
  if (facts.target !== undefined && facts.heirs(stage).includes(facts.target)) return true;
  return copiesFrom(facts, stage).some((copy) =>
    copyWords(facts, copy)
      .slice(0, -1)
      .some(
        (source) => source === undefined || globsMeet(resolvePath(source, { cwd: '/', home: undefined })!, program),
      ),
  );
}
