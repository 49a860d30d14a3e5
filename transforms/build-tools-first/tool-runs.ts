import { argumentText, type Instruction, type Stage } from '../../src/dockerfile/index.js';
import { type Facts, orderReason, resolvePath } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';
import type { View } from '../../src/project/view.js';
import { type GoBuild, type GoBuilds, goBuildsOf } from './go-builds.js';
import { type Programs, programsOf } from './programs.js';
import type { SourceCopy } from './source.js';
import { isStartedAfter } from './started.js';

export interface Refusal {
  readonly reason: string;
  readonly at: Instruction;
}

export interface Place {
  readonly facts: Facts;
  readonly stage: Stage;
  readonly view: View;
  readonly project: ProjectFacts;
  readonly dockerfile: string | undefined;
}

/** A RUN that builds what later ones start, or that only downloads modules. */
export interface ToolRun {
  readonly run: Instruction;
  readonly builds: readonly GoBuild[];
  readonly programs: readonly Programs[];
  /** Where the rest of the RUN begins, which stays below the COPY. */
  readonly cut: GoBuilds['cut'];
}

/**
 * The builds of tools that follow a COPY, with nothing between that may not come before it, up to the last of them; why the
 * first is none.
 */
export function toolRunsAfter(
  { facts, stage, view, project }: Place,
  source: SourceCopy,
): readonly ToolRun[] | Refusal | undefined {
  const copy = source.instruction;
  const visible = new Set(view.visible.paths);
  const tools: ToolRun[] = [];
  for (const one of stage.instructions.filter(({ index }) => index > copy.index)) {
    if (one.keyword !== 'RUN') {
      if (!mayPass(facts, copy, one)) break;
      continue;
    }
    const found = goBuildsOf(facts, one);
    if (typeof found === 'string') {
      if (tools.length === 0) return refusal(facts, stage, one, found);
      break;
    }
    if (found === undefined || (found.cut !== undefined && isShipped(facts, stage))) break;
    const { builds, cut } = found;
    const programs = builds.map((build) => programsOf(facts, one, build, source, { project, visible }));
    const known = programs.filter((program) => program !== undefined);
    const outputs = known.flatMap(({ outputs: made }) => made);
    const after = one.index - (cut === undefined ? 0 : 1);
    if (known.length < programs.length || !outputs.every((path) => isStartedAfter(facts, stage, after, path))) break;
    tools.push({ run: one, builds, programs: known, cut });
    if (cut !== undefined) break;
  }
  return tools.slice(0, tools.findLastIndex((tool) => tool.programs.length > 0) + 1);
}

/** The reason where a RUN that is not followed builds what a later one starts. */
function refusal(facts: Facts, stage: Stage, run: Instruction, reason: string): Refusal | undefined {
  const { workdir } = facts.before(run)!;
  const named = [...argumentText(run).matchAll(/\s-o[\s=]+["']?([\w./-]*[\w-])["']?(?=\s|$)/g)];
  const paths = named.flatMap(([, path]) => resolvePath(path!, { cwd: workdir, home: undefined }) ?? []);
  return paths.some((path) => isStartedAfter(facts, stage, run.index - 1, path)) ? { reason, at: run } : undefined;
}

/** Whether a COPY may come after an instruction that is no RUN. */
function mayPass(facts: Facts, copy: Instruction, other: Instruction): boolean {
  if (other.keyword !== 'WORKDIR') return orderReason(facts, copy, other) === undefined;
  return argumentText(copy).split(/\s+/).at(-1)!.startsWith('/');
}

/** Whether somebody gets the image of a stage: there a RUN may make what a later part of it removes. */
function isShipped(facts: Facts, stage: Stage): boolean {
  return facts.target !== undefined && facts.heirs(stage).includes(facts.target);
}
