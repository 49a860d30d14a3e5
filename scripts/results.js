// Writes docs/results.md: what dfix's rewrites save over the histories of real repositories.
//   node scripts/results.js LIST.tsv CLONES [OUTPUT.md]
//   ONLY=REGEXP leaves out the repositories that it does not match.
// LIST.tsv has the columns repo, dockerfile, context, tier and head_sha; CLONES holds a clone of each repository, bare or
// not, as owner+name or owner+name/repo. Nothing of a repository is built, run or copied.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { importSource, root } from './bundle.js';
import { reorder } from './reorder-only.js';
import { resultsPage } from './results-page.js';
import { contextAt, snapshotsOf } from './snapshots.js';

const [list, clones, output = path.join(root, 'docs', 'results.md')] = process.argv.slice(2);
if (list === undefined || clones === undefined) {
  console.error('results: node scripts/results.js LIST.tsv CLONES [OUTPUT.md]');
  process.exit(2);
}
const core = await importSource(
  'results',
  `export { readHistory, recentChanges, patchesUntil } from './src/ports/git.js';
   export { timesOfLines } from './src/project/line-history.js';
   export { changesBelow } from './src/project/git-history.js';
   export * from './src/replay/index.js';
   export { Dockerfile } from './src/dockerfile/index.js';
   export { readFacts, orderReason } from './src/facts/index.js';
   export { readProject } from './src/project/project.js';
   export { runTransforms } from './src/transform/index.js';
   export { resolveSources } from './src/project/copy-sources.js';
   export { visiblePaths } from './src/project/dockerignore.js';
   export { discoverBuilds, buildsOf } from './src/discovery/discover.js';
   export { transforms } from './transforms/index.js';`,
);
const COMMITS = 200;
const defaults = core.transforms.filter(({ meta }) => meta.preset === 'default');

const [header, ...rows] = readFileSync(list, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));
const cases = rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
const results = [];
const skipped = [];
for (const row of cases.filter(({ repo }) => new RegExp(process.env.ONLY ?? '').test(repo))) {
  const base = path.join(clones, row.repo.replace('/', '+'));
  const folder = [path.join(base, 'repo'), base].find((one) => existsSync(one));
  if (folder === undefined) {
    skipped.push({ ...row, why: 'no clone' });
    continue;
  }
  try {
    const { dockerfile, head_sha: head } = row;
    for (const snapshot of snapshotsOf(folder, { head, dockerfile }, COMMITS)) {
      const result = await replayed(folder, row, snapshot);
      if (result.missing.length > 0) {
        const why = `${snapshot.name}: copies what is not in the repository: ${result.missing.join(', ')}`;
        skipped.push({ ...row, why });
      } else results.push({ ...row, ...result });
      console.error(`${row.repo} ${dockerfile} ${snapshot.name}`);
    }
  } catch (error) {
    skipped.push({ ...row, why: error.message });
    console.error(`${row.repo} ${row.dockerfile}: ${error.message}`);
  }
}
// What other scripts wrote behind it stays.
const kept = /\n<!-- written by [^]*$/.exec(existsSync(output) ? readFileSync(output, 'utf8') : '');
const page = resultsPage(results, skipped, { ...core, commits: COMMITS, transforms: defaults.map(({ meta }) => meta) });
writeFileSync(output, page + (kept?.[0] ?? ''));
if (process.env.RESULTS_JSON !== undefined)
  writeFileSync(process.env.RESULTS_JSON, JSON.stringify(results, undefined, 1));

