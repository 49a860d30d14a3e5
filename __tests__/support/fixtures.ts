import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { memoryContext } from '../../src/project/context.js';
import type { History } from '../../src/project/git-history.js';
import type { LineChanges } from '../../src/project/line-history.js';
import { type ProjectFacts, readProject } from '../../src/project/project.js';
import type { AnyTransform } from '../../src/transform/index.js';
import { filesBelow, foldersIn, root } from './paths.js';

/** What a `case.json` may say. */
const settingsSchema = z.strictObject({
  options: z.record(z.string(), z.union([z.boolean(), z.number(), z.string(), z.array(z.string())])).default({}),
  /** One substring for each refusal; none is left over on either side. */
  declines: z.array(z.string()).default([]),
  /** The level of every change. */
  level: z.enum(['safe', 'review', 'unsafe']).optional(),
  /** One substring for each thing that is announced, where it is said. */
  announces: z.array(z.string()).optional(),
  allow: z.enum(['safe', 'review', 'unsafe']).default('unsafe'),
  /** The Dockerfile's path from the root of the build context. */
  dockerfile: z.string().optional(),
  example: z.boolean().default(false),
  /** Kinds of commits: how many of each there were, and the paths that they changed. */
  history: z.array(z.tuple([z.number(), z.array(z.string())])).optional(),
  /** In how many of 200 commits lines of the Dockerfile changed, by their text. */
  lines: z.record(z.string(), z.number()).optional(),
});
export type CaseSettings = z.infer<typeof settingsSchema>;

/** One case: a folder whose name is the sentence that it proves. */
export interface FixtureCase {
  readonly name: string;
  readonly folder: string;
  readonly input: string;
  readonly outputPath: string;
  /** Undefined when there is no output file. */
  readonly output: string | undefined;
  readonly settings: CaseSettings;
  readonly project: ProjectFacts | undefined;
  readonly history: (() => History) | undefined;
  readonly lines: (() => LineChanges) | undefined;
}

export const transformsFolder = path.join(root, 'transforms');

/** The folder names of all transforms. */
export const transformNames = foldersIn(transformsFolder);

/** A transform, loaded from its folder. */
export async function loadTransform(name: string): Promise<AnyTransform> {
  const loaded = (await import(`../../transforms/${name}/index.js`)) as { default: AnyTransform };
  return loaded.default;
}

/** The cases in a folder, by name. */
export function readCases(folder: string): readonly FixtureCase[] {
  return foldersIn(folder).map((name) => readCase(path.join(folder, name), name));
}

/** The cases of a transform that must change, or that must not. */
export function fixturesOf(transform: string, kind: 'changes' | 'keeps'): readonly FixtureCase[] {
  return readCases(path.join(transformsFolder, transform, 'fixtures', kind));
}

function readCase(folder: string, name: string): FixtureCase {
  const outputPath = path.join(folder, 'output.Dockerfile');
  const settingsPath = path.join(folder, 'case.json');
  const settings = settingsSchema.safeParse(
    existsSync(settingsPath) ? JSON.parse(readFileSync(settingsPath, 'utf8')) : {},
  );
  if (!settings.success) throw new Error(`${settingsPath}: ${z.prettifyError(settings.error)}`);
  const { lines } = settings.data;
  const history = settings.data.history?.flatMap(([times, paths]) => Array<readonly string[]>(times).fill(paths));
  return {
    name,
    folder,
    input: readFileSync(path.join(folder, 'input.Dockerfile'), 'utf8'),
    outputPath,
    output: existsSync(outputPath) ? readFileSync(outputPath, 'utf8') : undefined,
    settings: settings.data,
    project: readFixtureProject(path.join(folder, 'project')),
    history: history && (() => history),
    lines: lines && (() => ({ commits: 200, times: new Map(Object.entries(lines)) })),
  };
}

/** A small build context held in a fixture; undefined when the case has none. */
function readFixtureProject(folder: string): ProjectFacts | undefined {
  const paths = filesBelow(folder);
  if (paths.length === 0) return undefined;
  return readProject(
    memoryContext(Object.fromEntries(paths.map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]))),
  );
}
