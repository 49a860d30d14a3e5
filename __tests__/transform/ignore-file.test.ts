import { expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { rewriteDiff } from '../../src/report/diff.js';
import { defineTransform, runTransforms } from '../../src/transform/index.js';
import narrowCopies from '../../transforms/narrow-copies/index.js';
import copyManifestsFirst from '../../transforms/copy-manifests-first/index.js';

const text = 'FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "index.js"]\n';
const files = {
  'package.json': '{ "name": "app", "version": "1.0.0" }\n',
  'package-lock.json': '{ "name": "app", "version": "1.0.0", "lockfileVersion": 3, "packages": {} }\n',
  'index.js': 'console.log(1);\n',
  '.gitignore': 'dist\n',
  '.github/workflows/ci.yml': 'on: push\n',
};
const run = (more: Readonly<Record<string, string>> = {}) =>
  runTransforms(text, {
    transforms: [copyManifestsFirst, narrowCopies],
    project: readProject(memoryContext({ ...files, ...more })),
  });

test('lines for the ignore file are one change, whatever the passes, and stand in the diff', () => {
  const result = run();
  const changes = result.changes.filter(({ transform }) => transform === 'narrow-copies');
  expect(changes.map(({ what, level }) => [what, level])).toEqual([
    ['keep .git, .github, node_modules out of the build context', 'review'],
  ]);
  expect(changes[0]!.announces).toMatchObject([{ paths: ['/app/.git', '/app/.github', '/app/node_modules'] }]);
  const diff = rewriteDiff('Dockerfile', result, ({ path }) => path);
  expect(diff).toContain('+++ b/.dockerignore');
  for (const line of ['.git', '.github', 'node_modules'])
    expect(diff.split('\n').filter((one) => one === `+${line}`)).toHaveLength(1);
});

test('what the ignore file names already, and what is committed, is left out', () => {
  const result = run({ '.dockerignore': '.git\n.github\n', 'node_modules/a/index.js': '' });
  expect(result.changes.filter(({ transform }) => transform === 'narrow-copies')).toEqual([]);
});

test('two transforms may ask for the same lines, and each does so once', () => {
  const both = ['one', 'other'].map((name) =>
    defineTransform({
      meta: { ...narrowCopies.meta, name, options: {} },
      find: ({ instructions }, { propose }) =>
        propose({
          at: instructions[0]!.span,
          edits: [],
          files: [{ path: '.dockerignore', before: undefined, after: 'dist\n' }],
          what: 'keep dist out of the build context',
          level: 'review',
        }),
    }),
  );
  const { changes } = runTransforms(text, { transforms: both });
  expect(changes.map(({ transform }) => transform)).toEqual(['one', 'other']);
});

test('one transform may ask for more lines in a later pass', () => {
  const growing = defineTransform({
    meta: { ...narrowCopies.meta, name: 'growing', options: {} },
    find: ({ instructions, text: now }, { propose }) => {
      const at = instructions[0]!.span;
      const line = now.includes('node:24') ? 'dist' : 'out';
      propose({
        at,
        edits: line === 'out' ? [{ span: { start: at.start + 10, end: at.start + 12 }, text: '24' }] : [],
        files: [],
        what: 'use node 24',
        level: 'review',
      });
      propose({
        at,
        edits: [],
        files: [{ path: '.dockerignore', before: undefined, after: `${line}\n` }],
        what: `keep ${line} out of the build context`,
        level: 'review',
      });
    },
  });
  const { changes } = runTransforms(text, { transforms: [growing] });
  expect(changes.flatMap(({ files: edited }) => edited.map(({ after }) => after))).toEqual(['out\n', 'dist\n']);
});

test('a folder that several places have is named wherever it is, but not where one of that name holds files', () => {
  const restored = 'FROM mcr.microsoft.com/dotnet/sdk:8.0\nWORKDIR /src\nCOPY . .\nRUN dotnet restore a.sln\n';
  const csproj = '<Project><ItemGroup><PackageReference Include="x" Version="1" /></ItemGroup></Project>\n';
  const solution = 'Project("{1}") = "a", "a\\a.csproj", "{1}"\nProject("{1}") = "b", "b\\b.csproj", "{2}"\n';
  const two = { 'a.sln': solution, 'a/a.csproj': csproj, 'a/a.cs': '1', 'b/b.csproj': csproj, 'b/b.cs': '1' };
  const lines = (more: Readonly<Record<string, string>>) =>
    runTransforms(restored, {
      transforms: [copyManifestsFirst],
      project: readProject(memoryContext({ ...two, ...more })),
    }).files.map(({ after }) => after);
  expect(lines({})).toEqual(['**/obj\n']);
  expect(lines({ 'assets/obj/teapot.obj': '1' })).toEqual(['a/obj\nb/obj\n']);
});

test('a folder that no install outside of the image would fill is not named', () => {
  const settings = 'FROM elixir:1.18\nWORKDIR /app\nCOPY config .\nCOPY . .\nRUN mix deps.get\n';
  const { changes, files } = runTransforms(settings, {
    transforms: [copyManifestsFirst],
    project: readProject(
      memoryContext({
        '.dockerignore': '_build\ndeps\n',
        'mix.exs': 'defmodule A.MixProject do\nend\n',
        'mix.lock': '%{}\n',
        'config/runtime.exs': 'import Config\n',
      }),
    ),
  });
  expect(changes).not.toEqual([]);
  expect(files).toEqual([]);
});
