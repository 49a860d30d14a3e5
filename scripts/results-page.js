// The Markdown of docs/results.md.

const ARMS = [
  ['original', 'original'],
  ['reorder', 'reorder only'],
  ['safe', 'dfix safe'],
  ['review', 'dfix review'],
];
/** Transforms about order. */
const ORDER = /manifest|order|system|sink|narrow|volatile/;
const SNAPSHOTS = [
  ['head', 'Newest version, over the commits before it'],
  ['early', 'Early version, over the commits after it'],
];

export function resultsPage(results, skipped, { commits, CACHE_MOUNT_FACTOR, ESTIMATED_SECONDS, transforms }) {
  const core = results.filter(({ tier }) => tier === 'core');
  const table = Object.entries(ESTIMATED_SECONDS).map(([kind, seconds]) => `${kind} ${seconds}`);
  return `${[
    '# What the rewrites save over real histories',
    '',
    'Written by `scripts/results.js`. Each Dockerfile is replayed by BuildKit’s cache rules over up to',
    `${commits} commits of its repository (first parents); nothing is built here, see [replay](replay.md) for the rules and how`,
    'they were checked by real builds. The file stays as it is while the sources change. Seconds are',
    'upper bounds, for every arm alike.',
    '',
    '- **Counts** hang on no assumed time: a run of an install is *needless* when no manifest of its ecosystem differs from an',
    '  earlier run of it (with what a mix.exs reads; for packages linked into what Mix fetches, what Mix goes by; for `go get` without',
    '  a go.mod, the sources); a system install that runs again always is. A range is what is sure and what may be, where a copy',
    '  from another stage decides; percentages are of what is sure. A build that fetches its dependencies by the way',
    '  (`go build`, `mvn package`) is counted by itself, and not where it has a cache mount to find them in.',
    `- **G**, the gain, is 1 − seconds after ÷ seconds before, by assumed seconds a step (${table.join(', ')}),`,
    `  once with cache mounts taken to need ${CACHE_MOUNT_FACTOR} of the time (an assumption), once as if they saved nothing (κ = 1).`,
    '- *Reorder only* is the cheapest order of the same instructions in each stage that keeps every dependency that dfix',
    '  sees, searched exactly, and trained on the very commits that it is judged by: a bound for any tool that only reorders.',
    `  (${core.reduce((sum, { unsearched }) => sum + unsearched, 0)} stages were too large to be searched and stay as they are.)`,
    '- *Oracle* installs only when a manifest changed, never installs system packages again, and builds as the original does.',
    `- Transforms: ${transforms.map(({ name }) => `\`${name}\``).join(', ')}.`,
    '',
    ...SNAPSHOTS.flatMap(([name, title]) =>
      section(
        title,
        core.filter(({ snapshot }) => snapshot === name),
      ),
    ),
    ...perFile(core.filter(({ snapshot }) => snapshot === 'head')),
    ...remaining(core),
    ...refused(core),
    ...(skipped.length === 0
      ? []
      : [
          '## Not replayed',
          '',
          ...skipped.map(({ repo, dockerfile, why }) => `- ${repo} \`${dockerfile}\`: ${clean(why)}`),
          '',
        ]),
  ].join('\n')}`;
}

function section(title, rows) {
  if (rows.length === 0) return [];
  const repositories = new Set(rows.map(({ repo }) => repo)).size;
  const replayed = rows.reduce((sum, row) => sum + row.commits, 0);
  const total = (arm, kind, what) =>
    [0, 1].map((bound) => rows.reduce((sum, { arms }) => sum + arms[arm][kind][what][bound], 0));
  const count = (arm, kind) => {
    const [now, before] = [total(arm, kind, 'needless'), total('original', kind, 'needless')];
    const change = arm === 'original' || before[0] === 0 ? '' : ` (${signed(now[0] / before[0] - 1)})`;
    return `${range(now)}${change}`;
  };
  const counts = ARMS.map(
    ([arm, name]) =>
      `| ${[name, range(total(arm, 'dependency', 'runs')), ...['dependency', 'builds', 'system'].map((kind) => count(arm, kind))].join(' | ')} |`,
  );
  const seconds = ARMS.slice(1).map(([arm, name]) => {
    const g = gains(rows, arm, 'discounted');
    const one = gains(rows, arm, 'plain');
    const figures = [
      `${percent(mean(g))} / ${percent(median(g))} / ${percent(pooled(rows, arm, 'discounted'))}`,
      `${percent(mean(one))} / ${percent(median(one))} / ${percent(pooled(rows, arm, 'plain'))}`,
      percent(share(g, (x) => x > 0.01)),
      percent(share(g, (x) => x > 0.5)),
      `${rows.filter(({ arms }) => worst(arms, arm) < -0.01).length}`,
      percent(captured(rows, arm)),
    ];
    return `| ${[name, ...figures].join(' | ')} |`;
  });
  const worse = rows.flatMap(({ repo, dockerfile, arms }) =>
    ARMS.slice(1).flatMap(([arm, name]) =>
      worst(arms, arm) < -0.01 ? [`${repo} \`${dockerfile}\` (${name}: ${percent(worst(arms, arm))})`] : [],
    ),
  );
  return [
    `## ${title}`,
    '',
    `${rows.length} Dockerfiles of ${repositories} repositories, ${replayed} commits. Needless runs over all of them:`,
    '',
    '| arm | dependency installs run | of these needless | builds that fetch needlessly | needless system installs |',
    '| --- | --- | --- | --- | --- |',
    ...counts,
    '',
    'Rebuild time:',
    '',
    '| arm | G mean / median / pooled | the same at κ = 1 | improved | by half | made worse | headroom captured |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...seconds,
    '',
    'Improved: G above 1 %. Made worse: G below −1 % at κ = 1, by either bound. Headroom captured: of what the oracle saves, at κ = 1.',
    ...missing(rows),
    ...(worse.length === 0 ? [] : [`Made worse: ${worse.join('; ')}.`]),
    '',
  ];
}