/** All arms of one version of a file, over the same commits. */
async function replayed(folder, { dockerfile, context: written, context_basis: basis }, snapshot) {
  const found = await buildsAt(folder, snapshot.at, dockerfile);
  const context = basis === 'ambiguous' && found.context !== undefined ? found.context : written === '.' ? '' : written;
  const inputs = { target: found.target, buildArgs: {} };
  const files = contextAt(folder, snapshot.at, context);
  const project = core.readProject(files);
  const file = core.Dockerfile.parse(snapshot.text);
  const inContext = dockerfile.startsWith(`${context}/`) ? dockerfile.slice(context.length + 1) : dockerfile;
  const missing = missingSources(core.planBuild(file, inputs), core.visiblePaths(files, inContext));
  if (missing.length > 0) return { missing };
  // What dfix knows there: the commits before the version, whichever it is then replayed over.
  const history = core.recentChanges(folder, COMMITS, snapshot.at);
  const changes = core.changesBelow(history, context);
  const place = context === '' || inContext !== dockerfile ? inContext : undefined;
  const lines = linesAt(folder, snapshot, dockerfile, history);
  const settings = {
    transforms: defaults,
    project,
    history: () => changes,
    lines: () => lines,
    dockerfile: place,
    inputs,
  };
  const run = (text, allow) => core.runTransforms(text, { ...settings, allow });
  const [safe, review] = [run(snapshot.text, 'safe'), run(snapshot.text, 'review')];
  const ignoreFiles = core.ignoreFilesOf(dockerfile, context);
  const options = { context, ignoreFiles, timings: core.NO_TIMINGS };
  const commits = () =>
    core.readHistory(folder, { commits: snapshot.commits, until: snapshot.until, below: [context, ...ignoreFiles] });
  const play = async (arms, more = {}) => {
    const source = await commits();
    try {
      return await core.replay(source, arms, { ...options, ...more });
    } finally {
      source.close();
    }
  };
  const dirty = [];
  const [original] = (await play([{ file, inputs }], { onBuild: (_arm, { own }) => void dirty.push(own) })).arms;
  const costs = new Map(original.steps.map(({ step, cost }) => [step.instruction.index, cost.seconds]));
  const facts = core.readFacts(file, inputs);
  const ordered = reorder(file, costs, dirty.slice(1), (a, b) => core.orderReason(facts, a, b) !== undefined);
  const texts = { reorder: [ordered.text, undefined], safe: [safe.output, safe], review: [review.output, review] };
  const others = Object.values(texts).map(([text, result]) => ({
    file: core.Dockerfile.parse(text),
    inputs,
    ignoreLines: result === undefined ? [] : core.addedIgnoreLines(result.files),
  }));
  const names = ['original', ...Object.keys(texts)];
  const replays = (await play([{ file, inputs }, ...others])).arms;
  const arms = Object.fromEntries(replays.map((arm, i) => [names[i], figures(arm)]));
  arms.oracle = oracle(replays[0]);
  return {
    missing,
    snapshot: snapshot.name,
    commits: snapshot.commits,
    arms,
    unsearched: ordered.skipped,
    changed: { safe: safe.output !== safe.input, review: review.output !== review.input },
    changes: review.changes.map(({ transform, level, line, what }) => ({ transform, level, line, what })),
    // Of the rewrite as it stands: by its own lines.
    refusals: run(review.output, 'review').refusals.map(({ transform, reason, line, instruction }) => ({
      transform,
      reason,
      line,
      instruction,
    })),
    faults: review.faults,
    left: core.summariseArm(replays.at(-1), Array(snapshot.commits)).steps.filter(({ needless }) => needless.upper > 0),
    text: review.output,
  };
}

/** How often the commits before a version changed the lines of its Dockerfile, as the command knows it. */
function linesAt(folder, { at, text }, dockerfile, history) {
  const own = history.filter((paths) => paths.includes(dockerfile)).length;
  const patches = own === 0 ? undefined : core.patchesUntil(folder, dockerfile, own, at);
  return patches && { commits: history.length, times: core.timesOfLines(text, patches) };
}

/** What a build copies by name and the context does not have: what a build makes first, or the context is another one. */
function missingSources({ stages }, visible) {
  const reads = stages.flatMap(({ steps }) => steps.flatMap((step) => step.reads));
  const selectors = reads.flatMap(({ from, selector }) => (from === 'context' ? [selector] : []));
  return selectors.flatMap(({ sources, flags }) => core.resolveSources(visible, sources, flags).missing);
}

/** What the repository's own compose, bake, workflow and Makefile files say at a commit. */
async function buildsAt(folder, commit, dockerfile) {
  const { uses } = await core.discoverBuilds(contextAt(folder, commit, ''));
  const { contexts, targets, usesDefaultTarget, anyTarget } = core.buildsOf(uses, dockerfile);
  return {
    context: contexts[0],
    target: targets.length === 1 && !usesDefaultTarget && !anyTarget ? targets[0] : undefined,
  };
}

/** Runs of installs and those that no manifest asked for, at least and at most, and seconds with and without what cache mounts save. */
function figures({ steps, total, unbuildable }) {
  const count = (chosen, what) => {
    const all = steps.filter(({ cost }) => chosen(cost));
    return ['lower', 'upper'].map((bound) => all.reduce((sum, step) => sum + step[what][bound], 0));
  };
  const both = (chosen) => ({ runs: count(chosen, 'rebuilds'), needless: count(chosen, 'needless') });
  const plain = (bound) =>
    steps.reduce((sum, { cost, rebuilds }) => {
      return sum + (cost.seconds / (cost.discounted ? core.CACHE_MOUNT_FACTOR : 1)) * rebuilds[bound];
    }, 0);
  return {
    dependency: both(({ kinds, implied }) => kinds.has('dependency-install') && !implied),
    // A build that fetches by the way finds what it fetched in its cache mount.
    builds: both(({ implied, discounted }) => implied && !discounted),
    system: both(({ kinds }) => kinds.has('system-install')),
    discounted: total,
    plain: { lower: plain('lower'), upper: plain('upper') },
    unbuildable,
  };
}

/** The least that the same steps could cost: an install only when a manifest changed, a system install never. */
function oracle({ steps }) {
  const seconds = core.ESTIMATED_SECONDS;
  const total = (bound) =>
    steps.reduce((sum, { cost: { kinds, seconds: each }, rebuilds, needless }) => {
      const parts = [...kinds].map((kind) => {
        if (kind === 'system-install') return 0;
        return seconds[kind] * (kind === 'build' ? rebuilds[bound] : rebuilds[bound] - needless[bound]);
      });
      return sum + (kinds.size === 0 ? each * rebuilds[bound] : parts.reduce((a, b) => a + b, 0));
    }, 0);
  const range = { lower: total('lower'), upper: total('upper') };
  return { plain: range, discounted: range };
}
