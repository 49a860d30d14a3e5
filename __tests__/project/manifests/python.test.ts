import { describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../../src/project/context.js';
import { readPython } from '../../../src/project/manifests/python.js';

function python(files: Record<string, string>, folder = '') {
  const project = readPython(memoryContext(files), folder);
  if (project === undefined) throw new Error('no project');
  return project;
}

test('no manifest, no project', () => {
  expect(readPython(memoryContext({ 'app.py': '' }), '')).toBeUndefined();
});

describe('requirements', () => {
  test('includes, constraints, editable and local paths', () => {
    const project = python({
      'requirements.txt':
        '\ufeff# comment\nDjango>=4,\\\n<5  # web\n-r requirements/base.txt\n-c constraints.txt\n-e .\n-e ./libs/a[x]\n./wheels/b.whl\n' +
        'c @ file:libs/c\nd @ https://example.com/d.whl\n--index-url https://example.com/simple\n-e git+https://example.com/e.git#egg=e\n',
      'requirements/base.txt': 'My_Package[extra] == 1.0 --hash=sha256:ab\n-rmore.txt\n',
      'requirements/more.txt': 'psycopg2-binary\n',
      'constraints.txt': 'django==4.2\n',
      'setup.py': 'from setuptools import setup\nsetup()\n',
      'libs/a/setup.py': '',
    });
    expect(project.manager).toBe('pip');
    expect(project.manifests).toEqual(['constraints.txt', 'requirements.txt', 'requirements/base.txt', 'requirements/more.txt', 'setup.py']); // prettier-ignore
    expect(project.readsSource.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['', 'libs/a', 'wheels/b.whl', 'libs/c']),
    );
    expect([...project.dependencies].sort()).toEqual(['c', 'd', 'django', 'my-package', 'psycopg2-binary']);
    expect(project.unreadable).toEqual([]);
  });

  test.each([
    ['-r missing.txt\n', 'includes missing.txt, which is not there'],
    ['-r ../other/requirements.txt\n', 'included: a path outside the context'],
    ['-r ${FILE}\n', 'an included file is named by a variable'],
  ])('%j', (text, why) => {
    expect(python({ 'requirements.txt': text }).unreadable).toEqual([{ path: 'requirements.txt', line: 1, why }]);
  });

  test('files that include each other come to an end', () => {
    const project = python({
      'requirements.txt': '-r requirements-dev.txt\n',
      'requirements-dev.txt': '-r requirements.txt\na\n',
    });
    expect(project.manifests).toEqual(['requirements-dev.txt', 'requirements.txt']);
  });
});

describe('pyproject.toml', () => {
  test.each<[string, Record<string, string>, string]>([
    ['[tool.poetry.dependencies]\npython = "^3.11"\n', {}, 'poetry'],
    ['[project]\nname = "a"\n', { 'uv.lock': '' }, 'uv'],
    ['[project]\nname = "a"\n', { 'pdm.lock': '' }, 'pdm'],
    ['[tool.uv]\n', {}, 'uv'],
    ['[project]\nname = "a"\n', {}, 'pip'],
  ])('%j with %j: %s', (text, files, manager) => {
    expect(python({ 'pyproject.toml': text, ...files }).manager).toBe(manager);
  });

  test('poetry groups, local paths, readme', () => {
    const project = python({
      'pyproject.toml':
        '[tool.poetry]\nname = "app"\nreadme = "README.md"\n[tool.poetry.dependencies]\npython = "^3.11"\nflask = "^3"\nlib = { path = "libs/lib", develop = true }\n' +
        '[tool.poetry.group.dev.dependencies]\npytest = "*"\n[build-system]\nbuild-backend = "poetry.core.masonry.api"\n',
      'poetry.lock': '',
      'README.md': '',
      'libs/lib/pyproject.toml': '',
    });
    expect(project).toMatchObject({ manager: 'poetry', name: 'app', installable: true, lockfile: 'poetry.lock' });
    expect(project.manifests).toEqual(['libs/lib/pyproject.toml', 'poetry.lock', 'pyproject.toml']);
    expect(project.readsSource.map(({ path }) => path).sort()).toEqual(['', 'README.md', 'libs/lib']);
    expect([...project.dependencies].sort()).toEqual(['flask', 'lib', 'pytest']);
    expect(project.versions).toEqual([{ value: '^3.11', from: 'pyproject.toml tool.poetry.dependencies.python' }]);
  });

  test('uv workspace', () => {
    const project = python({
      'pyproject.toml':
        '[project]\nname = "root"\ndependencies = ["a"]\n[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/x"]\n',
      'uv.lock': '',
      'packages/a/pyproject.toml': '',
      'packages/x/pyproject.toml': '',
    });
    expect(project.workspaces).toEqual(['packages/a']);
    expect(project.manifests).toEqual(['packages/a/pyproject.toml', 'pyproject.toml', 'uv.lock']);
  });

  test('malformed', () => {
    expect(python({ 'pyproject.toml': 'a = 1\nb =\n' }).unreadable).toEqual([{ path: 'pyproject.toml', line: 2, why: 'not valid TOML' }]); // prettier-ignore
  });
});

test('Pipfile and version files', () => {
  const project = python({
    Pipfile: '[packages]\nflask = "*"\nlocal = {path = "./lib", editable = true}\n',
    'Pipfile.lock': '{}',
    'runtime.txt': 'python-3.11.4\n',
    '.python-version': '3.12\n',
  });
  expect(project).toMatchObject({ manager: 'pipenv', readsSource: [{ path: 'lib' }] });
  expect(project.versions.map(({ value }) => value)).toEqual(['3.12', '3.11.4']);
});
