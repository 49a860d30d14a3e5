// npm run new-transform NAME: a folder with a transform that does nothing yet, a README, and three red fixtures.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const [name = '', ...rest] = process.argv.slice(2);

function refuse(message) {
  console.error(`new-transform: ${message}`);
  process.exit(2);
}

if (name === '' || rest.length > 0) refuse('give one name: npm run new-transform do-something');
if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(name) || name.length > 50) {
  refuse(`"${name}" is no imperative in kebab-case, such as mount-package-caches`);
}
const folder = path.join(root, 'transforms', name);
if (existsSync(folder)) refuse(`transforms/${name} is there already`);

const sentence = name.replaceAll('-', ' ');
const files = {
  'index.ts': `import { defineTransform } from '../../src/transform/index.js';

export default defineTransform({
  meta: {
    name: '${name}',
    summary: '${sentence[0].toUpperCase()}${sentence.slice(1)}',
    why: 'TODO: one sentence for a pull request: why builds get faster or images smaller.',
    phase: 'clean',
    level: 'safe',
    assumes: [],
    needs: [],
    preset: 'opt-in',
    sameAs: [],
    references: [],
    options: {},
  },
  find: (file, { decline }) => {
    for (const instruction of file.instructions) {
      if (instruction.keyword === 'RUN') decline('TODO: not written yet', instruction.span);
    }
  },
});
`,
  // The head comes from `npm run generate`; what follows it is written by hand.
  'README.md': `## When it leaves a file alone\n\nTODO: the guards, one a line, each with its fixture in keeps/.\n`,
  'fixtures/changes/the-plain-case/input.Dockerfile': 'FROM debian:12\nRUN echo todo\n',
  'fixtures/changes/the-plain-case/output.Dockerfile': 'FROM debian:12\nRUN echo done\n',
  'fixtures/changes/the-plain-case/case.json': '{ "level": "safe", "example": true }\n',
  'fixtures/keeps/nothing-to-do/input.Dockerfile': 'FROM debian:12\nRUN echo todo\n',
  'fixtures/keeps/unsafe-to-do/input.Dockerfile': 'FROM debian:12\nRUN echo todo $UNKNOWN\n',
  'fixtures/keeps/unsafe-to-do/case.json': '{ "declines": ["TODO: why it is left alone"] }\n',
};
for (const [file, text] of Object.entries(files)) {
  const place = path.join(folder, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, text);
}
execFileSync(process.execPath, [path.join(root, 'scripts', 'generate.js')], { stdio: 'inherit' });
console.log(`transforms/${name} is there; its fixtures are red until it does what they say`);
