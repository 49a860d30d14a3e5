import { PathIndex, runAt } from '../../src/cache-mounts/index.js';
import { argumentText, argumentWords, type Instruction, type Stage } from '../../src/dockerfile/index.js';
import { expandIn, type Facts, resolvePath } from '../../src/facts/index.js';
import { onceFor } from '../../src/once.js';
import { writesOf } from './writes.js';

/** The steps of a stage by the folders that they have to do with. */
interface Steps {
  readonly byPath: PathIndex<Instruction>;
  /** Those that may have to do with any folder. */
  readonly anywhere: readonly Instruction[];
}

/** The steps of shorter stages are read through sooner than they are sorted. */
const FEW = 60;

/** The steps of a stage that may have to do with a folder, in order; others may be among them. */
export function stepsMeeting(facts: Facts, stage: Stage, folder: string): readonly Instruction[] {
  if (stage.instructions.length < FEW) return stage.instructions;
  const { anywhere, byPath } = sorted(facts)(stage);
  return [...new Set([...anywhere, ...byPath.near(folder)])].sort((a, b) => a.index - b.index);
}

const sorted = onceFor((facts: Facts) => onceFor((stage: Stage) => sortSteps(facts, stage)));

function sortSteps(facts: Facts, stage: Stage): Steps {
  const byPath = new PathIndex<Instruction>();
  const anywhere: Instruction[] = [];
  for (const at of stage.instructions) {
    const paths = pathsOf(facts, at);
    if (paths.includes(undefined)) anywhere.push(at);
    else for (const path of paths) byPath.add(path!, at);
  }
  return { byPath, anywhere };
}

/** Where a step has to do with files; undefined stands for anywhere. */
function pathsOf(facts: Facts, at: Instruction): readonly (string | undefined)[] {
  switch (at.keyword) {
    case 'WORKDIR':
      return [workdirPath(facts, at)];
    case 'COPY':
    case 'ADD':
      return [targetPath(facts, at)];
    case 'VOLUME':
      return argumentWords(at).map((word) => expandIn(facts.before(at)!, word, facts.file).value);
    case 'RUN': {
      const { opaque, uses } = runAt(facts, at)!;
      if (opaque !== undefined) return [undefined];
      return uses.flatMap((use) => {
        const { own, packageWrites } = writesOf(use);
        return [...own, ...packageWrites];
      });
    }
    default:
      return [];
  }
}

/** The folder that a WORKDIR makes. */
export function workdirPath(facts: Facts, at: Instruction): string | undefined {
  return absolutePath(facts, at, argumentText(at));
}

/** Where a COPY or ADD copies to. */
export function targetPath(facts: Facts, at: Instruction): string | undefined {
  const target = argumentWords(at).at(-1);
  return target === undefined ? undefined : absolutePath(facts, at, target);
}

function absolutePath(facts: Facts, at: Instruction, text: string): string | undefined {
  const state = facts.before(at)!;
  const { value, overridable } = expandIn(state, text, facts.file);
  return value === undefined || overridable ? undefined : resolvePath(value, { cwd: state.workdir, home: undefined });
}
