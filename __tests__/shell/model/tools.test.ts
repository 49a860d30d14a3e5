import { describe, expect, test } from '@jest/globals';
import { toolAt, toolNamed, tools } from '../../../src/shell/model/index.js';
import { programFile } from '../../../src/shell/model/programs.js';
import type { ToolModel, UseModel } from '../../../src/shell/model/types.js';
import { wrappers } from '../../../src/shell/model/wrappers.js';

const ROLES = [
  ...['packages', 'reads', 'writes', 'removes', 'copies', 'moves', 'updates', 'text', 'script', 'command'],
  undefined,
];
const words = (text: string | undefined): readonly string[] => (text ?? '').split(' ').filter((word) => word !== '');
const duplicates = (list: readonly string[]): readonly string[] => list.filter((item, i) => list.indexOf(item) !== i);

/** The names that stand in two of the three kinds of option of one table. */
function clashes(table: Pick<UseModel, 'flags' | 'values' | 'optional'>): readonly string[] {
  return duplicates([table.flags, table.values, table.optional].flatMap((text) => [...new Set(words(text))]));
}

const uses = tools.flatMap((tool) =>
  Object.entries(tool.uses).map(([key, use]) => [`${tool.names[0]!} ${key}`, use, tool] as const),
);
const byTool = tools.map((tool) => [tool.names[0]!, tool] as const);

test('no program name stands twice', () => {
  expect(duplicates(tools.flatMap(({ names }) => names))).toEqual([]);
});

test('every program is found by its names', () => {
  for (const tool of tools) for (const name of tool.names) expect(toolNamed(name)).toBe(tool);
});

describe.each(byTool)('%s', (_name, tool: ToolModel) => {
  test('has options of one kind each, written with a dash', () => {
    expect(clashes(tool)).toEqual([]);
    for (const name of [tool.flags, tool.values, tool.optional].flatMap(words)) expect(name).toMatch(/^-\S/);
  });
});

describe.each(uses)('%s', (_name, use: UseModel, tool: ToolModel) => {
  test('has options of one kind each, written with a dash', () => {
    expect(clashes(use)).toEqual([]);
    for (const name of [use.flags, use.values, use.optional].flatMap(words)) expect(name).toMatch(/^-\S/);
  });

  test('has a legal role and globs that begin at the root, at HOME or in the current directory', () => {
    expect(ROLES).toContain(use.operands);
    for (const path of [
      use.reads,
      use.writes,
      use.defaultReads,
      use.defaultWrites,
      use.manifests,
      use.products,
    ].flatMap((list) => list ?? []))
      expect(path).toMatch(/^(\/|~\/|\.{1,2}(\/|$))/);
  });

  test('names only options that it knows, and modes that it has', () => {
    const values = [use, tool].flatMap((table) => [...words(table.values), ...words(table.optional)]);
    const roles = [use.readsOption, use.writesOption, use.targetOption, use.directoryOption, use.manifestOption];
    const inherited = Object.values(tool.uses).flatMap((other) => [...words(other.values), ...words(other.optional)]);
    for (const name of roles.flatMap((list) => list ?? [])) expect([...values, ...inherited]).toContain(name);
    for (const key of Object.values(use.modes ?? {})) expect(Object.keys(tool.uses)).toContain(key);
  });

  test('can be narrowed where it runs scripts of the project', () => {
    if (use.manifests !== undefined && use.runsProjectScripts === true) expect(use.reads).toContain('./**');
    if (use.products !== undefined && use.runsProjectScripts === true) expect(use.writes).toContain('./**');
  });
});

test.each([...wrappers])('the wrapper %s has options of one kind each', (_name, wrapper) => {
  expect(duplicates([wrapper.flags, wrapper.values].flatMap((text) => [...new Set(words(text))]))).toEqual([]);
});

describe('toolAt', () => {
  test.each([
    [undefined, 'install', 'install'],
    ['/usr/bin', 'install', 'install'],
    ['/usr/local/bin', 'npm', 'npm'],
    ['/opt/venv/bin', 'pip', 'pip'],
    ['$CONDA_DIR/bin', 'conda', 'conda'],
    ['.', 'gradlew', 'gradlew'],
    ['./node_modules/.bin', 'tsc', 'tsc'],
  ])('%s %s is the tool', (folder, name, tool) => {
    expect(toolAt(folder, name)).toBe(toolNamed(tool));
  });

  test.each([
    ['.', 'install'],
    ['./scripts', 'build'],
    ['/opt/app/bin', 'install'],
    ['.', 'npm'],
    [undefined, 'setup.sh'],
  ])('%s %s is a program file of its own', (folder, name) => {
    expect(toolAt(folder, name)).toBe(programFile);
  });

  test('a program of the system that no model has is not known', () => {
    expect(toolAt(undefined, 'frobnicate')).toBeUndefined();
    expect(toolAt('/usr/bin', 'frobnicate')).toBeUndefined();
  });
});
