import { type Instruction, mountsOf, sourceStage } from '../../src/dockerfile/index.js';
import { copyWords, type Facts } from '../../src/facts/index.js';
import type { ContextFiles } from '../../src/project/context.js';
import { isRemoteSource, resolveSources } from '../../src/project/copy-sources.js';

/** The files of the build context that COPYs have brought by the time of a step; undefined where it may be any of them. */
export function filesAt(facts: Facts, step: Instruction, context: ContextFiles): readonly string[] | undefined {
  const stage = facts.file.stageOf(step)!;
  const found = new Set<string>();
  for (const one of facts.lineage(stage)) {
    if (facts.triggers(one).length > 0) return undefined;
    for (const instruction of one.instructions.filter(({ index }) => index <= step.index)) {
      const brought = broughtBy(facts, instruction, context);
      if (brought === undefined) return undefined;
      for (const path of brought) found.add(path);
    }
  }
  return found.size === context.paths.length ? undefined : [...found];
}

function broughtBy(facts: Facts, instruction: Instruction, context: ContextFiles): readonly string[] | undefined {
  const { keyword, flags, heredocs } = instruction;
  if (keyword === 'RUN') return mountsOf(instruction).some(({ type }) => type === 'bind') ? undefined : [];
  if (keyword !== 'COPY' && keyword !== 'ADD') return [];
  const from = flags.find(({ name }) => name === 'from')?.value;
  if (from !== undefined)
    // What another stage makes may be made of any file; what an image has is none of the project's.
    return sourceStage(facts.file.stages, facts.file.stageOf(instruction)!, from) === undefined ? [] : undefined;
  const sources = copyWords(facts, instruction).slice(0, -1);
  if (heredocs.length > 0 || flags.some(({ name }) => name === 'parents')) return undefined;
  if (!sources.every((word) => word !== undefined)) return undefined;
  return resolveSources(
    context,
    sources.filter((word) => !isRemoteSource(word)),
  ).files;
}
