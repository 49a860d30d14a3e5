import type { Instruction } from '../../src/dockerfile/index.js';
import { goClosure } from '../../src/project/go-closure.js';
import { siblingThatCopies } from '../../src/project/view.js';
import { broughtBefore } from './before.js';
import { outputObstacle, toKeepOut } from './outputs.js';
import { beyondManifests, type Parts, partsOf } from './parts.js';
import type { SourceCopy } from './source.js';
import { oddStage } from './stage.js';
import { mayHoldCommit } from './stamps.js';
import { isHandedOn } from './started.js';
import { type Place, type Refusal, type ToolRun, toolRunsAfter } from './tool-runs.js';

/** Builds of tools that go above a COPY, for which a part of it is enough. */
export interface Plan {
  readonly source: SourceCopy;
  readonly runs: readonly Instruction[];
  /** The first of them that builds: those before it only download modules. */
  readonly firstBuild: Instruction;
  /** Where the last of them goes on with something else. */
  readonly cut: ToolRun['cut'];
  readonly programs: readonly string[];
  readonly parts: Parts;
  /** Those of its lines that come below a download of modules. */
  readonly late: Parts['lines'];
  /** Programs that the ignore file has to keep out, so that the COPY brings none of the host's over those that are built. */
  readonly keepOut: readonly string[];
  /** Why the programs may come out otherwise in a way that nothing of the image shows. */
  readonly doubt: string | undefined;
  readonly evidence: string;
}

/** What to do about one COPY of source; undefined where no build of a tool comes right after it. */
export function planTools(place: Place, source: SourceCopy): Plan | Refusal | undefined {
  const { facts, stage, view, project, dockerfile } = place;
  const tools = toolRunsAfter(place, source);
  if (tools === undefined || 'reason' in tools) return tools;
  if (tools.length === 0) return undefined;
  const runs = tools.map(({ run }) => run);
  const at = runs[0]!;
  const programs = tools.flatMap((tool) => tool.programs);
  const outputs = programs.flatMap((one) => one.outputs);
  const obstacle = oddStage(place, source, runs);
  if (obstacle !== undefined) return { reason: obstacle, at };
  const [module, other] = new Set(programs.map((one) => one.module));
  if (other !== undefined) return { reason: 'programs of several modules are built', at };
  const closure = goClosure(
    project,
    view.visible.paths,
    module!,
    programs.flatMap(({ packages }) => packages),
  );
  if (typeof closure === 'string') return { reason: closure, at };
  const brought = broughtBefore(
    facts,
    stage,
    source,
    { project, dockerfile },
    runs.at(-1)!,
    new Set([source.instruction, ...runs]),
  );
  if (typeof brought === 'string') return { reason: brought, at };
  const parts = partsOf(closure, module!, view.visible.paths, source, brought);
  if (typeof parts === 'string') return { reason: parts, at };
  if (!parts.left.some((path) => !isAside(path))) return undefined;
  const hit = outputs.map((path) => outputObstacle(place, source, path, at)).find((one) => one !== undefined);
  if (hit !== undefined) return { reason: hit, at };
  const keepOut = toKeepOut(place, source, outputs);
  const sibling = keepOut.length === 0 ? undefined : siblingThatCopies(project.context, keepOut);
  if (sibling !== undefined)
    return { reason: `${view.ignoreFile} would have to keep out ${keepOut.join(', ')}: ${sibling}`, at };
  const stamped =
    tools.some(({ builds }) => builds.some((one) => !one.leavesCommitOut)) && mayHoldCommit(facts, stage, view, source);
  if (stamped && outputs.some((path) => isHandedOn(facts, stage, path)))
    return { reason: 'go build writes the commit into a program that is handed on, which it reads from .git', at };
  if (stamped && closure.asksBuild !== undefined)
    return { reason: `${closure.asksBuild} reads the commit that go build takes from .git`, at };
  const firstBuild = tools.find((tool) => tool.programs.length > 0)!.run;
  const isOwn = closure.external.length === 0 && programs.every(({ packages }) => packages.length > 0);
  const read = [...new Set([...closure.folders.keys(), ...closure.files])].map((path) =>
    path === '' ? 'the root' : path,
  );
  return {
    source,
    runs,
    firstBuild,
    cut: tools.at(-1)!.cut,
    programs: outputs,
    parts,
    late: firstBuild === runs[0] ? [] : beyondManifests(parts, closure, brought),
    keepOut,
    doubt: stamped && !isOwn ? 'modules from elsewhere may tell the commit that Go writes into the program' : undefined,
    evidence: `${outputs.map((path) => path.slice(path.lastIndexOf('/') + 1)).join(' and ')} ${outputs.length > 1 ? 'are' : 'is'} built of ${read.slice(0, 6).join(', ') || 'other modules'}, and started later in the build`,
  };
}

/** Files at the root that come and go without a reason to build. */
function isAside(path: string): boolean {
  return /^(?:\.[^/]+(?:\/.*)?|[Dd]ockerfile[^/]*|[^/]*\.(?:md|ya?ml)|LICENSE[^/]*|Makefile)$/.test(path);
}
