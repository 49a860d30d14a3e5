import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { root } from './support/paths.js';

/** What a page bundles of dfix, with every module of Node left unresolved. */
function bundle(contents: string) {
  return build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    logLevel: 'silent',
    // dockerfile-ast ships as CommonJS for Node; everything else has a build for browsers.
    mainFields: ['browser', 'module', 'main'],
    external: ['ts-morph'],
  });
}

test('a module of Node in the bundle is an error', async () => {
  await expect(bundle("import fs from 'node:fs'; console.log(fs);")).rejects.toThrow('node:fs');
});

test('the library bundles for a browser without a module of Node', async () => {
  const { metafile, outputFiles } = await bundle("export { optimize } from './src/index.js';");
  expect(Object.keys(metafile.inputs).filter((name) => /^src\/(?:ports|commands|cli)/.test(name))).toEqual([]);
  const module = (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]!.text)}`)) as {
    optimize(text: string): { output: string };
  };
  const { output } = module.optimize('FROM debian:12-slim\nRUN apt-get update && apt-get install -y curl\n');
  expect(output).toContain('--mount=type=cache');
}, 60_000);
