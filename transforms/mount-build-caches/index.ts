import { type CacheManager, type Prepare, proposeAllMounts } from '../../src/cache-mounts/index.js';
import { defineTransform } from '../../src/transform/index.js';
import { prepareCargo } from './cargo.js';
import { cargoTarget, ccache, goBuild, next, sccache, typeScript } from './managers.js';
import { prepareGoBuild } from './go.js';
import { prepareNext } from './next.js';
import { prepareTypeScript } from './typescript.js';

/** Every manager, with what it needs beyond its table. */
export const managers: readonly (readonly [CacheManager, Prepare?])[] = [
  [goBuild, prepareGoBuild],
  [cargoTarget, prepareCargo],
  [ccache],
  [sccache],
  [next, prepareNext],
  [typeScript, prepareTypeScript],
];

export default defineTransform({
  meta: {
    name: 'mount-build-caches',
    summary: 'Keep compiler caches in cache mounts',
    why: 'A compiler that finds its earlier results builds only what changed; in a cache mount they last from build to build and stay out of the image.',
    phase: 'install',
    local: true,
    saysMore: true,
    after: ['mount-package-caches'],
    looksFor: [['go', 'cargo', 'npm', 'yarn', 'pnpm', 'bun', 'npx', 'next', 'tsc', 'vue-tsc', 'ccache', 'sccache']],
    level: 'unsafe',
    assumes: [
      'for a base image that is not in our tables: its HOME and environment leave the cache folder at its default',
      'for Cargo: files that change get a newer time, by which it judges what is fresh',
      'for Next.js: nothing reads the build cache when the container runs',
    ],
    needs: ['project'],
    preset: 'default',
    sameAs: ['tally/prefer-package-cache-mounts'],
    references: [
      'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
      'https://pkg.go.dev/cmd/go#hdr-Build_and_test_caching',
    ],
    options: {},
  },
  find: (_file, context) => proposeAllMounts(context, managers),
});
