import { relationTo, takersFrom } from '../cache-mounts/index.js';
import type { Instruction, Stage } from '../dockerfile/index.js';
import { copyWords, type Facts, joinPath, resolvePath } from '../facts/index.js';

/** Where the image that a build gives holds a file of a stage: at its own path, and where COPY takes it. */
export function finalPaths(facts: Facts, stage: Stage, path: string): readonly string[] {
  const found = facts.target !== undefined && facts.heirs(stage).includes(facts.target) ? [path] : [];
  for (const copy of copiesFrom(facts, stage)) found.push(...copiedTo(facts, copy, path));
  return [...new Set(found)];
}

/** Every COPY that takes files out of a stage, or out of one that is built on it. */
export function copiesFrom(facts: Facts, stage: Stage): readonly Instruction[] {
  return takersFrom(facts.file, facts.heirs(stage))
    .flatMap(({ instruction, mount }) => (mount === undefined && instruction.keyword === 'COPY' ? instruction : []))
    .sort((a, b) => a.index - b.index);
}

function copiedTo(facts: Facts, copy: Instruction, path: string): readonly string[] {
  const words = copyWords(facts, copy);
  const target = words.at(-1);
  const folder =
    target === undefined ? undefined : resolvePath(target, { cwd: facts.before(copy)!.workdir, home: undefined });
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
