// Bundles src into dist, so that dfix starts quickly, and emits the library's types. npm also runs it as `prepare`: where
// the tools to build are not installed, as in an installed package, it leaves dist as it is.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/** Large and seldom needed: loaded from node_modules at the moment of use. */
const external = ['ts-morph', 'zod', 'jiti', 'vscode-languageserver', 'bullmq', 'ioredis'];

/** yaml's build for Node is 70 CommonJS files; the one for browsers is the same code as modules, of which unused parts go. */
const alias = { yaml: path.join(root, 'node_modules/yaml/browser/index.js') };

/** V8 reads a large object from JSON in less time than from a script, and its compiled code stays small. */
const json = {
  name: 'json',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.json$/ }, ({ path: file }) => {
      const text = JSON.stringify(JSON.parse(readFileSync(file, 'utf8')));
      return { contents: `export default JSON.parse(${JSON.stringify(text)})` };
    });
  },
};

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  charset: 'ascii',
  minifySyntax: true,
  minifyWhitespace: true,
  minifyIdentifiers: true,
  legalComments: 'linked',
  external,
  alias,
  plugins: [json],
  logLevel: 'warning',
};

/** The library and the threads as modules that share their parts; the command as one script, which `bin/load.js` loads. */
async function bundle() {
  const { build } = await import('esbuild');
  await build({
    ...shared,
    entryPoints: {
      index: 'src/index.ts',
      'commands/batch-thread': 'src/commands/batch-thread.ts',
      'rewrite-worker': 'src/commands/rewrite-worker.ts',
    },
    outdir: 'dist',
    splitting: true,
    format: 'esm',
    chunkNames: 'chunks/[name]-[hash]',
  });
  await build({
    ...shared,
    entryPoints: ['src/cli.ts'],
    outfile: 'dist/cli.cjs',
    format: 'cjs',
    define: { 'import.meta.url': '__bundleUrl' },
  });
  const file = path.join(root, 'dist/cli.cjs');
  // A script whose compiled code was kept may not import by itself.
  const text = readFileSync(file, 'utf8').replace(/(?<=\bawait |[[,])import\((?=[("'`])/g, '__import(');
  // The hash is the name by which `bin/load.js` keeps the compiled code.
  const hash = createHash('sha256').update(text).digest('hex');
  writeFileSync(file, `/*${hash}*/(function (exports, require, module, __bundleUrl, __import) {${text}\n})`);
}

function emitTypes(typescript) {
  const tsc = path.join(path.dirname(typescript), 'bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
}

/** Where a package is installed; undefined when it is not. */
function installed(name) {
  try {
    return createRequire(import.meta.url).resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
}

if (installed('esbuild') === undefined) {
  console.error('esbuild is not installed: dist is left as it is');
} else {
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  await bundle();
  const typescript = installed('typescript');
  if (typescript !== undefined && !process.argv.includes('--no-types')) emitTypes(typescript);
}
