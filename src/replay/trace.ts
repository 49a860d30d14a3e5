import { effectsOf, globsMeet, isWithin, joinPath, pathsMeet } from '../facts/index.js';
import { hasWildcard } from '../project/go-match.js';
import type { Selector } from './context-view.js';
import type { BuildPlan, StagePlan, Step } from './plan.js';

/**
 * What the content of a path at the end of a stage hangs on. `certain`: a difference here is a difference there; else it
 * may be one.
 */
export type Part =
  | { readonly kind: 'context'; readonly selector: Selector; readonly certain: boolean }
  /** All that came before, up to and with a step. */
  | { readonly kind: 'step'; readonly step: Step };

/**
 * Walks a stage back from its end and collects what wrote a path last, and what may have written parts of it before.
 * A step that the models show to write elsewhere does not count, so that `COPY --from=deps /app/node_modules` does not
 * hang on the sources that are copied after the install.
 */
export function traceContent(plan: BuildPlan, stage: number, path: string): readonly Part[] {
  const parts: Part[] = [];
  collect(plan, stage, path, true, parts, 0);
  return parts;
}

const DEEPEST = 50;

/** @param sure whether a certain part may still be added: nothing later hides it */
function collect(plan: BuildPlan, index: number, path: string, sure: boolean, parts: Part[], depth: number): boolean {
  const stage = plan.stages.find((one) => one.stage.index === index);
  if (stage === undefined) return sure;
  if (hasWildcard(path)) {
    path = path.slice(0, path.lastIndexOf('/', path.search(/[*?[\\]/))) || '/';
    sure = false;
  }
  for (const step of [...stage.steps].reverse()) {
    if (step.instruction.keyword === 'WORKDIR') continue;
    if (step.instruction.keyword === 'RUN') {
      if (!mayWrite(plan, step, path)) continue;
      parts.push({ kind: 'step', step });
      return false;
    }
    if (step.target === undefined || depth > DEEPEST) {
      parts.push({ kind: 'step', step });
      return false;
    }
    if (pathsMeet(step.target, path)) sure = collectCopy(plan, step, path, sure, parts, depth);
  }
  return throughParent(plan, stage, path, sure, parts, depth);
}

function throughParent(
  plan: BuildPlan,
  stage: StagePlan,
  path: string,
  sure: boolean,
  parts: Part[],
  depth: number,
): boolean {
  return stage.parent === undefined ? sure : collect(plan, stage.parent, path, sure, parts, depth + 1);
}

/** Adds what a COPY brings to a path; says whether what stands before it may still be certain. */
function collectCopy(plan: BuildPlan, step: Step, path: string, sure: boolean, parts: Part[], depth: number): boolean {
  const all = isWithin(step.target!, path);
  // `/target/below`: the part of each source that lands there.
  const below = all ? '' : path.slice(step.target === '/' ? 1 : step.target!.length + 1);
  const simple = step.instruction.flags.every(({ name }) => !['parents', 'exclude'].includes(name));
  const plain = step.instruction.keyword === 'COPY' && simple;
  // One source may hide another's files, and an archive that ADD unpacks may hold the same in other bytes.
  if (step.reads.length > 1 || !plain) sure = false;
  for (const read of step.reads) {
    if (read.from === 'context') {
      const { selector } = read;
      const source = selector.kind === 'sources' ? selector.sources[0]! : '';
      if (all || !plain || hasWildcard(source)) parts.push({ kind: 'context', selector, certain: all && sure });
      else {
        const inside = joinPath(joinPath('/', source), below).slice(1);
        parts.push({ kind: 'context', selector: sourcesOf(inside), certain: sure });
        if (landsAs(source, below)) parts.push({ kind: 'context', selector: fileOf(source), certain: sure });
      }
    } else if (all) collect(plan, read.stage, read.path, sure, parts, depth + 1);
    else if (!plain || hasWildcard(read.path)) collect(plan, read.stage, read.path, false, parts, depth + 1);
    else {
      collect(plan, read.stage, joinPath(read.path, below), false, parts, depth + 1);
      if (landsAs(read.path, below)) collect(plan, read.stage, read.path, false, parts, depth + 1);
    }
  }
  return false;
}

/** Whether a file of this name, copied into a folder, is what is asked for. */
function landsAs(source: string, below: string): boolean {
  return source.slice(source.lastIndexOf('/') + 1) === below.split('/')[0];
}

function sourcesOf(path: string): Selector {
  return { kind: 'sources', sources: [path], flags: {} };
}

/** A source that is a file, not a folder. */
function fileOf(source: string): Selector {
  const path = joinPath('/', source).slice(1);
  return { kind: 'test', key: `file ${path}`, test: (one) => one === path };
}

function mayWrite({ facts }: BuildPlan, { instruction }: Step, path: string): boolean {
  const { opaque, writes } = effectsOf(facts, instruction);
  return opaque !== undefined || writes.some((glob) => globsMeet(glob, path));
}
