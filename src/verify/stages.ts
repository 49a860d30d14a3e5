import { Dockerfile, mountsOf, sourceStage, type Stage } from '../dockerfile/index.js';

/** Lines of the stages that a build of `target` (undefined: the last stage) does not need. */
export function unbuiltLines(
  text: string,
  target: string | undefined,
): readonly { readonly first: number; readonly last: number }[] {
  const { stages } = Dockerfile.parse(text);
  const wanted = target?.toLowerCase();
  const named = stages.find(({ name, index }) => name === wanted || String(index) === wanted);
  const needed = new Set<Stage>();
  const open = [wanted === undefined ? stages.at(-1) : named].filter((stage) => stage !== undefined);
  if (open.length === 0) return [];
  for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
    if (needed.has(stage)) continue;
    needed.add(stage);
    const user = stage;
    // A variable in a base may name any stage.
    if (user.base.includes('$')) return [];
    if (user.parent !== undefined) open.push(stages[user.parent]!);
    for (const instruction of user.instructions) {
      const sources = [
        ...instruction.flags.filter(({ name }) => name === 'from').map(({ value }) => value),
        ...mountsOf(instruction).map(({ from }) => from),
      ];
      for (const from of sources) {
        const source = from === undefined ? undefined : sourceStage(stages, user, from);
        if (source !== undefined) open.push(source);
      }
    }
  }
  return stages
    .filter((stage) => !needed.has(stage))
    .map(({ instructions }) => ({ first: instructions[0]!.lines.first, last: instructions.at(-1)!.lines.last }));
}
