import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { memoryContext } from '../../src/project/context.js';
import { projectsAt, readProject } from '../../src/project/project.js';

test('finds the projects of a mixed repository and leaves installed ones out', () => {
  const context = memoryContext({
    'package.json': '{"workspaces": ["web"]}',
    'web/package.json': '{}',
    'node_modules/x/package.json': '{}',
    'api/go.mod': 'module a\n',
    'api/vendor/b/go.mod': 'module b\n',
    'ml/requirements/base.txt': 'numpy\n',
    'ml/requirements.txt': '-r requirements/base.txt\n',
    'Cargo.toml': '[workspace]\nmembers = ["crates/a"]\n',
    'crates/a/Cargo.toml': '[package]\nname = "a"\n',
    'settings.gradle': "include 'j'\n",
    'j/build.gradle': '',
    'pom.xml': '<project><modules><module>m</module></modules></project>',
    'm/pom.xml': '<project/>',
    'src/A.csproj': '<Project/>',
    'composer.json': '{}',
    Gemfile: '',
    'mix.exs': '',
  });
  const facts = readProject(context);
  const folders = (projects: readonly { readonly folder: string }[]) => projects.map(({ folder }) => folder);
  expect(folders(facts.node)).toEqual(['', 'web']);
  expect(folders(facts.go)).toEqual(['api']);
  expect(folders(facts.python)).toEqual(['ml']);
  expect(folders(facts.cargo)).toEqual(['']);
  expect(folders(facts.gradle)).toEqual(['']);
  expect(folders(facts.maven)).toEqual(['']);
  expect(folders(facts.dotnet)).toEqual(['src']);
  expect(projectsAt(facts, '').map(({ manager }) => manager)).toEqual([
    'npm',
    'cargo',
    'maven',
    'gradle',
    'composer',
    'bundler',
    'mix',
  ]);
  expect(facts.complete).toBe(true);
  expect(readProject(context)).toBe(facts);
});

test('a listing that was cut short, or too many manifests, is not complete', () => {
  expect(readProject({ ...memoryContext({}), complete: false }).complete).toBe(false);
  const many = Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`p${index}/package.json`, '{}']));
  const facts = readProject(memoryContext(many));
  expect(facts.complete).toBe(false);
  expect(facts.node).toHaveLength(2000);
});

test('a path of Windows from the root leaves the context', () => {
  const facts = readProject(memoryContext({ 'requirements.txt': '-e \\lib\n' }));
  expect(projectsAt(facts, '').flatMap(({ readsSource }) => readsSource)).toEqual([]);
});

test('no text of a manifest makes it throw', () => {
  const names = ['package.json', 'pnpm-workspace.yaml', '.yarnrc.yml', 'pnpm-lock.yaml', 'package-lock.json', 'next.config.js', 'requirements.txt', 'pyproject.toml', 'Pipfile', 'go.mod', 'go.work', 'Cargo.toml', 'pom.xml', 'settings.gradle', 'build.gradle', 'a.csproj', 'a.sln', 'nuget.config', 'composer.json', 'Gemfile', 'mix.exs']; // prettier-ignore
  const piece = fc.constantFrom(
    '{', '}', '[', ']', '"', "'", ':', ',', '\n', '<', '/>', '</a>', '<a ', '=', '(', ')', '#', '//', '/*', '\\', '../', './', ' ',
    'include', 'path: ', 'gem ', 'replace a => ', '"dependencies":{', '"a":"file:./', '-r ', '-e ', '__proto__', '[a]\n', '${x}',
  ); // prettier-ignore
  const text = fc.oneof(
    fc.json(),
    fc.array(piece).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), text), (files) => {
      const facts = readProject(memoryContext(files));
      for (const project of projectsAt(facts, '')) {
        for (const path of project.manifests) expect(Object.keys(files)).toContain(path);
        for (const { path } of project.readsSource) expect(path).not.toMatch(/^\/|(?:^|\/)\.\.(?:\/|$)/);
      }
    }),
    { numRuns: 300 },
  );
});
