import type { Request } from './commands/command-line.js';
import type { ExitCode, Io } from './commands/io.js';
import { wantsColour } from './commands/io.js';
import { readSimpleLine } from './commands/simple-line.js';
import { formatError } from './errors.js';
import type { AnyTransform } from './transform/index.js';

export type { ExitCode, Io } from './commands/io.js';

/**
 * Runs dfix.
 * @param argv the words after the program's name
 * @param builtIn the transforms of dfix; tests hand in their own
 * @returns the exit code; it never throws and never ends the process
 */
export async function main(argv: readonly string[], io: Io, builtIn?: readonly AnyTransform[]): Promise<ExitCode> {
  try {
    return await run(argv, io, builtIn);
  } catch (error) {
    const debug = (io.env['DFIX_DEBUG'] ?? '') !== '';
    io.stderr.write(`${formatError(error, debug)}\n`);
    return 2;
  }
}

const LONG_RUNS: ReadonlySet<string> = new Set(['batch', 'worker', 'lsp']);
const IN_THREADS: ReadonlySet<string> = new Set(['batch', 'worker']);

async function run(argv: readonly string[], io: Io, given?: readonly AnyTransform[]): Promise<ExitCode> {
  const simple = readSimpleLine(argv);
  const request: Request =
    simple === undefined
      ? await (await import('./commands/command-line.js')).readArguments(argv, io)
      : { command: 'fix', args: simple };
  if (request.command === 'print') {
    io.stdout.write(request.text);
    return 0;
  }
  if (LONG_RUNS.has(request.command)) io.beforeLongRun?.(IN_THREADS.has(request.command));
  if (request.command === 'batch') {
    const { batch } = await import('./commands/batch.js');
    return batch(request.args, io, { transforms: given, root: new URL('..', import.meta.url) });
  }
  if (request.command === 'worker') {
    const { worker } = await import('./commands/worker.js');
    return worker(request.args, io, { transforms: given, root: new URL('..', import.meta.url) });
  }
  const builtIn = given ?? (await import('../transforms/index.js')).transforms;
  if (request.command === 'fix') {
    const { fix } = await import('./commands/fix.js');
    return fix(request.args, io, builtIn);
  }
  if (request.command === 'verify') {
    const { verify } = await import('./commands/verify.js');
    return verify(request.args, io, builtIn);
  }
  if (request.command === 'replay') {
    const { replayHistory } = await import('./commands/replay.js');
    return replayHistory(request.args, io, builtIn);
  }
  if (request.command === 'pr') {
    const { pr } = await import('./commands/pr.js');
    return pr(request.args, io, builtIn);
  }
  if (request.command === 'lsp') {
    const { languageServer } = await import('./commands/lsp.js');
    return languageServer(request, io, builtIn);
  }
  const { json } = request;
  if (request.command === 'facts') {
    const { explainFacts } = await import('./commands/explain-facts.js');
    return await explainFacts({ place: request.place, json, inputs: request.inputs }, io);
  }
  const { transformsByConfig } = await import('./commands/plan.js');
  const { resolve } = await import('node:path');
  const found = await transformsByConfig(builtIn, request, io.cwd)(resolve(io.cwd, 'Dockerfile'));
  for (const problem of found.problems) io.stderr.write(`${formatError(problem)}\n`);
  const colour = wantsColour(request.colour, io);
  if (request.command === 'list') {
    const { list } = await import('./commands/list.js');
    list({ json, colour }, io, found.all);
  } else {
    const { explain } = await import('./commands/explain.js');
    explain({ name: request.name, json, colour }, io, found.all);
  }
  return found.problems.length > 0 ? 2 : 0;
}
