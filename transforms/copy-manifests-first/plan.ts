import { argumentText, type Instruction, type Stage } from '../../src/dockerfile/index.js';
import { effectsOf, type Facts, globsMeet } from '../../src/facts/index.js';
import { type ContextCopy, readCopy, workdirs } from './copies.js';
import { type CopiedFiles, isSystem } from './commands.js';
import { managerOf } from './managers/index.js';
import type { Download } from './managers/types.js';
import { type Blocked, imagePaths, type Install, type RunScan, scanRun } from './scan-run.js';
import type { View } from './view.js';
import { readInvocation } from '../../src/shell/index.js';

/** One rewrite of a stage: COPYs that come after an install, but for the files that it reads. */
export interface Plan {
  /** COPYs that go below `after`, in order. */
  readonly deferred: readonly ContextCopy[];
  /** Image paths that the installs read. */
  readonly needed: ReadonlySet<string>;
  readonly installs: readonly Install[];
  /** The instruction that the COPYs go below; with `split`, the part of it before the command goes first. */
  readonly after: Instruction;
  readonly split: { readonly scan: RunScan; readonly blocked: Blocked } | undefined;
  /** A step to be added before the source. */
  readonly download: { readonly step: Download; readonly before: Instruction } | undefined;
}

export interface StagePlans {
  readonly plans: readonly Plan[];
  readonly declines: readonly { readonly reason: string; readonly at: Instruction }[];
}

interface Accepted {
  readonly instruction: Instruction;
  readonly scan: RunScan;
}

/** Instructions that change nothing that a COPY of context files depends on, or that depends on it. */
const NEUTRAL =
  /^(?:ENV|ARG|USER|WORKDIR|LABEL|EXPOSE|CMD|ENTRYPOINT|HEALTHCHECK|STOPSIGNAL|ONBUILD|SHELL|MAINTAINER)$/;

