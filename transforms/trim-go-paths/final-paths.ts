import { relationTo, type Run, type Use } from '../../src/cache-mounts/index.js';
import { argumentText, type Instruction, sourceStage } from '../../src/dockerfile/index.js';
import { expandIn, type Facts, joinPath, resolvePath } from '../../src/facts/index.js';
import { valueOf } from '../../src/shell/index.js';

/** Where the image that a build gives holds what a go command writes with `-o`; empty when that is not known. */
export function finalPaths(facts: Facts, run: Run, { invocation, place }: Use): readonly string[] {
  const option = invocation.options.find(({ name }) => /^--?o$/.test(name));
  const written =
    option === undefined
      ? undefined
      : (option.value ?? (option.valueWord === undefined ? undefined : valueOf(option.valueWord, place.lookup)));
  const path = written === undefined ? undefined : resolvePath(written, place);
  if (path === undefined || written!.endsWith('/')) return [];
  const { stages } = facts.file;
  const found = facts.heirs(run.stage).some((stage) => stage === facts.target) ? [path] : [];
  for (const stage of stages) {
    for (const copy of stage.instructions) {
      const from = copy.flags.find(({ name }) => name === 'from')?.value;
      const source = from === undefined || copy.keyword !== 'COPY' ? undefined : sourceStage(stages, stage, from);
      if (source === undefined || !facts.heirs(run.stage).includes(source)) continue;
      found.push(...copiedTo(facts, copy, path));
    }
  }
  return [...new Set(found)];
}

function copiedTo(facts: Facts, copy: Instruction, path: string): readonly string[] {
  const state = facts.before(copy)!;
  const words = (copy.json?.map(({ value }) => value) ?? argumentText(copy).split(/\s+/)).map(
    (word) => expandIn(state, word, facts.file).value,
  );
  const target = words.at(-1);
  const folder = target === undefined ? undefined : resolvePath(target, { cwd: state.workdir, home: undefined });
  if (folder === undefined) return [];
  return words.slice(0, -1).flatMap((source) => {
    if (source === undefined) return [];
    const from = joinPath('/', source);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const relation = relationTo(from, path);
    if (relation === 'same') return /(?:^|\/)\.{0,2}$/.test(target!) ? [joinPath(folder, name)] : [folder];
    if (relation === 'above' && !/[*?[]/.test(from))
      return [joinPath(folder, path.slice(from === '/' ? 1 : from.length + 1))];
    return [];
  });
}
