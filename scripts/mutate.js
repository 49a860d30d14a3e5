// Takes guards away one at a time and asks the fixtures whether they notice.
//   node scripts/mutate.js FILE…
// Each condition of an `if` or `? :`, each operand of `&&` and `||`, and each call of `some` and `every` in the files is
// turned round for itself; then the fixtures of all transforms whose code the files are part of run, until one fails. What
// survives is printed: it has no fixture, needs none since nothing changes, or is of no use.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { build } from 'esbuild';
import ts from 'typescript';
import { root } from './bundle.js';

const files = process.argv.slice(2).map((file) => path.resolve(file));
if (files.length === 0) {
  console.error('mutate: node scripts/mutate.js FILE…');
  process.exit(2);
}

/** Every place that is turned round, by its number. */
const mutants = [];

/** A file with each guard behind `__m(number, () => guard)`. */
function instrument(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const wrap = (node) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    const number = mutants.length;
    mutants.push({ place: `${path.relative(root, file)}:${line + 1}`, text: node.getText().replace(/\s+/g, ' ') });
    return (factory, visited) =>
      factory.createCallExpression(factory.createIdentifier('globalThis.__m'), undefined, [
        factory.createNumericLiteral(number),
        visited,
      ]);
  };
  const isLogical = ({ operatorToken }) =>
    operatorToken?.kind === ts.SyntaxKind.AmpersandAmpersandToken || operatorToken?.kind === ts.SyntaxKind.BarBarToken;
  /** Whether the value of an expression is only asked for its truth. */
  const isGuard = (node) => {
    const { parent } = node;
    if (ts.isBinaryExpression(node) && isLogical(node)) return false;
    if (ts.isIfStatement(parent)) return parent.expression === node;
    if (ts.isConditionalExpression(parent)) return parent.condition === node;
    if (ts.isBinaryExpression(parent) && isLogical(parent)) return true;
    return (
      ts.isReturnStatement(parent) && ts.isCallExpression(node) && /\.(?:some|every)$/.test(node.expression.getText())
    );
  };
  const transformer = (context) => (start) => {
    const visit = (node) => {
      const make = ts.isExpression(node) && isGuard(node) ? wrap(node) : undefined;
      const visited = ts.visitEachChild(node, visit, context);
      return make === undefined ? visited : make(context.factory, visited);
    };
    return ts.visitNode(start, visit);
  };
  const { transformed } = ts.transform(source, [transformer]);
  return ts.createPrinter().printFile(transformed[0]);
}

const outfile = path.join(root, 'node_modules', '.cache', 'dfix', 'mutants.mjs');
const { metafile } = await build({
  stdin: {
    contents: `export { runTransforms } from './src/transform/index.js';
      export { transforms } from './transforms/index.js';
      export { fixturesOf } from './__tests__/support/fixtures.js';`,
    resolveDir: root,
    loader: 'ts',
  },
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  metafile: true,
  define: { 'import.meta.dirname': JSON.stringify(path.join(root, '__tests__', 'support')) },
  plugins: [
    {
      name: 'instrument',
      setup: ({ onLoad }) =>
        onLoad({ filter: /\.ts$/ }, ({ path: file }) =>
          files.includes(file) ? { contents: instrument(file), loader: 'ts' } : undefined,
        ),
    },
    {
      name: 'all transforms are in the bundle already',
      setup: ({ onLoad }) =>
        onLoad({ filter: /support.fixtures\.ts$/ }, ({ path: file }) => ({
          contents: readFileSync(file, 'utf8').replace(/await import\(`.*`\)/, '{}'),
          loader: 'ts',
        })),
    },
  ],
});

/** Whether code of a transform leads to one of the files. */
function reaches(input, seen = new Set()) {
  if (files.includes(path.resolve(root, input))) return true;
  if (seen.has(input)) return false;
  seen.add(input);
  return (metafile.inputs[input]?.imports ?? []).some((one) => !one.external && reaches(one.path, seen));
}

let flipped = -1;
/** The mutants that the running fixture meets. */
let met = new Set();
globalThis.__m = (number, value) => {
  met.add(number);
  return number === flipped ? !value : value;
};

/** What a test of a fixture sees. */
function outcomeOf({ transform, fixture }) {
  const { input, settings, project, history, lines } = fixture;
  const { output, changes, refusals, faults } = core.runTransforms(input, {
    transforms: [transform],
    allow: settings.allow,
    options: { [transform.meta.name]: settings.options },
    // What is kept by its context would hide a guard that is turned round.
    ...(project && { project: { ...project, context: { ...project.context } } }),
    ...(history && { history }),
    ...(lines && { lines }),
  });
  const levels = settings.level === undefined ? [] : changes.map(({ level }) => level);
  const announced = settings.announces === undefined ? [] : changes.flatMap(({ announces }) => announces);
  return JSON.stringify([output, levels, announced, refusals.map(({ reason }) => reason), faults]);
}

const core = await import(pathToFileURL(outfile).href);
const cases = core.transforms
  .filter(({ meta }) => reaches(`transforms/${meta.name}/index.ts`))
  .flatMap((transform) =>
    ['changes', 'keeps'].flatMap((kind) =>
      core.fixturesOf(transform.meta.name, kind).map((fixture) => ({ transform, fixture })),
    ),
  )
  .map((one) => {
    met = new Set();
    return { ...one, outcome: outcomeOf(one), met };
  });

/** A guard that is turned round may make a loop endless. */
const inTime = new Script('globalThis.__outcome()');

function isNoticed(number) {
  flipped = number;
  return cases.some((one) => {
    if (!one.met.has(number)) return false;
    globalThis.__outcome = () => outcomeOf(one);
    try {
      return inTime.runInThisContext({ timeout: 10_000 }) !== one.outcome;
    } catch {
      return true;
    }
  });
}

const survivors = mutants.filter((_, number) => !isNoticed(number));
for (const { place, text } of survivors) console.log(`${place}: ${text}`);
console.log(`${mutants.length} guards turned round, ${survivors.length} survived ${cases.length} fixtures`);
