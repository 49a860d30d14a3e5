import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { transforms } from '../transforms/index.js';
import { root } from './support/paths.js';

const text = readFileSync(path.join(root, 'docs', 'smells.md'), 'utf8');
const rows = new Map(
  [...text.matchAll(/^\| `(\w+)` \| (.*?) \| (.*?) \|$/gm)].map(([, name, by, what]) => [
    name!,
    { by: by!, what: what! },
  ]),
);
const names = new Set(transforms.map(({ meta }) => meta.name));

/** SIZE_RULES of tdurieux/docker-parfum, lib/rules. */
const STUDY =
  'apkAddUseNoCache aptGetInstallThenRemoveAptLists aptGetInstallUseNoRec gemUpdateNoDocument gemUpdateSystemRmRootGem gpgVerifyAscRmAsc mkdirUsrSrcThenRemove npmCacheCleanAfterInstall npmCacheCleanUseForce pipUseNoCacheDir rmRecursiveAfterMktempD tarSomethingRmTheSomething yarnCacheCleanAfterInstall yumInstallRmVarCacheYum'.split(
    ' ',
  );
/** Rules of hadolint's README that are about what a layer holds. */
const HADOLINT = 'DL3009 DL3010 DL3015 DL3019 DL3032 DL3036 DL3040 DL3042 DL3046 DL3059 DL3060'.split(' ');
/** docs.docker.com/reference/build-checks. */
const BUILDKIT =
  'StageNameCasing FromAsCasing NoEmptyContinuation ConsistentInstructionCasing DuplicateStageName ReservedStageName JSONArgsRecommended MaintainerDeprecated UndefinedArgInFrom UndefinedVar WorkdirRelativePath InvalidDefaultArgInFrom InvalidBaseImagePlatform RedundantTargetPlatform SecretsUsedInArgOrEnv MultipleInstructionsDisallowed LegacyKeyValueFormat CopyIgnoredFile InvalidDefinitionDescription ExposeProtoCasing ExposeInvalidFormat'.split(
    ' ',
  );

test('docs/smells.md lists the smells of the study and the rules about size, and no others', () => {
  expect([...rows.keys()].sort()).toEqual([...STUDY, ...HADOLINT].sort());
  expect(STUDY).toHaveLength(14);
});

test.each([...rows])('%s names transforms that exist, or says why it is left', (name, { by, what }) => {
  const named = [...by.matchAll(/`([a-z-]+)`/g)].map(([, one]) => one!);
  expect(named.filter((one) => !names.has(one))).toEqual([]);
  if (named.length === 0) expect([name, by]).toEqual([name, 'left']);
  expect(what.length).toBeGreaterThan(8);
});

test.each(HADOLINT)('%s is said to be covered by every transform that heeds its ignore comments', (rule) => {
  const heeding = transforms.filter(({ meta }) => meta.sameAs.includes(rule)).map(({ meta }) => meta.name);
  expect(heeding.filter((name) => !rows.get(rule)!.by.includes(`\`${name}\``))).toEqual([]);
});

describe('BuildKit', () => {
  test.each(BUILDKIT)('%s is named', (rule) => expect(text).toContain(`\`${rule}\``));
});

test('every transform named anywhere on the page exists', () => {
  const named = [...text.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, one]) => one!);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((one) => !names.has(one))).toEqual([]);
});
