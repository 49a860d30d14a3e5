import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { LEVELS, PHASES } from '../src/transform/index.js';
import { fixturesOf, loadTransform, transformNames, transformsFolder } from './support/fixtures.js';
import { type Import, importsBelow } from './support/imports.js';
import { root } from './support/paths.js';

const LONGEST_TRANSFORM = 150;
const LONGEST_SUMMARY = 72;

describe('transforms', () => {
  for (const name of transformNames) {
    describe(name, () => {
      test('is the default export of its folder, named as the folder', async () => {
        const { meta, find } = await loadTransform(name);
        expect(meta.name).toBe(name);
        expect(name).toMatch(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/);
        expect(typeof find).toBe('function');
      });
      test('is short enough to read in one sitting', () => {
        const lines = readFileSync(path.join(transformsFolder, name, 'index.ts'), 'utf8').split('\n').length - 1;
        expect(lines).toBeLessThanOrEqual(LONGEST_TRANSFORM);
      });
      test('says what it does in one imperative line', async () => {
        const { summary, why } = (await loadTransform(name)).meta;
        expect(summary.length).toBeLessThanOrEqual(LONGEST_SUMMARY);
        expect(summary).toMatch(/^[A-Z][^\n]*[^.\s]$/);
        expect(summary.split(' ')[0]).not.toMatch(/(?:ing|[^s]s)$/);
        expect(why).toMatch(/^[A-Za-z`].*\.$/);
        expect(`${summary} ${why}`).not.toMatch(/TODO/);
      });
      test('assumes nothing when it is safe', async () => {
        const { level, assumes, phase } = (await loadTransform(name)).meta;
        expect(LEVELS).toContain(level);
        expect(PHASES).toContain(phase);
        if (level === 'safe') expect(assumes).toEqual([]);
      });
      test('runs only after transforms of its phase that are there', async () => {
        const { after = [], phase } = (await loadTransform(name)).meta;
        for (const other of after) {
          expect(transformNames).toContain(other);
          expect((await loadTransform(other)).meta.phase).toBe(phase);
        }
      });
      test('describes each option', async () => {
        for (const option of Object.values((await loadTransform(name)).meta.options)) {
          expect((option as { describe: string }).describe).toMatch(/\S/);
        }
      });
      test('has a case that changes, two that are kept, and one example', () => {
        const changes = fixturesOf(name, 'changes');
        const keeps = fixturesOf(name, 'keeps');
        expect(changes.length).toBeGreaterThanOrEqual(1);
        expect(keeps.length).toBeGreaterThanOrEqual(2);
        expect(changes.filter(({ settings }) => settings.example)).toHaveLength(1);
        for (const { name: sentence } of [...changes, ...keeps]) expect(sentence).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      });
    });
  }
});

test('generated files are fresh', () => {
  const { status, stderr } = spawnSync(process.execPath, [path.join(root, 'scripts', 'generate.js'), '--check'], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

/** Modules of Node that compute and touch nothing outside the process. */
const PURE_MODULES = new Set(['node:path', 'node:url', 'node:crypto', 'node:util']);
/** Tables of facts that a transform may take from their own files. */
const FACT_TABLES = /^src\/facts\/images\//;

/** What files of a folder may import; `types` for types only. The folder itself is always allowed. */
interface Layer {
  readonly folder: RegExp;
  readonly may: RegExp;
  readonly types?: RegExp;
}
const layers: readonly Layer[] = [
  { folder: /^src\/dockerfile\//, may: /^dockerfile-ast$/ },
  { folder: /^src\/shell\//, may: /^src\/dockerfile\/|^unbash$/ },
  { folder: /^src\/facts\//, may: /^src\/(?:dockerfile|shell)\// },
  { folder: /^src\/project\//, may: /^src\/(?:dockerfile|shell)\/|^(?:diff|smol-toml|ts-morph|yaml)$/ },
  { folder: /^src\/transform\//, may: /^src\/(?:dockerfile|shell|facts)\//, types: /^src\/project\// },
  {
    folder: /^src\/cache-mounts\//,
    may: /^src\/(?:dockerfile|shell|facts|transform)\//,
    types: /^src\/project\//,
  },
  {
    folder: /^src\/bases\//,
    may: /^src\/(?:dockerfile|shell|facts)\//,
    types: /^src\/project\//,
  },
  {
    folder: /^src\/runtime\//,
    may: /^src\/(?:dockerfile|shell|facts|bases|cache-mounts)\/|^src\/project\/(?:copy-sources|dockerignore)\.ts$/,
    types: /^src\/project\/|^src\/transform\/index\.ts$/,
  },
  {
    folder: /^src\/report\//,
    may: /^src\/(?:dockerfile|facts|transform|report|replay)\/|^src\/(?:errors|forge\/escape|verify\/timing-title)\.ts$|^(?:diff|picocolors|node:path|node:crypto)$/,
  },
  {
    folder: /^src\/playground\//,
    may: /^src\/(?:dockerfile|transform|report)\/|^src\/index\.ts$|^transforms\/index\.ts$/,
  },
  { folder: /^src\/editor\//, may: /^src\/(?:dockerfile|transform)\/|^src\/report\/edits-between\.ts$/ },
  { folder: /^src\/replay\//, may: /^src\/(?:dockerfile|shell|facts|project)\/|^node:crypto$/ },
  { folder: /^src\/batch\//, may: /^src\/errors\.ts$|^src\/config\/problems\.ts$|^(?:node:crypto|zod)$/ },
  {
    folder: /^src\/forge\//,
    may: /^src\/(?:errors|verify\/timing-title)\.ts$|^(?:node:crypto|zod)$/,
    types: /^src\/transform\/types\.ts$|^src\/verify\/saved-proof\.ts$/,
  },
  {
    folder: /^src\/verify\//,
    may: /^src\/(?:dockerfile|transform)\/|^src\/(?:errors|discovery\/glob|discovery\/shell-words|report\/diff)\.ts$|^src\/project\/manifests\/(?:parse|python-requirements|values)\.ts$|^(?:node:crypto|zod)$/,
  },
  {
    folder: /^transforms\/[^/]+\//,
    // Of the project only what is cheap to load: the readers of manifests come with the project facts.
    may: /^src\/(?:transform|dockerfile|shell|facts|cache-mounts|bases|runtime)\/index\.ts$|^src\/shell\/(?:insert|insert-command|layout|merge-runs|remove|stops-at-failure)\.ts$|^src\/project\/(?:context|copy-sources|dockerignore|git-history|go-closure|go-source|paths|view)\.ts$|^src\/(?:replay\/expected|discovery\/gitignore)\.ts$/,
    types: /^src\/project\//,
  },
];

describe('imports', () => {
  const imports = importsBelow(['src', 'transforms']).filter(({ from }) => from !== 'transforms/index.ts');
  const listed = (wrong: readonly Import[]): readonly string[] => wrong.map(({ from, to }) => `${from} imports ${to}`);

  test('are found', () => {
    expect(imports.length).toBeGreaterThan(100);
  });
  test.each(layers)('of $folder stay in their layer', ({ folder, may, types }) => {
    const wrong = imports.filter(({ from, to, typesOnly }) => {
      const own = folder.exec(from)?.[0];
      if (own === undefined || to.startsWith(own) || may.test(to) || to === 'src/once.ts') return false;
      if (own.startsWith('transforms/') && FACT_TABLES.test(to)) return false;
      return !(typesOnly && types !== undefined && types.test(to));
    });
    expect(listed(wrong)).toEqual([]);
  });
  test('of disk, processes and network stand only in src/ports and src/cli.ts', () => {
    const wrong = imports.filter(
      ({ from, to, typesOnly }) =>
        isNodeModule(to) && !PURE_MODULES.has(to) && !typesOnly && !/^src\/(?:ports\/|cli\.ts$)/.test(from),
    );
    expect(listed(wrong)).toEqual([]);
  });
  test('of the command line stand only above it', () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        /^src\/(?:commands\/|cli\.ts)/.test(to) && !/^src\/(?:commands\/|(?:action|cli|index)\.ts)/.test(from),
    );
    expect(listed(wrong)).toEqual([]);
  });
  test('name files that exist', () => {
    expect(
      listed(
        imports.filter(
          ({ to }) => to.includes('/') && /^(?:src|transforms)\//.test(to) && !existsSync(path.join(root, to)),
        ),
      ),
    ).toEqual([]);
  });
});

const NODE_MODULES = new Set([
  'fs',
  'fs/promises',
  'child_process',
  'net',
  'http',
  'https',
  'os',
  'process',
  'worker_threads',
]);

function isNodeModule(name: string): boolean {
  return name.startsWith('node:') || NODE_MODULES.has(name);
}

const tracked = existsSync(path.join(root, '.git'))
  ? execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    })
      .split('\0')
      .filter((file) => file !== '' && existsSync(path.join(root, file)))
  : [];

(tracked.length > 0 ? test : test.skip)('no file names the machine or the desk that it was written on', () => {
  // Written in pieces, so that this file does not hold them either.
  const folders = ['work', 'farm'].map((name) => `/${name}/`);
  // The corpus and the engine beside the repository are named; notes and tools beside it are not.
  const notes = new RegExp(`\\b${'know'}ledge/[a-z-]+\\.md|\\bissues${' '}show\\b|\\.\\./shared/(?!corpus/|engine/)`);
  const wrong = tracked.filter((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    return notes.test(text) || folders.some((place) => new RegExp(`(?:^|[^A-Za-z0-9_./-])${place}`, 'm').test(text));
  });
  expect(wrong).toEqual([]);
});
