// Writes dist/playground/index.html: one page with the library in it, which loads nothing and asks no server. Prints its size.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Script } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { importSource, root } from './bundle.js';

const LARGEST = 600_000;

const { STYLE, PLAYGROUND_STYLE } = await importSource(
  'playground-style',
  "export { STYLE } from './src/report/html/style.js'; export { PLAYGROUND_STYLE } from './src/playground/style.js';",
);
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['src/playground/main.ts'],
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  mainFields: ['browser', 'module', 'main'],
  external: ['ts-morph'],
  write: false,
  logLevel: 'error',
});
// In a script element, nothing but its end may look like its end.
const script = outputFiles[0].text.trimEnd().replaceAll(/<(?=\/script|!--)/gi, '\\x3c');
// A pattern that holds such an end would be broken by this: better here than in somebody's browser.
new Script(script);
const style = STYLE + PLAYGROUND_STYLE;
const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>dfix playground</title>
<style>${style}</style>
</head>
<body>
<header><h1>dfix playground</h1>
<p class="dim">Runs in this page: nothing is sent anywhere. It sees only the text, not your project, so it is more careful than on your machine.</p></header>
<main>
<form>
<label for="source">Your Dockerfile</label>
<textarea id="source" spellcheck="false" autocapitalize="off" autocomplete="off"></textarea>
<div class="row"><label for="allow">Highest level of change</label>
<select id="allow"><option>safe</option><option>review</option><option>unsafe</option></select>
<button type="button" id="share">Copy link</button></div>
<details><summary>Transforms</summary><fieldset id="transforms"><legend class="unseen">Transforms that run</legend></fieldset></details>
</form>
<p id="status" role="status" class="dim"></p>
<h2>Result</h2>
<div id="result"></div>
</main>
<script>${script}</script>
</body>
</html>
`;
const folder = path.join(root, 'dist', 'playground');
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'index.html'), page);
const size = gzipSync(page).length;
console.log(
  `dist/playground/index.html: ${(page.length / 1000).toFixed(0)} kB, ${(size / 1000).toFixed(0)} kB gzipped`,
);
if (size > LARGEST) {
  console.error(`larger than ${LARGEST / 1000} kB gzipped`);
  process.exitCode = 1;
}
