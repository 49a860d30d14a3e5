import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { buildFinder } from '../../src/commands/builds.js';
import { runTransforms } from '../../src/transform/index.js';
import { transforms } from '../../transforms/index.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'dfix-builds-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = 'FROM node:20\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\n';

/** What is found for the Dockerfile of a repository with one more file. */
async function found(name: string, content: string) {
  mkdirSync(path.join(folder, '.git'));
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), content);
  writeFileSync(path.join(folder, 'Dockerfile'), text);
  return buildFinder()(path.join(folder, 'Dockerfile'));
}

test.each([
  [
    '.gitlab-ci.yml',
    'image:\n  script:\n    - /kaniko/executor --context . --dockerfile Dockerfile\n',
    '.gitlab-ci.yml:3 builds this file with kaniko, which has no cache mounts unless it is told to',
  ],
  [
    'build.sh',
    'DOCKER_BUILDKIT=0 docker build .\n',
    "build.sh:1 builds this file with Docker's builder from before BuildKit, which has no cache mounts",
  ],
])('no cache mount is proposed where %s names a builder without them', async (name, content, reason) => {
  const build = await found(name, content);
  expect(build?.withoutCacheMounts).toBe(reason);
  const inputs = { target: undefined, buildArgs: {}, withoutCacheMounts: build?.withoutCacheMounts };
  const result = runTransforms(text, { transforms, inputs });
  expect(result.output).not.toContain('--mount');
  expect(result.refusals.map((refusal) => refusal.reason)).toContain(reason);
});

test.each([
  ['build.sh', 'docker build .\n'],
  ['.gitlab-ci.yml', 'image:\n  script:\n    - buildah bud .\n'],
  ['other.sh', '/kaniko/executor --context . --dockerfile Dockerfile.other\n'],
])('cache mounts are proposed where %s names one that has them', async (name, content) => {
  const build = await found(name, content);
  expect(build?.withoutCacheMounts).toBeUndefined();
  const inputs = { target: undefined, buildArgs: {}, withoutCacheMounts: build?.withoutCacheMounts };
  expect(runTransforms(text, { transforms, inputs }).output).toContain('--mount');
});
