#!/usr/bin/env node
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { setFlagsFromString } = require('node:v8');
const { load } = require('./load.js');

const { stdout, stderr, env } = process;
const dist = path.join(__dirname, '..', 'dist');

// `dfix | head`: whoever reads has seen enough.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? 0);
  });
}

/**
 * Most of what a file leaves behind is garbage: the heap need not be several times what is in use. Node 20 to 24 know the flag.
 * Under other flags than it was compiled with V8 takes no compiled code, be it that of Node's own modules.
 */
const growHeapBy = (percent) => {
  if (Number.parseInt(process.versions.node, 10) <= 24) setFlagsFromString(`--heap-growing-percent=${percent}`);
};
const byItself = 0;

const { main, keep } = load(path.join(dist, 'cli.cjs'));
void main(process.argv.slice(2), {
  stdout,
  stderr,
  // Opened when it is read.
  get stdin() {
    return process.stdin;
  },
  cwd: process.cwd(),
  env,
  isTTY: stdout.isTTY === true,
  beforeLongRun: () => growHeapBy(20),
  worker: pathToFileURL(path.join(dist, 'rewrite-worker.js')),
}).then((code) => {
  process.exitCode = code;
  growHeapBy(byItself);
  keep();
});
