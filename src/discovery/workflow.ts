import type { Locate } from '../config/data.js';
import { scriptBuilds, type ScriptBuild } from './shell-builds.js';
import { constant, resolvePath, ROOT_MARK, UNKNOWN, type Value, type WrittenBuild } from './use.js';
import { type Data, listOf, objectOf, own, scalar } from './values.js';

/** Whether a path is a GitHub workflow's or a composite action's. */
export function isWorkflowPath(path: string): boolean {
  return /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path) || /^(?:\.github\/(?:.+\/)?)?action\.ya?ml$/.test(path);
}

/** The builds of a GitHub workflow: `docker/build-push-action` and build commands in `run`. */
export function workflowBuilds(value: unknown, locate: Locate, path: string): readonly WrittenBuild[] {
  const jobs = Object.entries(objectOf(own(value, 'jobs')));
  const workflowFolder = own(own(own(value, 'defaults'), 'run'), 'working-directory');
  const builds = jobs.flatMap(([name, job]) => {
    const folder = own(own(own(job, 'defaults'), 'run'), 'working-directory') ?? workflowFolder;
    const rows = matrixRows(own(own(job, 'strategy'), 'matrix'));
    return stepBuilds(listOf(own(job, 'steps')), { folder, rows, locate, path, at: ['jobs', name, 'steps'] });
  });
  const steps = listOf(own(own(value, 'runs'), 'steps'));
  return [
    ...builds,
    ...stepBuilds(steps, { folder: undefined, rows: [new Map()], locate, path, at: ['runs', 'steps'] }),
  ];
}

type Row = ReadonlyMap<string, string>;

interface Job {
  readonly folder: unknown;
  readonly rows: readonly Row[];
  readonly locate: Locate;
  readonly path: string;
  readonly at: readonly PropertyKey[];
}

function stepBuilds(steps: readonly unknown[], job: Job): readonly WrittenBuild[] {
  return steps.flatMap((step, index) => {
    const uses = own(step, 'uses');
    const run = own(step, 'run');
    const isBuild = typeof uses === 'string' && uses.startsWith('docker/build-push-action@');
    if (!isBuild && typeof run !== 'string') return [];
    // A matrix says the same again for most steps: each build is told once.
    const seen = new Map<string, WrittenBuild>();
    for (const row of job.rows) {
      const builds = isBuild
        ? [actionBuild(objectOf(own(step, 'with')), row, job, index)]
        : runBuilds(run as string, step, row, job, index);
      for (const build of builds) seen.set(JSON.stringify(build, mapAsList), build);
    }
    return [...seen.values()];
  });
}

function mapAsList(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}

/** https://github.com/docker/build-push-action#inputs: `file` starts from the checkout, not from the context. */
function actionBuild(inputs: Data, row: Row, { locate, path, at }: Job, index: number): WrittenBuild {
  const given = valueOf(inputs['context'], row);
  const subfolder = /^\{\{\s*defaultContext\s*\}\}(?::(.*))?$/.exec(given?.text ?? '');
  const context = subfolder === null ? given : constant(subfolder[1] ?? '.');
  return {
    source: `${path}:${locate([...at, index, 'uses'])?.line ?? 1}`,
    kind: 'workflow',
    folder: '',
    dockerfileFrom: subfolder === null ? 'folder' : 'context',
    context,
    dockerfile: valueOf(inputs['file'], row),
    target: valueOf(inputs['target'], row),
    buildArgs: buildArgsOf(inputs['build-args'], row),
  };
}

function runBuilds(run: string, step: unknown, row: Row, job: Job, index: number): readonly WrittenBuild[] {
  const { locate, path, at } = job;
  const folder = valueOf(own(step, 'working-directory') ?? job.folder, row);
  const line = locate([...at, index, 'run'])?.line ?? 1;
  const first = run.includes('\n') ? line + 1 : line;
  const text = run.replace(
    EXPRESSION,
    (all, expression: string) => expanded(expression, row) ?? all.replace(/[^\n]+/g, '${_expression}'),
  );
  return scriptBuilds(text, '', folder === undefined ? '' : resolvePath('', folder.text)).map((build) =>
    placed(build, `${path}:${first + build.line - 1}`, 'workflow'),
  );
}

/** A build command of a script as a build of the repository. */
export function placed(build: ScriptBuild, source: string, kind: WrittenBuild['kind']): WrittenBuild {
  const { line: _line, ...written } = build;
  return { ...written, source, kind };
}

const EXPRESSION = /\$\{\{([^{}]*)\}\}/g;

function valueOf(value: unknown, row: Row): Value | undefined {
  const text = scalar(value);
  if (text === undefined || text === '') return undefined;
  let known = true;
  const result = text.replace(EXPRESSION, (_all, expression: string) => {
    const given = expanded(expression, row);
    known &&= given !== undefined;
    return given ?? '';
  });
  return known && !result.includes('${{') ? constant(result) : UNKNOWN;
}

function expanded(expression: string, row: Row): string | undefined {
  const name = expression.trim();
  return name === 'github.workspace' ? ROOT_MARK : row.get(name);
}

function buildArgsOf(value: unknown, row: Row): ReadonlyMap<string, Value> {
  const lines = listOf(value).flatMap((item) => (scalar(item) ?? '').split('\n'));
  return new Map(
    lines.flatMap((line) => {
      const equals = line.indexOf('=');
      const name = line.slice(0, Math.max(0, equals)).trim();
      return /^\w+$/.test(name) ? [[name, valueOf(line.slice(equals + 1).trim(), row) ?? constant('')]] : [];
    }),
  );
}

const MAX_ROWS = 64;

/** The combinations of a static matrix, keyed `matrix.name`; values that are lists or objects are left out. */
function matrixRows(matrix: unknown): readonly Row[] {
  let rows: Row[] = [new Map()];
  for (const [name, values] of Object.entries(objectOf(matrix))) {
    if (name === 'include' || name === 'exclude') continue;
    const entries = listOf(values).map((value) => entriesOf(`matrix.${name}`, value));
    if (entries.length === 0 || rows.length * entries.length > MAX_ROWS) continue;
    rows = rows.flatMap((row) => entries.map((more) => new Map([...row, ...more])));
  }
  const included = listOf(own(matrix, 'include'))
    .slice(0, MAX_ROWS)
    .map((entry) => new Map(entriesOf('matrix', entry)));
  if (included.length === 0) return rows;
  return rows.length === 1 && rows[0]!.size === 0 ? included : [...rows, ...included];
}

function entriesOf(name: string, value: unknown): readonly (readonly [string, string])[] {
  const text = scalar(value);
  if (text !== undefined) return [[name, text]];
  return Object.entries(objectOf(value)).flatMap(([key, item]) => {
    const inner = scalar(item);
    return inner === undefined ? [] : [[`${name}.${key}`, inner] as const];
  });
}