/** Commits at which a file that is copied by name is not there, though the original would have built. */
function missing(rows) {
  const only = rows.filter(({ arms }) => arms.review.unbuildable > arms.original.unbuildable);
  if (only.length === 0) return [];
  const commits = only.reduce((sum, { arms }) => sum + arms.review.unbuildable - arms.original.unbuildable, 0);
  const names = only.map(({ repo, arms }) => `${repo} ${arms.review.unbuildable - arms.original.unbuildable}`);
  return [
    `At ${commits} commits a file that only the rewrite copies by name is not there: ${names.join(', ')}. There it would fail`,
    'until dfix ran again; the cost is counted as if the file were empty.',
  ];
}

function perFile(rows) {
  const most = ({ arms }) => arms.original.dependency.needless[1] + arms.original.builds.needless[1];
  const cells = rows
    .filter((row) => most(row) + row.arms.original.system.needless[1] > 0)
    .sort((a, b) => most(b) - most(a))
    .map(({ repo, dockerfile, commits, arms }) => {
      const all = (kind) => ARMS.map(([arm]) => range(arms[arm][kind].needless)).join(' → ');
      return `| ${[repo, `\`${dockerfile}\``, commits, all('dependency'), all('builds'), all('system'), percent(gain(arms, 'review', 'discounted'))].join(' | ')} |`;
    });
  return [
    '## Each newest version with needless installs',
    '',
    'Needless runs: original → reorder only → dfix safe → dfix review.',
    '',
    '| repository | Dockerfile | commits | dependency | builds that fetch | system | G, review |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...cells,
    '',
  ];
}

/** Reasons given where an install still runs needlessly, most often first. */
function refused(rows) {
  const reasons = new Map();
  for (const { refusals, left, repo } of rows) {
    if (left.length === 0) continue;
    for (const { transform, reason } of refusals) {
      if (!ORDER.test(transform)) continue;
      const key = `| \`${transform}\` | ${clean(reason.replace(/\b\d+\b/g, 'N').replace(/"[^"]*"|\/[\w./*-]+/g, '…'))} |`;
      const known = reasons.get(key) ?? { times: 0, repositories: new Set() };
      reasons.set(key, { times: known.times + 1, repositories: known.repositories.add(repo) });
    }
  }
  if (reasons.size === 0) return [];
  const sorted = [...reasons].sort((a, b) => b[1].times - a[1].times || (a[0] < b[0] ? -1 : 1)).slice(0, 30);
  return [
    '## Moves refused where an install still runs needlessly',
    '',
    '| transform | reason | times | repositories |',
    '| --- | --- | --- | --- |',
    ...sorted.map(([key, { times, repositories }]) => `${key} ${times} | ${repositories.size} |`),
    '',
  ];
}

/** Steps that still install needlessly for certain, and what the transforms about order said of their file. */
function remaining(rows) {
  const steps = rows.flatMap(({ repo, dockerfile, snapshot, left, refusals }) =>
    left
      .filter(({ needless }) => needless.lower > 0)
      .map(({ line, needless, instruction }) => {
        const said = refusals
          .filter((one) => ORDER.test(one.transform) && one.line === line)
          .map(({ reason }) => clean(reason));
        const text = clean(instruction.replace(/--mount=\S+ /g, '')).slice(0, 80);
        return [needless.lower, repo, `\`${dockerfile}\``, snapshot, line, `\`${text}\``, said[0] ?? ''];
      }),
  );
  if (steps.length === 0) return [];
  return [
    '## Needless installs that remain',
    '',
    'With dfix review, both versions of a file; lines are those of the rewrite.',
    '',
    '| needless runs | repository | Dockerfile | version | line | step | refused because |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...steps.sort((a, b) => b[0] - a[0]).map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ];
}

function gain(arms, arm, how) {
  const before = arms.original[how].upper;
  return before === 0 ? 0 : 1 - arms[arm][how].upper / before;
}

/** The smaller gain of both bounds. */
function worst(arms, arm) {
  const of = (bound) => {
    const before = arms.original.plain[bound];
    return before === 0 ? -arms[arm].plain[bound] : 1 - arms[arm].plain[bound] / before;
  };
  return Math.min(of('lower'), of('upper'));
}

function gains(rows, arm, how) {
  return rows.map(({ arms }) => gain(arms, arm, how));
}

function pooled(rows, arm, how) {
  const sum = (name) => rows.reduce((total, { arms }) => total + arms[name][how].upper, 0);
  return 1 - sum(arm) / sum('original');
}

function captured(rows, arm) {
  const sum = (name) => rows.reduce((total, { arms }) => total + arms[name].plain.upper, 0);
  return (sum('original') - sum(arm)) / (sum('original') - sum('oracle'));
}

const range = ([lower, upper]) => (lower === upper ? `${upper}` : `${lower} to ${upper}`);
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const share = (values, test) => values.filter(test).length / values.length;
const percent = (value) => `${(100 * value).toFixed(1).replace('-', '−')} %`;
const signed = (value) => `${value > 0 ? '+' : ''}${percent(value)}`;
const clean = (text) => text.replace(/[|\n`<>]/g, ' ').slice(0, 160);
