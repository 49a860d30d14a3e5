import { describe, expect, test } from '@jest/globals';
import { isDockerfileName, isTemplateName } from '../../src/discovery/names.js';

describe('isDockerfileName', () => {
  test.each([
    'Dockerfile',
    'dockerfile',
    'DOCKERFILE',
    'Dockerfile.prod',
    'Dockerfile.alpine',
    'Dockerfile.3.12-slim',
    'Dockerfile-dev',
    'api.Dockerfile',
    'api.dockerfile',
    'Containerfile',
    'Containerfile.ci',
    'x.Containerfile',
    'Dockerfile.dev.arm64',
    'Dockerfile.py3',
  ])('takes %s', (name) => expect(isDockerfileName(name)).toBe(true));
  test.each([
    'Dockerfile.dockerignore',
    '.dockerignore',
    'Dockerfile.orig',
    'Dockerfile.rej',
    'Dockerfile.BAK',
    'Dockerfile.swp',
    'Dockerfile~',
    'Dockerfile.prod~',
    'Dockerfile.j2',
    'Dockerfile.tmpl',
    'Dockerfile.template',
    'Dockerfile.erb',
    'Dockerfile.in',
    'Dockerfile.md',
    'dockerfile.ex',
    'dockerfile.ts',
    'dockerfile-parser.go',
    'Dockerfile.sh',
    'Dockerfiles',
    'MyDockerfile',
    'Dockerfile_x',
    '.Dockerfile',
    'Dockerfile.',
    'Containerfile-x',
    'prod.Dockerfile.j2',
    'docker-compose.yml',
  ])('leaves %s', (name) => expect(isDockerfileName(name)).toBe(false));
});

test.each([
  ['a/Dockerfile.j2', true],
  ['Dockerfile.TMPL', true],
  ['x.in', true],
  ['a.j2/Dockerfile', false],
  ['Dockerfile', false],
])('isTemplateName %s: %s', (path, expected) => expect(isTemplateName(path)).toBe(expected));
