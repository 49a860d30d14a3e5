import { argumentText } from '../../src/dockerfile/index.js';
import { viewOf, withLines } from '../../src/project/view.js';
import { defineTransform } from '../../src/transform/index.js';
import { changesAsOften } from './often.js';
import { planTools } from './plan.js';
import { readSourceCopy } from './source.js';
import { editsOf } from './write.js';

export default defineTransform({
  meta: {
    name: 'build-tools-first',
    summary: 'Build the tools of a build before copying the source',
    why: 'A tool that is built after a COPY of the whole source is built anew at every change; with only what it is made of copied first, it stays cached until that changes.',
    phase: 'order',
    after: ['copy-manifests-first', 'narrow-copies'],
    looksFor: [['COPY', 'ADD'], ['go']],
    level: 'review',
    assumes: [
      'programs that a build makes for itself, such as ./bin/generate, are not wanted from the build context',
      'a module from elsewhere that is a part of such a program writes nothing of the commit that Go tells it into what it makes',
    ],
    needs: ['project', 'history'],
    preset: 'default',
    sameAs: [],
    references: [
      'https://docs.docker.com/build/cache/optimize/#order-your-layers',
      'https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies',
      'https://pkg.go.dev/embed',
    ],
    options: {},
  },
  find: (file, { facts, project, history, dockerfile, propose, decline }) => {
    if (project === undefined || project.go.length === 0) return;
    const view = viewOf(project, dockerfile);
    if (typeof view === 'string') return;
    const kept = new Set<string>();
    for (const stage of file.stages) {
      const place = { facts, stage, view, project, dockerfile };
      // The last first: those that go below the same build keep their order.
      for (const copy of stage.instructions.toReversed()) {
        const source = readSourceCopy(facts, view, copy);
        const plan = source === undefined ? undefined : planTools(place, source);
        if (plan === undefined) continue;
        if ('reason' in plan) {
          decline(plan.reason, plan.at.span);
          continue;
        }
        const often = changesAsOften(history(), view, plan);
        if (often !== undefined) {
          decline(often, copy.span);
          continue;
        }
        for (const path of plan.keepOut) kept.add(path);
        propose({
          at: copy.span,
          edits: editsOf(file, plan),
          files:
            plan.keepOut.length === 0
              ? []
              : [
                  {
                    path: view.ignoreFile,
                    before: view.ignoreText,
                    after: withLines(
                      view,
                      [...kept].sort().map((path) => `/${path}`),
                    ),
                  },
                ],
          level: plan.keepOut.length > 0 || plan.doubt !== undefined ? 'review' : 'safe',
          what: `build ${plan.programs.map((path) => path.slice(path.lastIndexOf('/') + 1)).join(' and ')} before ${copy.keyword} ${argumentText(copy)}`,
          evidence: [
            { fact: plan.evidence, span: plan.runs[0]!.span },
            ...(plan.doubt === undefined ? [] : [{ fact: plan.doubt }]),
            ...(plan.keepOut.length === 0
              ? []
              : [
                  {
                    fact: `the later COPY would bring ${plan.keepOut.join(', ')} of the host, so the ignore file names it`,
                  },
                ]),
          ],
        });
        break;
      }
    }
  },
});
