import { type Instruction, type Stage } from '../../src/dockerfile/index.js';
import {
  copyWords,
  type Facts,
  globsMeet,
  placesIn,
  resolvePath,
  type State,
  variable,
} from '../../src/facts/index.js';
import { copiesFrom } from '../../src/runtime/index.js';
import { readInvocation, valueOf } from '../../src/shell/index.js';

/** Whether a RUN that comes after an instruction starts a program, or hands its path to one that does. */
export function isStartedAfter(facts: Facts, stage: Stage, after: Instruction, program: string): boolean {
  return facts
    .heirs(stage)
    .flatMap(({ instructions }) => instructions)
    .some((one) => one.keyword === 'RUN' && one.index > after.index && startsIn(facts, one, program));
}

function startsIn(facts: Facts, run: Instruction, program: string): boolean {
  const state = facts.before(run)!;
  const body = facts.body(run);
  const name = program.slice(program.lastIndexOf('/') + 1);
  const byName = isOnPath(state, program);
  const names = (word: string, cwd: string | undefined): boolean => {
    const path = word.slice(word.lastIndexOf('=') + 1);
    return path.includes('/') && resolvePath(path, { cwd, home: undefined }) === program;
  };
  if (body.kind === 'exec')
    return body.words.some((word) => names(word, state.workdir)) || (byName && body.words[0] === name);
  if (body.kind !== 'script') return false;
  const places = placesIn(body.script, state);
  return body.script.commands.some((command) => {
    const place = places.get(command)!;
    const { tool, subcommand } = readInvocation(command);
    if (tool === 'go' && subcommand !== 'generate') return false;
    if (byName && (tool === name || (tool === 'go' && subcommand === 'generate'))) return true;
    return command.words.some((word) => names(valueOf(word, place.lookup) ?? word.text, place.cwd));
  });
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
