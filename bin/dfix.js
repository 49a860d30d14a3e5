#!/usr/bin/env node
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { load } = require('./load.js');
const { prepareLongRun } = require('./long-run.js');

const { stdout, stderr, env } = process;
const dist = path.join(__dirname, '..', 'dist');

// `dfix | head`: whoever reads has seen enough.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? 0);
  });
}

const { main, keep } = load(path.join(dist, 'cli.cjs'));
let isKept = false;
const keepOnce = () => {
  if (!isKept) keep();
  isKept = true;
};
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
  // Code that was compiled under other flags is of no use to V8, be it that of Node's own modules: it is kept before.
  beforeLongRun: (inThreads) => {
    keepOnce();
    prepareLongRun(inThreads);
  },
  worker: pathToFileURL(path.join(dist, 'rewrite-worker.js')),
}).then((code) => {
  process.exitCode = code;
  keepOnce();
});
