import { type CacheManager, type Prepare, proposeAllMounts } from '../../src/cache-mounts/index.js';
import { defineTransform } from '../../src/transform/index.js';
import { prepareApk } from './apk.js';
import { prepareApt } from './apt.js';
import { prepareGo } from './go.js';
import { apk, apt, go, npm, pip } from './managers.js';

const managers: readonly (readonly [CacheManager, Prepare?])[] = [
  [apt, prepareApt],
  [apk, prepareApk],
  [npm],
  [pip],
  [go, prepareGo],
];

export default defineTransform({
  meta: {
    name: 'mount-package-caches',
    summary: 'Keep package downloads in cache mounts',
    why: 'A cache mount keeps downloaded packages between builds, so a changed manifest downloads only what is new, and none of it lands in the image.',
    phase: 'install',
    level: 'unsafe',
    assumes: [
      'for a base image that is not in our tables: its HOME and environment leave the cache folder at its default',
    ],
    needs: [],
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
