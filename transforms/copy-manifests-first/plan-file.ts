import type { Span, Stage } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { FileEdit, Proposal } from '../../src/transform/index.js';
import { listed } from './managers/shared.js';
import { assumedDirectory, withDefaults } from './default-arguments.js';
import { NOT_KNOWN } from './lone.js';
import { obstacle, toKeepOut } from './overwriting.js';
import type { Plan } from './plan.js';
import { isShipped } from './run-parts.js';
import { ignoreLines, type View, withLines } from '../../src/project/view.js';
import { type Inherited, planStage } from './walk-stage.js';
import { editsOf } from './write.js';

/** What to change in a file, and what was seen and left. */
export interface FilePlan {
  readonly proposals: readonly Proposal[];
  readonly declines: readonly { readonly reason: string; readonly at: Span }[];
}

/**
 * Looks at all stages of a file.
 * @param certain the facts that hold for every build; of `given` are the values of arguments
 */
export function planFile(certain: Facts, given: Facts, view: View): FilePlan {
  const facts = withDefaults(given);
  const { file } = facts;
  const proposals: Proposal[] = [];
  const declined: { reason: string; at: Span }[] = [];
  const propose = (proposal: Proposal): void => void proposals.push(proposal);
  const decline = (reason: string, at: Span): void => void declined.push({ reason, at });
  const ignored = new Set<string>();
  const ends: Inherited[] = [];
  for (const stage of file.stages) {
    const image = facts.atEnd(stage).image;
    if (image.os === 'windows' || image.onbuild) continue;
    const walked = planStage(facts, stage, view, stage.parent === undefined ? undefined : ends[stage.parent]);
    ends[stage.index] = walked;
    const { plans, declines } = walked;
    for (const { reason, at } of declines) decline(view.lone ? NOT_KNOWN : reason, at.span);
    for (const [index, plan] of plans.entries()) {
      const refused = obstacle(plan, view);
      const edits = refused === undefined ? editsOf(file, facts, plan, view) : { reason: refused };
      if ('reason' in edits) {
        decline(edits.reason, plan.after.span);
        continue;
      }
      const places = [plan.after, ...plan.deferred.map(({ instruction }) => instruction)];
      const assumed = places.flatMap((place) => assumedDirectory(certain, facts, place) ?? []);
      if (edits.some(({ text }) => assumed.some((folder) => text.includes(folder)))) {
        decline('the directory would have to be spelt out, and an argument names it', plan.after.span);
        continue;
      }
      const folders = toKeepOut(plan, view);
      const maybe = plan.installs.some(({ command }) => command.conditional);
      if (folders.length > 0 && (view.lone || maybe)) {
        const wanted = `${folders[0]!} of the build context may be wanted where the install is skipped`;
        decline(view.lone ? NOT_KNOWN : wanted, plan.after.span);
        continue;
      }
      for (const folder of folders) ignored.add(folder);
      const step = plan.download?.step;
      propose({
        at: plan.deferred[0]!.instruction.span,
        edits,
        files: folders.length === 0 ? [] : [ignoreEdit(view, ignored)],
        level:
          view.lone ||
          folders.length > 0 ||
          plan.over !== undefined ||
          (step !== undefined && isShipped(facts, plan)) ||
          [step, ...plan.installs.map(({ needs }) => needs)].some((needs) => needs?.level === 'review')
            ? 'review'
            : 'safe',
        what: whatOf(plan),
        evidence: evidenceOf(plan, folders),
        group: `${nameOf(stage)} ${index}`,
      });
    }
  }
  return { proposals, declines: declined };
}

function nameOf(stage: Stage): string {
  return `manifests of stage ${stage.index}`;
}

function ignoreEdit(view: View, folders: ReadonlySet<string>): FileEdit {
  return { path: view.ignoreFile, before: view.ignoreText, after: withLines(view, ignoreLines(view, [...folders])) };
}

function whatOf({ installs, download }: Plan): string {
  const managers = [
    ...new Set([
      ...installs.map(({ needs }) => needs.manager),
      ...(download === undefined ? [] : [download.step.manager]),
    ]),
  ];
  return `copy what ${managers.join(' and ')} ${managers.length > 1 ? 'read' : 'reads'} first, the rest after ${download === undefined ? 'the install' : 'the download'}`;
}

function evidenceOf({ installs, download, over }: Plan, folders: readonly string[]): readonly { fact: string }[] {
  const facts = [
    ...installs.map(({ needs }) => needs.evidence),
    ...(download === undefined ? [] : [download.step.evidence]),
  ];
  const kept =
    folders.length === 0
      ? []
      : [`the later COPY would bring ${listed(folders)} of the host, so the ignore file names it`];
  const passed = (over ?? []).map(
    ({ lines }) => `RUN at line ${lines.first} runs scripts of the project, which have nothing to do with it`,
  );
  return [...new Set([...facts, ...kept, ...passed])].map((fact) => ({ fact }));
}
