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

/** How V8 is to go about a run that takes long. Node 20 to 24 know the flags. */
const LONG_RUN = [
  // Most of what a file leaves behind is garbage: the heap need not be several times what is in use.
  '--heap-growing-percent=20',
  // The time goes to very many functions: to optimise each soon, and with all that it calls, costs more than it gains.
  '--always-sparkplug',
  '--interrupt-budget=500000',
  '--max-inlined-bytecode-size-cumulative=300',
];

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
  beforeLongRun: () => {
    keepOnce();
    if (Number.parseInt(process.versions.node, 10) <= 24) for (const flag of LONG_RUN) setFlagsFromString(flag);
  },
  worker: pathToFileURL(path.join(dist, 'rewrite-worker.js')),
}).then((code) => {
  process.exitCode = code;
  keepOnce();
});
