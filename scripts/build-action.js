// Bundles the GitHub Action into one file that needs no node_modules: tags of releases carry it, the main branch does not.
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');

const ENTRY = `
import { runAction } from './src/action.ts';
const { stdout, stderr, stdin, env } = process;
process.exitCode = await runAction({ stdout, stderr, stdin, cwd: process.cwd(), env, isTTY: false });
`;

await build({
  absWorkingDir: root,
  stdin: { contents: ENTRY, resolveDir: root, loader: 'ts' },
  outfile: path.resolve(process.argv[2] ?? path.join(root, 'action', 'index.js')),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minify: true,
  legalComments: 'linked',
  // CommonJS inside asks for the modules of Node.
  banner: {
    js: "import { createRequire as dfixRequire } from 'node:module'; import { fileURLToPath as dfixPath } from 'node:url'; import { dirname as dfixDir } from 'node:path'; const require = dfixRequire(import.meta.url); const __filename = dfixPath(import.meta.url); const __dirname = dfixDir(__filename);",
  },
  logLevel: 'warning',
});
