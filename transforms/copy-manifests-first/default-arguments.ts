import { argumentText, type Instruction } from '../../src/dockerfile/index.js';
import { expandIn, type Facts, joinPath, type State } from '../../src/facts/index.js';

/**
 * The facts with each ARG at its default, as far as directories go: what is copied to `$DIR` and run in `$DIR` belongs
 * together whatever a build makes of DIR, and the rewrite keeps the variable.
 */
export function withDefaults(facts: Facts): Facts {
  const before = new Map<number, State>();
  const ends: State[] = [];
  for (const stage of facts.file.stages) {
    let workdir = stage.parent === undefined ? undefined : ends[stage.parent]?.workdir;
    for (const instruction of stage.instructions) {
      const state = facts.before(instruction)!;
      const assumed = withDirectory(state, workdir);
      before.set(instruction.index, assumed);
      workdir = assumed.workdir;
      if (instruction.keyword !== 'WORKDIR') continue;
      const { value } = expandIn(state, argumentText(instruction), facts.file);
      if (value === undefined || value === '') workdir = undefined;
      else
        workdir = value.startsWith('/')
          ? joinPath('/', value)
          : workdir === undefined
            ? undefined
            : joinPath(workdir, value);
    }
    ends.push(withDirectory(facts.atEnd(stage), workdir));
  }
  return {
    ...facts,
    before: (instruction) => before.get(instruction.index),
    atEnd: (stage) => ends[stage.index]!,
  };
}

function withDirectory(state: State, workdir: string | undefined): State {
  return state.workdir !== undefined || workdir === undefined ? state : { ...state, workdir };
}

/** The working directory at an instruction where only the defaults of arguments tell it. */
export function assumedDirectory(certain: Facts, facts: Facts, instruction: Instruction): string | undefined {
  return certain.before(instruction)?.workdir === undefined ? facts.before(instruction)?.workdir : undefined;
}
