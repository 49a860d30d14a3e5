import type { Instruction, Stage } from '../../src/dockerfile/index.js';
import type { History } from '../../src/project/git-history.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { viewOf } from '../../src/project/view.js';
import {
  estimates,
  expectChanges,
  type Expectation,
  expectedSeconds,
  LONG_TOOLS,
  planBuild,
} from '../../src/replay/expected.js';
import { defineTransform, movesTo } from '../../src/transform/index.js';
import { cheapest, mayRise, type Raised } from './order.js';

export default defineTransform({
  meta: {
    name: 'order-by-change',
    summary: 'Put long steps above the files that change more often than theirs',
    why: 'Every step below a changed file runs again, so an install or a build rests longest above what changes more often than what it reads itself.',
    phase: 'order',
    after: ['copy-manifests-first', 'install-system-packages-first', 'narrow-copies', 'sink-volatile-args'],
    looksFor: [['COPY', 'ADD'], ['RUN'], LONG_TOOLS],
    level: 'review',
    assumes: ['what a build or an install runs of the project uses nothing outside of the folder that it is run in'],
    needs: ['project', 'history'],
    preset: 'default',
    sameAs: [],
    references: [
      'https://docs.docker.com/build/cache/optimize/#order-your-layers',
      'https://docs.docker.com/build/cache/invalidation/',
    ],
    options: {
      threshold: {
        default: 5,
        describe: 'the least part of the expected time to rebuild, in percent, that a move is made for',
      },
    },
  },
  find: (file, { facts, project, history, dockerfile, options, propose, decline }) => {
    if (!file.stages.some(runsBelowFiles)) return;
    const plan = planBuild(file, facts.inputs);
    const costs = estimates(plan);
    const stages = plan.stages.map(({ stage }) => stage);
    if (!stages.some(({ instructions }) => mayRise(facts, instructions.slice(1), costs))) return;
    const expected = expectChanges(plan, visibleHistory(history(), project, dockerfile));
    const { scenarios } = expected;
    const total = stages.reduce((sum, { instructions }) => sum + expectedSeconds(instructions, scenarios, costs), 0);
    const least = (total * options.threshold) / 100;
    for (const stage of stages) {
      if (facts.atEnd(stage).image.os === 'windows') continue;
      const found = cheapest(facts, stage.from, stage.instructions.slice(1), { scenarios, costs, least });
      for (const { step, reason } of found.held) decline(reason, step.span);
      if (found.raised.length === 0) continue;
      propose({
        at: found.raised[0]!.step.span,
        edits: movesTo(found.order, new Set(found.raised.flatMap(({ group }) => group))),
        level: 'review',
        what: found.raised
          .map(({ step, before }) => `move line ${step.lines.first} above line ${before.lines.first}`)
          .join(', '),
        evidence: found.raised.map((raised) => ({
          fact: `${nameOf(raised.before)} changes ${howOften(raised.before, expected)}, ${ownInput(raised, expected)}; neither reads or changes what the other does; an estimated ${Math.round((100 * raised.gain) / total)} % of the time to rebuild is saved`,
          span: raised.step.span,
        })),
      });
    }
  },
});

/** Whether a stage runs anything below a step that may read files of the context or of another stage. */
function runsBelowFiles({ instructions }: Stage): boolean {
  const first = instructions.findIndex(
    ({ keyword, flags }) => keyword === 'COPY' || keyword === 'ADD' || flags.some(({ name }) => name === 'mount'),
  );
  return first >= 0 && instructions.slice(first + 1).some(({ keyword }) => keyword === 'RUN');
}

/** What the last commits changed of the files that a build sees; undefined when that is not known. */
function visibleHistory(
  history: History | undefined,
  project: ProjectFacts | undefined,
  dockerfile: string | undefined,
): History | undefined {
  const view = project === undefined || history === undefined ? '' : viewOf(project, dockerfile);
  return typeof view === 'string' ? undefined : history!.map((paths) => paths.filter((path) => !view.ignored(path)));
}

function ownInput({ group }: Raised, expected: Expectation): string {
  const copies = group.filter((member) => expected.scenarios.some(({ own }) => own.has(member)));
  if (copies.length === 0) return `${nameOf(group.at(-1)!)} reads no files that change`;
  return copies.map((copy) => `${nameOf(copy)} ${howOften(copy, expected)}`).join(', ');
}

function howOften(instruction: Instruction, { scenarios, commits }: Expectation): string {
  const share = scenarios.reduce((sum, { share: one, own }) => sum + (own.has(instruction) ? one : 0), 0);
  return commits === undefined
    ? `in an assumed ${Math.round(share)} % of commits`
    : `in ${Math.round((share * commits) / 100)} of the last ${commits} commits`;
}

function nameOf({ keyword, lines }: Instruction): string {
  return `${keyword} at line ${lines.first}`;
}
