import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { memoryContext } from '../src/project/context.js';
import { readProject } from '../src/project/project.js';
import { runTransforms } from '../src/transform/index.js';
import { transforms } from '../transforms/index.js';
import { root } from './support/paths.js';

const folder = path.join(root, 'examples');
const read = (...parts: string[]): string => readFileSync(path.join(folder, ...parts), 'utf8');
const names = readdirSync(folder);
const defaults = transforms.filter(({ meta }) => meta.preset === 'default');

describe.each(names)('examples/%s', (name) => {
  const project = readProject(
    memoryContext(
      Object.fromEntries(
        readdirSync(path.join(folder, name), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => path.relative(path.join(folder, name), path.join(entry.parentPath, entry.name)))
          .map((file) => [file.split(path.sep).join('/'), read(name, file)]),
      ),
    ),
  );
  const result = runTransforms(read(name, 'Dockerfile'), { transforms: defaults, project });

  test('becomes its Dockerfile.dfix', () => {
    expect(result.output).toBe(read(name, 'Dockerfile.dfix'));
    expect(result.changes.length).toBeGreaterThan(0);
    expect(result.faults).toEqual([]);
  });

  test('changes nothing the second time', () => {
    expect(runTransforms(result.output, { transforms: defaults, project }).output).toBe(result.output);
  });
});
