// Writes a part of docs/results.md: in how many commits the sources of a COPY change, by what they are.
//   node scripts/change-chances.js LIST.tsv CLONES
// LIST.tsv has the columns repo, head_sha, dockerfile and context; CLONES holds a clone of each repository, bare or not, as
// owner+name or owner+name/repo.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { importSource } from './bundle.js';
import { contextAt } from './snapshots.js';
import { writeSection } from './section.js';

const COMMITS = 200;
const [list, clones] = process.argv.slice(2);
if (clones === undefined) {
  console.error('change-chances: node scripts/change-chances.js LIST.tsv CLONES');
  process.exit(2);
}
const core = await importSource(
  'change-chances',
  `export { Dockerfile } from './src/dockerfile/index.js';
   export { copyWords, readFacts } from './src/facts/index.js';
   export { resolveSources } from './src/project/copy-sources.js';
   export { ignoreTest, parseDockerignore, visiblePaths } from './src/project/dockerignore.js';
   export { changesBelow } from './src/project/git-history.js';
   export { recentChanges } from './src/ports/git.js';
   export { kindOf } from './src/replay/expected.js';`,
);

const [header, ...rows] = readFileSync(list, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));
const column = (row, name) => row[header.indexOf(name)];
const shares = new Map();
const counted = new Set();
for (const row of rows) {
  const repo = column(row, 'repo');
  const base = path.join(clones, repo.replace('/', '+'));
  const folder = [path.join(base, 'repo'), base].find((one) => existsSync(one));
  const below = column(row, 'context').replace(/^\.\/?|\/$/g, '');
  const name = column(row, 'dockerfile');
  const commit = column(row, 'head_sha');
  const text = folder === undefined ? undefined : contextAt(folder, commit, '').read(name);
  if (text === undefined) continue;
  const dockerfile = path.relative(below, name);
  const context = contextAt(folder, commit, below);
  const { ignoreFile } = core.visiblePaths(context, dockerfile);
  const ignored = core.ignoreTest(core.parseDockerignore(context.read(ignoreFile) ?? '').patterns);
  const changes = core
    .changesBelow(core.recentChanges(folder, COMMITS, commit), below)
    .map((paths) => paths.filter((one) => !ignored(one)));
  const facts = core.readFacts(core.Dockerfile.parse(text));
  for (const copy of facts.file.instructions) {
    if (!/^(?:COPY|ADD)$/.test(copy.keyword) || copy.flags.some(({ name }) => name === 'from')) continue;
    if (facts.before(copy) === undefined || copy.heredocs.length > 0) continue;
    for (const source of core.copyWords(facts, copy).slice(0, -1)) {
      if (source === undefined || /^\w+:/.test(source)) continue;
      const touches = changes.filter((paths) => {
        return core.resolveSources({ paths, complete: true }, [source], {}).files.length > 0;
      });
      const kind = core.kindOf(source);
      shares.set(kind, [...(shares.get(kind) ?? []), touches.length / changes.length]);
      counted.add(repo);
    }
  }
}

const NAMES = {
  context: 'all of the context',
  folder: 'a folder',
  manifest: 'a manifest or lock file',
  file: 'another single file',
};
writeSection('scripts/change-chances.js', [
  '## How often the sources of a COPY change',
  '',
  `Written by \`scripts/change-chances.js\`: of the last ${COMMITS} commits (first parents) before the version of each Dockerfile,`,
  `the share that changes a file which a source brings; means over ${counted.size} repositories.`,
  '',
  '| source | sources | of a hundred commits |',
  '| --- | --- | --- |',
  ...Object.entries(NAMES).map(([kind, name]) => {
    const found = shares.get(kind) ?? [];
    const mean = found.reduce((sum, one) => sum + one, 0) / Math.max(1, found.length);
    return `| ${name} | ${found.length} | ${(100 * mean).toFixed(1)} |`;
  }),
]);
