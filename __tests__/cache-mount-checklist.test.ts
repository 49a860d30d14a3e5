import { describe, expect, test } from '@jest/globals';
import { fixturesOf } from './support/fixtures.js';

/**
 * The cases by which OpenRewrite tests its recipe UseBuildKitCacheMounts, by the names of its tests, and the fixture that
 * shows what dfix makes of each: transform, fixture, and what its input must hold to be such a case. Of the four that are
 * about the recipe's options `packageManagers` and `sharing`, which dfix has not, none is listed: ignore comments choose,
 * the tables say what each manager can stand, and unknown options are an error of the configuration.
 */
const PACKAGES = 'mount-package-caches';
const BUILDS = 'mount-build-caches';
type Row = readonly [name: string, transform: string, fixture: string, holds: RegExp];

const changes: readonly Row[] = [
  ['maven', PACKAGES, 'maven-in-the-build-stage-only', /RUN mvn -B package/],
  ['mavenWrapper', PACKAGES, 'maven-through-its-wrapper', /\.\/mvnw -B package/],
  ['gradle', PACKAGES, 'gradle-in-its-own-image', /RUN gradle .*build/],
  ['gradleImageKeepsItsCacheOutsideRootsHome', PACKAGES, 'gradle-in-its-own-image', /FROM gradle:/],
  ['gradleWrapper', PACKAGES, 'gradle-wrapper', /\.\/gradlew --no-daemon/],
  ['npm', PACKAGES, 'npm-ci', /RUN npm ci/],
  ['yarn', PACKAGES, 'yarn-1-with-a-cache-clean', /yarn install --frozen-lockfile/],
  ['pip', PACKAGES, 'pip-without-cache', /pip install .*-r requirements\.txt/],
  ['go', PACKAGES, 'go-in-every-later-step', /RUN go mod download/],
  ['cargo', PACKAGES, 'cargo-registry', /cargo build --release/],
  [
    'aptAsksForTheCacheItCachesInto',
    PACKAGES,
    'apt-of-an-unknown-image',
    /apt-get update && apt-get install -y curl\n/,
  ],
  ['aptIsNotInTheDefaultSet', PACKAGES, 'apt-on-one-line', /apt-get install/],
  ['aptCleanupDiscardsTheCache', PACKAGES, 'apt-on-one-line', /rm -rf \/var\/lib\/apt\/lists/],
  [
    'aptCacheWithoutTheConfigurationThatDiscardsIt',
    PACKAGES,
    'apt-whose-own-mounts-docker-clean-empties',
    /target=\/var\/cache\/apt[^]*target=\/var\/lib\/apt\/lists/,
  ],
  ['aptWithoutTheUpdateThatFillsTheCache', PACKAGES, 'apt-update-of-an-earlier-layer', /RUN apt-get update\nRUN/],
  ['apk', PACKAGES, 'apk-whose-own-mount-holds-indexes-only', /apk add curl/],
  ['apkNoCacheKeepsNothingToCache', PACKAGES, 'apk-without-cache', /apk add --no-cache/],
  ['pipInstallingIntoTheImage', PACKAGES, 'pip-beside-a-target-folder-and-byte-code', /pip install --target=/],
  [
    'existingMountOfOneOfTwoTargets',
    BUILDS,
    'go-build-beside-a-module-mount',
    /--mount=type=cache,target=\/go\/pkg\/mod/,
  ],
  ['unrelatedExistingFlagKeepsItsSpacing', PACKAGES, 'npm-beside-a-network-and-a-bind-mount', /RUN --network=/],
  ['execForm', PACKAGES, 'npm-in-json-form', /RUN \["npm", "ci"\]/],
  ['heredocFormIsLeftAlone', PACKAGES, 'apt-in-a-here-document', /RUN <<EOF/],
  ['chainedCommand', PACKAGES, 'npm-installed-and-run-in-one-list', /npm ci && npm run build/],
  ['lineContinuation', PACKAGES, 'npm-installed-and-run-in-one-list', /&& \\\n/],
  ['onlyTheBuildStageOfAMultiStageBuild', PACKAGES, 'maven-in-the-build-stage-only', /echo "mvn is not run here"/],
  [
    'rootUserRestoredBeforeTheBuild',
    PACKAGES,
    'npm-as-root-again-before-the-build',
    /USER node[^]*USER root[^]*npm ci/,
  ],
  ['nonRootUserOfAnEarlierStage', PACKAGES, 'maven-in-the-build-stage-only', /USER build\s+FROM maven/],
  ['nonRootUserHasAnotherHomeDirectory', PACKAGES, 'npm-as-the-node-user', /USER node/],
  [
    'frontendNewEnoughForCacheMounts',
    PACKAGES,
    'npm-under-a-frontend-directive-after-the-escape-directive',
    /# syntax=docker\/dockerfile:1\.4/,
  ],
  ['pipToldNotToCache', PACKAGES, 'pip-without-cache', /--no-cache-dir/],
  ['npmClearingTheCacheItJustFilled', PACKAGES, 'npm-with-a-cache-clean', /npm cache clean --force/],
  ['yarnClearingTheCacheItJustFilled', PACKAGES, 'yarn-1-with-a-cache-clean', /yarn cache clean/],
  ['goCleaningTheModuleCache', PACKAGES, 'go-with-a-modcache-clean', /go clean -modcache/],
  [
    'commandRemovingOneOfTwoCacheDirectories',
    PACKAGES,
    'go-whose-modules-are-removed-in-the-same-run',
    /rm -rf \/go\/pkg\/mod/,
  ],
  ['commandExportingAnotherCacheFolder', PACKAGES, 'npm-whose-cache-an-export-moves', /export npm_config_cache=/],
  ['environmentMovingTheCache', PACKAGES, 'go-whose-gopath-moves', /ENV GOPATH=\/gopath/],
  [
    'environmentRestatingTheDefaultCacheLocation',
    PACKAGES,
    'cargo-tool-where-env-restates-the-home',
    /ENV CARGO_HOME=\/usr\/local\/cargo/,
  ],
  ['homeIsSomewhereElse', PACKAGES, 'npm-where-home-moves', /ENV HOME=/],
  ['mountWouldHideACopiedSettingsFile', PACKAGES, 'maven-beside-copied-settings', /COPY settings\.xml \/root\/\.m2\//],
  ['pipRunAsAPythonModule', PACKAGES, 'pip-through-python', /python3 -m pip install/],
  ['goInstall', PACKAGES, 'go-tool-installed-for-another-stage', /go install \S+@latest/],
  ['cargoInstall', PACKAGES, 'cargo-tool-where-env-restates-the-home', /cargo install cargo-watch/],
];

const keeps: readonly Row[] = [
  ['existingMountOfTheSameTarget', PACKAGES, 'npm-that-is-mounted-already', /--mount=type=cache,target=\/root\/\.npm/],
  ['frontendOlderThanCacheMounts', PACKAGES, 'npm-under-an-old-frontend', /# syntax=docker\/dockerfile:1\.1\n/],
  [
    'frontendOlderThanCacheMountsPinnedByDigest',
    PACKAGES,
    'npm-under-an-old-frontend-pinned-by-digest',
    /# syntax=docker\/dockerfile:1\.0@sha256:/,
  ],
  [
    'escapeDirectiveBeforeTheSyntaxDirective',
    PACKAGES,
    'npm-under-a-syntax-directive-after-the-escape-directive',
    /# escape=`\n# syntax=docker\/dockerfile:1\.[01]\n/,
  ],
  [
    'aPackageManagerNamedInPassingIsNotRun',
    PACKAGES,
    'a-package-manager-named-in-passing',
    /RUN echo "now run apt-get/,
  ],
  [
    'separatorInsideAQuotedStringSeparatesNothing',
    PACKAGES,
    'npm-named-by-a-separator-inside-quotes',
    /'first && npm ci; npm install'/,
  ],
];

describe.each([
  ['changes', changes],
  ['keeps', keeps],
] as const)('%s', (kind, rows) => {
  test.each(rows)('%s', (_name, transform, fixture, holds) => {
    const found = fixturesOf(transform, kind).find(({ name }) => name === fixture);
    expect(found?.input).toMatch(holds);
  });
});

test('each case is listed once', () => {
  const names = [...changes, ...keeps].map(([name]) => name);
  expect(new Set(names).size).toBe(names.length);
});
