import { type CacheManager, type Prepare, proposeAllMounts } from '../../src/cache-mounts/index.js';
import { defineTransform } from '../../src/transform/index.js';
import { prepareApk } from './apk.js';
import { prepareApt } from './apt.js';
import { prepareNpm } from './fetched-at-start.js';
import { prepareGo } from './go.js';
import { prepareBun, preparePnpm, prepareUv } from './linked.js';
import { cargo, go, gradle, maven, nuget, sbt } from './managers/compiled.js';
import { berry, bun, nodeGyp, npm, pnpm, yarn } from './managers/node.js';
import { bundler, composer, gem, hex, rebar3 } from './managers/others.js';
import { conda, pdm, pip, pipenv, poetry, uv } from './managers/python.js';
import { apk, apt, dnf, dnf5, yum, zypper } from './managers/system.js';
import { compilesWithGyp } from './node-gyp.js';
import { prepareConda, prepareGradle, prepareMaven, prepareNuget, prepareRuby } from './others.js';
import { prepareRpm, prepareZypper } from './rpm.js';
import { isBerry, isClassic, prepareBerry } from './yarn.js';

/** Every manager, with what it needs beyond its table. */
export const managers: readonly (readonly [CacheManager, Prepare?])[] = [
  [apt, prepareApt],
  [apk, prepareApk],
  [yum, prepareRpm('yum')],
  [dnf, prepareRpm('dnf')],
  [dnf5, prepareRpm('dnf5')],
  [zypper, prepareZypper],
  [npm, prepareNpm],
  [{ ...yarn, applies: isClassic }],
  [{ ...berry, applies: isBerry }, prepareBerry],
  [pnpm, preparePnpm],
  [bun, prepareBun],
  [{ ...nodeGyp, applies: compilesWithGyp }],
  [pip],
  [uv, prepareUv],
  [poetry],
  [pipenv],
  [pdm],
  [conda, prepareConda],
  [go, prepareGo],
  [cargo],
  [maven, prepareMaven],
  [gradle, prepareGradle],
  [sbt],
  [nuget, prepareNuget],
  [composer],
  [bundler, prepareRuby],
  [gem, prepareRuby],
  [hex],
  [rebar3],
];

export default defineTransform({
  meta: {
    name: 'mount-package-caches',
    summary: 'Keep package downloads in cache mounts',
    why: 'A cache mount keeps downloaded packages between builds, so a changed manifest downloads only what is new, and none of it lands in the image.',
    phase: 'install',
    local: true,
    saysMore: true,
    after: ['merge-update-and-install'],
    looksFor: [
      [
        'apt',
        'apt-get',
        'aptitude',
        'apk',
        'yum',
        'dnf',
        'dnf-3',
        'dnf5',
        'zypper',
        'npm',
        'yarn',
        'pnpm',
        'yarnpkg',
        'bun',
        'pip',
        'pip2',
        'pip3',
        'pip-2',
        'pip-3',
        'pip-python',
        'pip-python2',
        'pip-python3',
        'pip-python-2',
        'pip-python-3',
        'uv',
        'poetry',
        'pipenv',
        'pdm',
        'conda',
        'mamba',
        'go',
        'cargo',
        'mvn',
        'mvnw',
        'mvnd',
        'gradle',
        'gradlew',
        'sbt',
        'dotnet',
        'composer',
        'bundle',
        'bundler',
        'gem',
        'mix',
        'rebar3',
      ],
    ],
    level: 'unsafe',
    assumes: [
      'for a base image that is not in our tables: its HOME and environment leave the cache folder at its default',
    ],
    needs: ['project'],
    preset: 'default',
    sameAs: ['tally/prefer-package-cache-mounts'],
    references: [
      'https://docs.docker.com/reference/dockerfile/#run---mounttypecache',
      'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
    ],
    options: {},
  },
  find: (_file, context) => proposeAllMounts(context, managers),
});
