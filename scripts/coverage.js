// Writes docs/coverage.md: how much of the RUN bodies of a corpus dfix understands, and what it does not.
import { writeFileSync } from 'node:fs';
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
const [unparsed, unknown, options, causes] = [new Map(), new Map(), new Map(), new Map()];
let [runs, parsed, commands, modelled, opaque, unseen] = [0, 0, 0, 0, 0, 0];
for (const { text } of corpus) {
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
        count(unknown, tool === undefined ? '(name not literal)' : /[/$]/.test(tool) ? '(a file of the image)' : tool);
    }
    const why = effectsOf(facts, instruction).opaque;
    if (why === undefined) continue;
    opaque++;
    const cause = why
      .replace(/ at line \d+/g, '')
      .replace(/: the path .* is not known/, ': a path that is not known')
      .replace(/runs \S+$/, 'runs a program');
    if (/runs|project|code/.test(cause)) unseen++;
    count(causes, cause.length > 70 ? `${cause.slice(0, 70)}…` : cause);
  }
}

const share = (part, whole) => `${((100 * part) / whole).toFixed(1)} %`;
const rows = (map, most) =>
  [...map]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([name, times]) => `| \`${name.replace(/[|\`]/g, ' ')}\` | ${times} |`);
const table = (head, map, most) => [`| ${head} | times |`, '| --- | --- |', ...rows(map, most), ''];
writeFileSync(
  path.join(root, 'docs', 'coverage.md'),
  [
    '# What dfix understands of real RUN bodies',
    '',
    `Written by \`npm run coverage\` over ${corpus.length} public Dockerfiles of 2020 (images for Windows left out).`,
    '',
    '| | |',
    '| --- | --- |',
    `| RUN bodies | ${runs} |`,
    `| parsed as shell, or JSON form | ${share(parsed, runs)} |`,
    `| simple commands | ${commands} |`,
    `| commands whose tool is modelled | ${share(modelled, commands)} |`,
    `| RUNs whose effects are opaque | ${share(opaque, runs)} |`,
    `| of these: run code that is not in the Dockerfile | ${share(unseen, runs)} |`,
    `| of these: not understood | ${share(opaque - unseen, runs)} |`,
    '',
    '## Commands that are not modelled',
    '',
    ...table('command', unknown, 80),
    '## Options that the models do not know',
    '',
    ...table('option', options, 400),
    '## Bodies that are not parsed',
    '',
    ...table('reason', unparsed, 10),
    '## Why effects are opaque',
    '',
    ...table('cause', causes, 120),
  ].join('\n'),
);
console.log(
  `parsed ${share(parsed, runs)}, modelled ${share(modelled, commands)}, opaque ${share(opaque, runs)} (unseen code ${share(unseen, runs)})`,
);
