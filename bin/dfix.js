#!/usr/bin/env node
import { main } from '../dist/cli.js';

const { stdout, stderr, stdin, env } = process;

// `dfix | head`: whoever reads has seen enough.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? 0);
  });
}

process.exitCode = await main(process.argv.slice(2), {
  stdout,
  stderr,
  stdin,
  cwd: process.cwd(),
  env,
  isTTY: stdout.isTTY === true,
  worker: new URL('../dist/rewrite-worker.js', import.meta.url),
});
