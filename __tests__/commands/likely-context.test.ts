import { expect, test } from '@jest/globals';
import { likelyContexts } from '../../src/commands/likely-context.js';
import { type ContextFiles, memoryContext } from '../../src/project/context.js';

const copying = (...sources: readonly string[]): string =>
  `FROM node:20\n${sources.map((source) => `COPY ${source} /app/\n`).join('')}RUN npm ci\n`;

const FILE = '/r/services/shop/docker/Dockerfile';
const repositoryOf = (paths: readonly string[]): ContextFiles =>
  memoryContext(Object.fromEntries(['services/shop/docker/Dockerfile', ...paths].map((path) => [path, ''])));

/** The contexts of that file, as paths from the root. */
const contexts = (text: string, ...paths: readonly string[]): readonly string[] =>
  likelyContexts(text, FILE, '/r', repositoryOf(paths)).map((folder) => folder.slice('/r/'.length));

const own = ['services/shop/docker'];

test('the folder above that has all that is copied, where the own one lacks some of it', () => {
  const text = copying('package.json ./package-lock.json', './docker/start.sh', '/src/');
  const files = ['package.json', 'package-lock.json', 'docker/start.sh', 'src/index.js'];
  expect(contexts(text, ...files.map((name) => `services/shop/${name}`))).toEqual(['services/shop']);
  expect(contexts(text, ...files)).toEqual(['']);
});

test('the own folder where it has all that is anywhere', () => {
  expect(contexts(copying('start.sh', 'dist'), 'services/shop/docker/start.sh', 'start.sh')).toEqual(own);
});

test('the own folder where none has all of it', () => {
  expect(contexts(copying('start.sh', 'package.json'), 'services/shop/docker/start.sh', 'package.json')).toEqual(own);
});

test('several where more than one has all of it', () => {
  expect(contexts(copying('package.json'), 'services/shop/package.json', 'package.json')).toEqual([
    'services/shop',
    '',
  ]);
});

test.each([
  ['all of it', copying('.')],
  ['patterns', copying('*.json')],
  ['addresses', copying('https://example.com/package.json', 'git@example.com:a/b.git')],
  ['what lies above', copying('../package.json')],
  ['files of stages', copying('--from=build package.json')],
  ['what an argument names', `FROM node:20\nARG file=package.json\nCOPY $file /app/\n`],
  ['no Dockerfile', 'package.json\n'],
])('the own folder where only %s is copied', (_, text) => {
  expect(contexts(text, 'package.json')).toEqual(own);
});

test('a Dockerfile in the root is built from there', () => {
  expect(likelyContexts(copying('a'), '/r/Dockerfile', '/r', repositoryOf(['Dockerfile', 'b/a']))).toEqual(['/r']);
});

test('the own folder where the listing was cut short', () => {
  const text = copying('package.json');
  const repository = repositoryOf(['package.json']);
  expect(likelyContexts(text, FILE, '/r', repository)).toEqual(['/r']);
  expect(likelyContexts(text, FILE, '/r', { ...repository, complete: false })).toEqual(['/r/services/shop/docker']);
});