/** Walks a stage from its first COPY of context files to its end, and cuts it where something needs the source. */
export function planStage(facts: Facts, stage: Stage, view: View): StagePlans {
  const present = new Map<string, string>();
  const homes = workdirs(facts, stage);
  const folders = new Set(homes);
  const declines: { reason: string; at: Instruction }[] = [];
  const plans: Plan[] = [];
  let open: ContextCopy[] = [];
  let accepted: Accepted[] = [];
  /** Why COPYs further up must stay where they are. */
  let held: { readonly reason: string; readonly copies: readonly ContextCopy[] } | undefined;

  const close = (reason: string, at: Instruction, blocked?: { scan: RunScan; blocked: Blocked }): void => {
    const last = accepted.findLast(({ scan }) => scan.installs.length > 0);
    const splits = blocked !== undefined && blocked.scan.installs.length > 0;
    const download = blocked?.blocked.download;
    const upTo = splits ? accepted : last === undefined ? [] : accepted.slice(0, accepted.indexOf(last) + 1);
    const used = splits ? [...upTo, { instruction: at, scan: blocked.scan }] : upTo;
    const limit = used.at(-1)?.instruction.index ?? -1;
    let needed = new Set(used.flatMap(({ scan }) => [...scan.needed]));
    const rest = (copies: readonly ContextCopy[]): readonly ContextCopy[] =>
      copies.filter((copy) => [...copy.files.keys()].some((path) => !needed.has(path)));
    if (!splits && typeof download === 'object' && open.length > 0 && !downloaded(facts, stage, at, download)) {
      const paths = imagePaths(view.project.context, present, download);
      if (typeof paths === 'string') declines.push({ reason: paths, at });
      else {
        needed = new Set([...accepted.flatMap(({ scan }) => [...scan.needed]), ...paths]);
        const changed = new Set(accepted.flatMap(({ scan }) => [...scan.changed]));
        const deferred = rest(open).filter(
          ({ files }) => ![...files.keys()].some((path) => changed.has(path) || isSystem(path, homes)),
        );
        const installs = accepted.flatMap(({ scan }) => scan.installs);
        if (deferred.length > 0 && paths.length > 0)
          plans.push({
            deferred,
            needed,
            installs,
            after: at,
            split: undefined,
            download: { step: download, before: at },
          });
      }
    } else {
      const changed = new Set(used.flatMap(({ scan }) => [...scan.changed]));
      const fixed = (path: string): boolean => changed.has(path) || isSystem(path, homes);
      const late = rest(open.filter(({ instruction }) => instruction.index < limit));
      const deferred = late.filter(({ files }) => ![...files.keys()].some(fixed));
      for (const copy of late.filter((one) => !deferred.includes(one))) {
        const path = [...copy.files.keys()].find((one) => changed.has(one));
        const reason =
          path === undefined
            ? `${[...copy.files.keys()].find(fixed)!} lies where programs look for what they load`
            : `a RUN changes ${path}, which a later COPY would bring back`;
        declines.push({ reason, at: copy.instruction });
      }
      if (deferred.length > 0)
        plans.push({
          deferred,
          needed,
          installs: used.flatMap(({ scan }) => scan.installs),
          after: used.at(-1)!.instruction,
          split: splits ? blocked : undefined,
          download: undefined,
        });
      if (typeof download === 'string' && rest(open).length > 0 && !splits && !fetched(facts, stage, at))
        declines.push({ reason: download, at });
    }
    if (blocked?.blocked.install === true && typeof download !== 'object') {
      const waiting = rest(open);
      if (waiting.length > 0) declines.push({ reason: blocked.blocked.reason, at });
    }
    if (open.length > 0)
      held = { reason: `line ${at.lines.first}: ${reason}`, copies: [...(held?.copies ?? []), ...open] };
    open = [];
    accepted = [];
  };

  for (const instruction of stage.instructions.slice(1)) {
    if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
      const copy = readCopy(facts, instruction, view.visible, (path) => folders.has(path));
      if (typeof copy === 'string') {
        close(copy, instruction);
        continue;
      }
      if (copy === undefined) {
        const meets = effectsOf(facts, instruction).writes.find((glob) =>
          open.some(({ files }) => [...files.keys()].some((path) => globsMeet(glob, path))),
        );
        if (meets !== undefined) close(`it writes ${meets}`, instruction);
        continue;
      }
      open.push(copy);
      for (const [path, from] of copy.files) {
        present.set(path, from);
        for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) folders.add(path.slice(0, at));
      }
    } else if (instruction.keyword === 'RUN') {
      if (open.length === 0 && held === undefined) continue;
      const copied: CopiedFiles[] = open.map(({ target, files, folders: whole }) => ({
        target,
        paths: [...files.keys()],
        folders: whole.map(({ to }) => to),
      }));
      const system = open.flatMap(({ files }) => [...files.keys()].filter((path) => isSystem(path, homes)));
      const world = { facts, project: view.project, present, open: copied, ignored: view.ignored, system };
      const scan = scanRun(world, instruction);
      if (scan.blocked !== undefined) close(scan.blocked.reason, instruction, { scan, blocked: scan.blocked });
      else accepted.push({ instruction, scan });
      const stays = held?.copies.filter(({ files }) => [...files.keys()].some((path) => !scan.needed.has(path))) ?? [];
      if (
        scan.installs.length > 0 &&
        plans.length === 0 &&
        stays.length > 0 &&
        !held!.reason.startsWith(`line ${instruction.lines.first}:`)
      )
        declines.push({ reason: held!.reason, at: instruction });
    } else if (!NEUTRAL.test(instruction.keyword) || changesWords(instruction, open)) {
      if (open.length > 0) close(`${instruction.keyword} stands between`, instruction);
    }
  }
  if (open.length > 0) close('the stage ends', stage.instructions.at(-1)!);
  return { plans, declines };
}

/** Whether an ENV or ARG may change what the words of a COPY further up mean. */
function changesWords({ keyword }: Instruction, open: readonly ContextCopy[]): boolean {
  return (
    /^(?:ENV|ARG)$/.test(keyword) &&
    open.some(
      ({ instruction }) =>
        argumentText(instruction).includes('$') || instruction.flags.some(({ value }) => value?.includes('$')),
    )
  );
}

/** Whether a step that downloads the same stands further up, in this stage or in one that it starts from, or a mount keeps it. */
function downloaded(facts: Facts, stage: Stage, at: Instruction, { done, mounted }: Download): boolean {
  if (
    at.flags.some(({ name, value }) => name === 'mount' && /type=cache/.test(value ?? '') && mounted.test(value ?? ''))
  )
    return true;
  for (
    let from: Stage | undefined = stage;
    from !== undefined;
    from = from.parent === undefined ? undefined : facts.file.stages[from.parent]
  ) {
    if (
      from.instructions.some(
        (one) => one.keyword === 'RUN' && one.index < at.index && done.test(one.logical.text.replace(/\s+/g, ' ')),
      )
    )
      return true;
  }
  return false;
}

/** Whether a RUN further up in the stage has the manager do something already: then it has downloaded. */
function fetched(facts: Facts, stage: Stage, at: Instruction): boolean {
  const managersIn = (instruction: Instruction) => {
    const body = facts.body(instruction);
    return (body.kind === 'script' ? body.script.commands : []).flatMap(
      (command) => managerOf(readInvocation(command).tool) ?? [],
    );
  };
  const own = managersIn(at);
  return stage.instructions.some(
    (one) => one.keyword === 'RUN' && one.index < at.index && managersIn(one).some((manager) => own.includes(manager)),
  );
}
