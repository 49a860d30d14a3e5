import type { Dockerfile, Instruction, Stage } from '../../src/dockerfile/index.js';
import { defineTransform, type FileEdit } from '../../src/transform/index.js';
import { PROGRAMS } from './managers/index.js';
import { listed } from './managers/shared.js';
import { assumedDirectory, withDefaults } from './default-arguments.js';
import { loneView, NOT_KNOWN } from './lone.js';
import { obstacle, toKeepOut } from './overwriting.js';
import type { Plan } from './plan.js';
import { isShipped } from './run-parts.js';
import { ignoreLines, type View, viewOf, withLines } from '../../src/project/view.js';
import { type Inherited, planStage } from './walk-stage.js';
import { editsOf } from './write.js';

export default defineTransform({
  meta: {
    name: 'copy-manifests-first',
    summary: 'Copy manifests and install before copying the source',
    why: 'A COPY of the whole source before an install makes every edit download and install everything anew; with only the manifests copied first, the install is cached until they change.',
    phase: 'order',
    looksFor: [['COPY', 'ADD'], PROGRAMS],
    level: 'review',
    assumes: [
      'folders that installs fill, such as node_modules, are not wanted from the build context',
      'scripts of package.json, and builds and tests of .NET, neither change what another install reads nor look at what it fills',
      'without the project: requirements files that pip is given include no others and nothing local',
    ],
    needs: ['project'],
    preset: 'default',
    sameAs: [],
    references: [
      'https://docs.docker.com/build/cache/optimize/#order-your-layers',
      'https://docs.docker.com/build/building/best-practices/#sort-multi-line-arguments',
    ],
    options: {},
  },
  find: (file, { facts: certain, project, dockerfile, propose, decline }) => {
    const crowded = file.stages.find(({ instructions }) => instructions.filter(isCopy).length > MOST_COPIES);
    if (crowded !== undefined) {
      decline(`more than ${MOST_COPIES} COPYs in this stage`, crowded.from.span);
      return;
    }
    if (!mayInstallBelowCopy(file)) return;
    const facts = withDefaults(certain);
    const view = project === undefined ? loneView(facts) : viewOf(project, dockerfile);
    if (typeof view === 'string') return;
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
            (step !== undefined && (isShipped(facts, plan) || step.level === 'review'))
              ? 'review'
              : 'safe',
          what: whatOf(plan),
          evidence: evidenceOf(plan, folders),
          group: `${nameOf(stage)} ${index}`,
        });
      }
    }
  },
});

/** How many COPYs of a stage are weighed against each of its RUNs: a longer file would take time out of proportion. */
const MOST_COPIES = 200;

function isCopy({ keyword }: Instruction): boolean {
  return keyword === 'COPY' || keyword === 'ADD';
}

const PROGRAM = new RegExp(String.raw`(?<![\w+-])(?:${PROGRAMS.join('|')})(?![\w+-])`);

/** Whether a RUN below some COPY has the name of a manager's program. */
function mayInstallBelowCopy(file: Dockerfile): boolean {
  const first = file.instructions.findIndex(isCopy);
  return file.instructions.some(
    ({ keyword, index, logical, heredocs }) =>
      keyword === 'RUN' &&
      index > first &&
      (PROGRAM.test(logical.text) || heredocs.some(({ body }) => PROGRAM.test(file.slice(body)))),
  );
}

function nameOf(stage: Stage): string {
  return `manifests of stage ${stage.index}`;
}

function ignoreEdit(view: View, folders: ReadonlySet<string>): FileEdit {
  return { path: view.ignoreFile, before: view.ignoreText, after: withLines(view, ignoreLines([...folders])) };
}

function whatOf({ installs, download }: Plan): string {
  const managers = [
    ...new Set([
      ...installs.map(({ needs }) => needs.manager),
      ...(download === undefined ? [] : [download.step.manager]),
    ]),
  ];
  return `copy what ${managers.join(' and ')} reads first, the rest after ${download === undefined ? 'the install' : 'the download'}`;
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
