// Writes docs/coverage.md: how much of the RUN bodies of a corpus dfix understands, and what it does not.
//   node scripts/coverage.js [CORPUS.jsonl.gz [LIST.tsv CLONES]]
// LIST.tsv has the columns repo, dockerfile and head_sha; CLONES holds a clone of each repository, as for results.js.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { importSource, root } from './bundle.js';
import { readCorpus } from './corpus.js';

const corpus = readCorpus();
if (corpus === undefined) {
  console.error('coverage: no corpus; name one: npm run coverage -- FILE.jsonl.gz');
  process.exit(2);
}
const { Dockerfile, readFacts, effectsOf, readInvocation } = await importSource(
  'coverage',
  `export { Dockerfile } from './src/dockerfile/index.js';
   export { readFacts, effectsOf } from './src/facts/index.js';
   export { readInvocation } from './src/shell/index.js';`,
);

const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);

/** Counts over the RUNs of Dockerfiles; images for Windows are left out. */
function measure(texts) {
  const [unparsed, unknown, options, causes] = [new Map(), new Map(), new Map(), new Map()];
  let [runs, parsed, commands, modelled, opaque, unseen, anywhere] = [0, 0, 0, 0, 0, 0, 0];
  for (const text of texts) {
    let file;
    try {
      file = Dockerfile.parse(text);
    } catch {
      continue;
    }
    const facts = readFacts(file);
    for (const instruction of file.instructions) {
      if (instruction.keyword !== 'RUN' || facts.before(instruction).image.os === 'windows') continue;
      const body = facts.body(instruction);
      if (body.kind === 'none') continue;
      runs++;
      if (body.kind === 'opaque') count(unparsed, body.why);
      else parsed++;
      const script = body.kind === 'opaque' ? undefined : body.script;
      const functions = new Set();
      for (const node of script?.parents.values() ?? []) if (node.kind === 'function') functions.add(node.name);
      for (const command of script?.commands ?? []) {
        commands++;
        const invocation = readInvocation(command);
        const { tool, model, use } = invocation;
        if (use !== undefined && use.opaque === undefined) {
          for (const { name, known } of invocation.options)
            if (!known) count(options, [tool, invocation.subcommand, name].filter((part) => part !== '').join(' '));
        }
        if (tool === '' || model !== undefined || functions.has(tool)) modelled++;
        else
          count(
            unknown,
            tool === undefined ? '(name not literal)' : /[/$]/.test(tool) ? '(a file of the image)' : tool,
          );
      }
      const { opaque: why, writes } = effectsOf(facts, instruction);
      if (why === undefined) {
        if (writes.includes('/**')) anywhere++;
        continue;
      }
      opaque++;
      const cause = why
        .replace(/ at line \d+/g, '')
        .replace(/: the path .* is not known/, ': a path that is not known')
        .replace(/runs \S+$/, 'runs a program');
      if (/runs|project|code/.test(cause)) unseen++;
      count(causes, cause.length > 70 ? `${cause.slice(0, 70)}…` : cause);
    }
  }
  return {
    files: texts.length,
    unparsed,
    unknown,
    options,
    causes,
    runs,
    parsed,
    commands,
    modelled,
    opaque,
    unseen,
    anywhere,
  };
}

/** The texts of the listed Dockerfiles that are at hand. */
function repositoryFiles(list, clones) {
  const [header, ...rows] = readFileSync(list, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  return rows.flatMap((row) => {
    const { repo, dockerfile, head_sha: head } = Object.fromEntries(header.map((name, i) => [name, row[i]]));
    const base = path.join(clones, repo.replace('/', '+'));
    const folder = [path.join(base, 'repo'), base].find((one) => existsSync(one));
    if (folder === undefined) return [];
    try {
      return [
        execFileSync('git', ['-C', folder, 'show', `${head}:${dockerfile}`], { encoding: 'utf8', stdio: 'pipe' }),
      ];
    } catch {
      return [];
    }
  });
}

const [, , , list, clones] = process.argv;
const main = measure(corpus.map(({ text }) => text));
const { unparsed, unknown, options } = main;
const others = list === undefined ? [] : [measure(repositoryFiles(list, clones))];
const all = [main, ...others];

const share = (part, whole) => `${((100 * part) / whole).toFixed(1)} %`;
const rows = (map, most) =>
  [...map]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([name, times]) => `| \`${name.replace(/[|\`]/g, ' ')}\` | ${times} |`);
const row = (name, cell) => `| ${[name, ...all.map(cell)].join(' | ')} |`;
/** The causes of all measured sets side by side, by how often they stand in the first. */
const causeRows = (most) => {
  const names = [...new Set(all.flatMap((one) => [...one.causes.keys()]))];
  const times = (name) => all.map((one) => one.causes.get(name) ?? 0);
  return names
    .sort((a, b) => times(b)[0] - times(a)[0] || (times(b)[1] ?? 0) - (times(a)[1] ?? 0) || (a < b ? -1 : 1))
    .filter((name, at) => at < most || (times(name)[1] ?? 0) > 0)
    .map((name) => `| \`${name.replace(/[|\`]/g, ' ')}\` | ${times(name).join(' | ')} |`);
};
const table = (head, map, most) => [`| ${head} | times |`, '| --- | --- |', ...rows(map, most), ''];
writeFileSync(
  path.join(root, 'docs', 'coverage.md'),
  [
    '# What dfix understands of real RUN bodies',
    '',
    `Written by \`npm run coverage\` over ${corpus.length} public Dockerfiles of 2020${others.length === 0 ? '' : ` and ${others[0].files} Dockerfiles of applications that are kept up today`} (images for Windows left out).`,
    '',
    row('', (one) => (one === main ? 'of 2020' : 'of today')),
    row('---', () => '---'),
    row('Dockerfiles', ({ files }) => files),
    row('RUN bodies', ({ runs }) => runs),
    row('parsed as shell, or JSON form', ({ parsed, runs }) => share(parsed, runs)),
    row('simple commands', ({ commands }) => commands),
    row('commands whose tool is modelled', ({ modelled, commands }) => share(modelled, commands)),
    row('RUNs whose effects are opaque', ({ opaque, runs }) => share(opaque, runs)),
    row('of these: run code that is not in the Dockerfile', ({ unseen, runs }) => share(unseen, runs)),
    row('of these: not understood', ({ opaque, unseen, runs }) => share(opaque - unseen, runs)),
    row('others that may write anywhere, as a path is not known', ({ anywhere, runs }) => share(anywhere, runs)),
    '',
    '## Commands that are not modelled',
    '',
    ...table('command', unknown, 40),
    '## Options that the models do not know',
    '',
    ...table('option', options, 40),
    '## Bodies that are not parsed',
    '',
    ...table('reason', unparsed, 10),
    '## Why effects are opaque',
    '',
    row('cause', (one) => (one === main ? 'of 2020' : 'of today')),
    row('---', () => '---'),
    ...causeRows(40),
  ].join('\n'),
);
for (const { parsed, modelled, commands, opaque, unseen, runs } of all)
  console.log(
    `parsed ${share(parsed, runs)}, modelled ${share(modelled, commands)}, opaque ${share(opaque, runs)} (unseen code ${share(unseen, runs)})`,
  );
