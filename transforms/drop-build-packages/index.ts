import { type Run, runsOf } from '../../src/cache-mounts/index.js';
import { defineTransform } from '../../src/transform/index.js';
import { runMayBuild } from './builders.js';
import { hasCompilers } from '../../src/bases/index.js';
import { removal } from './rewrite.js';
import { needAtRunTime, usedLater } from './runtime.js';
import { type Site, sitesOf } from './sites.js';

export default defineTransform({
  meta: {
    name: 'drop-build-packages',
    summary: 'Remove compilers and headers in the RUN that needed them',
    why: 'Compilers and headers that only an installation needs are often the largest part of an image; removed in the RUN that installed them they never enter it.',
    phase: 'install',
    after: ['merge-update-and-install', 'merge-cleanup-into-layer'],
    looksFor: [['apt', 'apt-get', 'aptitude', 'apk']],
    level: 'unsafe',
    assumes: [
      'nothing that the image runs compiles, and base images that are not known have no compilers of their own',
    ],
    needs: ['project'],
    preset: 'default',
    sameAs: [],
    references: ['https://docs.docker.com/build/building/best-practices/#run'],
    options: {},
  },
  find: (_, { facts, project, dockerfile, propose, decline }) => {
    const runs = runsOf(facts);
    const refuse = (reason: string, run: Run): void => decline(reason, run.instruction.span);
    for (const site of sitesOf(facts, runs, refuse)) {
      const run = site.runs.at(-1)!;
      const need = needAtRunTime(facts, site, project, dockerfile);
      const later = usedLater(facts, runs, site, runMayBuild);
      const reason =
        need.reason ??
        (later === undefined ? undefined : `line ${later.instruction.lines.first} may build, too`) ??
        alreadyThere(site);
      if (reason !== undefined) {
        refuse(reason, run);
        continue;
      }
      const found = removal(facts, site);
      if (typeof found === 'string') {
        refuse(found, run);
        continue;
      }
      const named = [
        ...new Set(
          site.installs.flatMap(({ packages }) =>
            packages.filter(({ kind }) => kind === 'build').map(({ name }) => name),
          ),
        ),
      ];
      const missing = need.missing ?? unknownBase(site);
      propose({
        at: site.runs[0]!.instruction.span,
        edits: found.edits,
        level: missing === undefined ? 'review' : 'unsafe',
        what: `remove ${named.join(', ')} when the build is done`,
        announces: [
          { kind: 'packages', effect: 'removed', manager: site.family === 'alpine' ? 'apk' : 'apt', names: named },
        ],
        evidence: [
          { fact: 'no later step builds', span: run.instruction.span },
          ...(missing === undefined ? [] : [{ fact: missing }]),
        ],
      });
    }
  },
});

/** Why removing would take nothing from the image: the base has the compilers. */
function alreadyThere({ family, runs }: Site): string | undefined {
  const { image } = runs[0]!.state;
  return image.commands.includes('gcc') && !hasCompilers({ family, release: image.release, image: image.image })
    ? `${image.image} has compilers and headers itself`
    : undefined;
}

/** Whether a package that goes by name may have come with the base image. */
function unknownBase({ family, runs, installs }: Site): string | undefined {
  const { image } = runs[0]!.state;
  const alone = installs.every(({ packages }) => packages.every(({ kind }) => kind === 'build'));
  const byName = family === 'debian' || !(alone && installs.length === 1);
  return byName && !image.official ? `${image.image} may have these packages itself` : undefined;
}
