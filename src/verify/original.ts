import { DfixError } from '../errors.js';
import { compareRuns, hasCommand } from './behaviour.js';
import { buildOnNothing } from './cold-build.js';
import { compareTrees } from './compare.js';
import { compareConfigs } from './config.js';
import { type Noise, noiseOf } from './noise.js';
import { notesOn } from './original-runs.js';
import { comparePackages } from './packages.js';
import type { RunRequest, Workbench } from './port.js';
import type { ProveInput } from './prove-input.js';
import type { Build, Image, Run } from './types.js';

/** The Dockerfile as it was, built and run. */
export interface Original {
  readonly build: Build;
  readonly image: Image;
  readonly requests: readonly RunRequest[];
  readonly runs: readonly Run[];
  /** What two builds of it differ in. */
  readonly noise: Noise;
  readonly notes: readonly string[];
}

/**
 * Builds and runs the original twice: what differs between the two is noise.
 * @throws DfixError when it does not build, or does not do what was asked for
 */
export async function buildOriginal(text: string, input: ProveInput, bench: Workbench): Promise<Original> {
  const source = { dockerfile: text, ignore: input.ignore };
  const build = await buildOnNothing('the original', source, input.id, bench);
  if (!build.ok) throw new DfixError('build-failed', `the original does not build: ${build.failure}`);
  const image = await bench.image(build.tag);
  const requests = requestsOf(image, input);
  const runs = await runAll('the original', build.tag, requests, bench);
  const notes = notesOn(runs, input);
  const again = await buildOnNothing('the original again', source, input.id, bench);
  if (!again.ok) throw new DfixError('build-failed', `the original does not build twice: ${again.failure}`);
  const other = await bench.image(again.tag);
  const noise = noiseOf([
    ...compareConfigs(image.config, other.config),
    ...comparePackages(image.tree, other.tree),
    ...compareTrees(image.tree, other.tree),
    ...compareRuns(runs, await runAll('the original again', again.tag, requests, bench)),
  ]);
  return { build, image, requests, runs, noise, notes };
}

function requestsOf({ config }: Image, { http, ready, timeout, smokes }: ProveInput): readonly RunRequest[] {
  const ports = Object.keys((config['ExposedPorts'] ?? {}) as object)
    .map((port) => Number.parseInt(port, 10))
    .sort((a, b) => a - b);
  const shared = { timeout, ports };
  const command = hasCommand(config) ? [{ ...shared, label: 'the command', smoke: undefined, http, ready }] : [];
  return [...command, ...smokes.map((smoke) => ({ ...shared, label: smoke, smoke, http: [], ready: undefined }))];
}

/** Runs one after the other: containers that compete for the processor would differ for that alone. */
export async function runAll(
  label: string,
  tag: string,
  requests: readonly RunRequest[],
  bench: Workbench,
): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (const request of requests) runs.push(await bench.run(tag, { ...request, label: `${label}: ${request.label}` }));
  return runs;
}
