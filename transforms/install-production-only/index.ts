import { type Run, runsOf, type Use } from '../../src/cache-mounts/index.js';
import type { Stage } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';
import {
  type CopiedFile,
  developmentWord,
  devcontainerOf,
  readCopiedFiles,
  stageBuilder,
  startsOf,
} from '../../src/runtime/index.js';
import { defineTransform } from '../../src/transform/index.js';
import { copiedTo, neededWhereCopied } from './copied.js';
import { neededLater } from './later.js';
import { bundler } from './managers/bundler.js';
import { composer } from './managers/composer.js';
import { node } from './managers/node.js';
import { python } from './managers/python.js';
import type { Manager, Site } from './types.js';

const managers: readonly Manager[] = [node, composer, python, bundler];

export default defineTransform({
  meta: {
    name: 'install-production-only',
    summary: 'Install no development dependencies in the image that ships',
    why: 'Test runners, linters and compilers of the project are often more than half of what an install brings; an image that builds nothing needs none of them.',
    phase: 'stages',
    looksFor: [['npm', 'yarn', 'pnpm', 'composer', 'poetry', 'uv', 'pipenv', 'bundle', 'bundler']],
    level: 'unsafe',
    assumes: ['nobody runs tests or builds in the image, but for what files of the project say'],
    needs: ['project'],
    preset: 'default',
    sameAs: [],
    references: [
      'https://docs.npmjs.com/cli/commands/npm-ci#omit',
      'https://classic.yarnpkg.com/en/docs/cli/install#toc-yarn-install-production-true-false',
      'https://pnpm.io/cli/install#--prod--p',
      'https://getcomposer.org/doc/03-cli.md#install-i',
      'https://python-poetry.org/docs/managing-dependencies/#installing-group-dependencies',
      'https://docs.astral.sh/uv/concepts/projects/sync/',
      'https://bundler.io/guides/groups.html',
    ],
    options: {},
  },
  find: (_, { facts, project, dockerfile, propose, decline }) => {
    const { target } = facts;
    if (target === undefined) return;
    const known = new Map<Stage, Pick<Site, 'files' | 'starts'>>();
    const seen = (stage: Stage): Pick<Site, 'files' | 'starts'> => {
      let found = known.get(stage);
      if (found === undefined) known.set(stage, (found = readImage(facts, stage, target, project, dockerfile)));
      return found;
    };
    for (const run of runsOf(facts)) {
      for (const use of run.uses) {
        const manager = managers.find((one) => one.installs(run, use));
        const inImage = facts.heirs(run.stage).includes(target);
        if (manager === undefined || !(inImage || manager === composer)) continue;
        const ships = inImage ? use.place.cwd : copiedTo(facts, run, use.place.cwd ?? '', target);
        if (!inImage && ships === undefined) continue;
        const site = siteOf(facts, run, use, target, project, seen, ships);
        const answer =
          typeof site === 'string'
            ? site
            : ((inImage
                ? neededLater(facts, run, use, manager, site.folder, target)
                : neededWhereCopied(facts, run, use, manager, target)) ??
              developedIn(site, dockerfile) ??
              manager.answer(site));
        if (answer === undefined) continue;
        if (typeof answer === 'string') {
          decline(answer, run.instruction.span);
          continue;
        }
        propose({
          at: run.instruction.span,
          edits: answer.edits,
          level: answer.isGuess === true ? 'unsafe' : 'review',
          what: `install no development dependencies (${answer.by})`,
          evidence: [
            { fact: answer.fact },
            { fact: 'nothing that is built after the install runs a tool of the project', span: run.instruction.span },
          ],
          announces: answer.announces,
        });
      }
    }
  },
});

/** Who builds the stage of an install, or one on the way to the image, to work in it. */
function developedIn({ facts, run, project, target }: Site, dockerfile: string | undefined): string | undefined {
  const word = dockerfile && developmentWord(dockerfile);
  if (word) return `${dockerfile!} is for those who develop or test, as “${word}” in its name says`;
  if (project === undefined) return undefined;
  const line = facts.lineage(target);
  for (const stage of line.slice(line.indexOf(run.stage), -1)) {
    const builder = stageBuilder(project.context, stage);
    if (builder !== undefined) return `${builder} builds the stage ${stage.name!} for itself`;
  }
  const container = devcontainerOf(project.context, dockerfile);
  return container === undefined ? undefined : `${container} has people work in this image`;
}

/** The files that are copied to an image and to the stage of an install, and what starts in the image. */
function readImage(
  facts: Facts,
  stage: Stage,
  target: Stage,
  project: ProjectFacts | undefined,
  dockerfile: string | undefined,
): Pick<Site, 'files' | 'starts'> {
  const files = new Map<string, CopiedFile>();
  for (const one of new Set([...facts.lineage(stage), ...facts.lineage(target)]))
    for (const [path, copied] of readCopiedFiles(facts, one, project, dockerfile).files) files.set(path, copied);
  return { files, starts: startsOf(facts, target) };
}

function siteOf(
  facts: Facts,
  run: Run,
  use: Use,
  target: Stage,
  project: ProjectFacts | undefined,
  seen: (stage: Stage) => Pick<Site, 'files' | 'starts'>,
  ships: string | undefined,
): Site | string {
  const folder = use.place.cwd;
  if (use.script === undefined) return 'the RUN is in a form that is not edited';
  if (folder === undefined) return 'the folder that it installs in is not known';
  return { facts, run, use, project, folder, ships: ships ?? folder, target, ...seen(run.stage) };
}
