import { join, relative, resolve } from 'node:path';
import type { Campaign } from '../batch/campaign.js';
import { BATCH_PHASES, type LedgerState } from '../batch/record.js';
import { summarisePhase } from '../batch/summary.js';
import type { StepSettings } from '../batch/step.js';
import { keyPath } from '../config/describe.js';
import { unknownNames } from '../config/names.js';
import { DfixError, formatError, printable } from '../errors.js';
import { type Ledger, openLedger, readLedger } from '../ports/campaign/ledger.js';
import { loadCampaign } from '../ports/campaign/load-campaign.js';
import { onInterrupt } from '../ports/engine/interrupt.js';
import { LISTS } from '../ports/forge/list.js';
import type { BatchArguments } from './batch-arguments.js';
import { repositoriesOf } from './batch-inputs.js';
import type { BatchTools } from './batch-lanes.js';
import { reportOf } from './batch-report.js';
import { runPhase } from './batch-phase.js';
import type { ExitCode, Io } from './io.js';

const FILE = 'dfix-batch.yaml';
/** Where a campaign keeps its ledger and artefacts. */
const FOLDER = '.dfix-batch';

/**
 * `dfix batch STEP`: a campaign over many repositories, kept in `.dfix-batch` in the current folder.
 * @returns 1 when a repository failed
 */
export async function batch(args: BatchArguments, io: Io, tools: BatchTools): Promise<ExitCode> {
  const folder = join(io.cwd, FOLDER);
  if (args.step === 'status') {
    await askPlatform(args, io, tools, folder);
    return status(args, io, readLedger(folder));
  }
  if (args.step === 'report') {
    io.stdout.write(reportOf(folder, readLedger(folder)));
    return 0;
  }
  if (args.step === 'matrix') return matrix(await campaignOf(args, io), args, io);
  const { step } = args;
  return inCampaign(folder, io, async (ledger, signal) => {
    const campaign = await campaignOf(args, io);
    await checkNames(campaign, tools);
    const settings = settingsOf(campaign);
    const repositories = await repositoriesOf(campaign, io);
    return runPhase(step, repositories, { args, io, tools, folder, ledger, settings, signal });
  });
}

/** Prints the repositories as the matrix of a workflow: an entry each, or for `-C N` N entries with a share each. */
async function matrix(campaign: Campaign, { concurrent, canary }: BatchArguments, io: Io): Promise<ExitCode> {
  const repositories = (await repositoriesOf(campaign, io)).slice(0, canary);
  const count = Math.min(concurrent ?? MOST_JOBS, MOST_JOBS, repositories.length);
  const include = Array.from({ length: count }, (_, job) => {
    return { job, repos: repositories.filter((_repository, index) => index % count === job).join('\n') };
  });
  io.stdout.write(`${JSON.stringify({ include })}\n`);
  return 0;
}

/** Jobs that one matrix of GitHub Actions may have. */
const MOST_JOBS = 256;

async function campaignOf(args: BatchArguments, { cwd }: Io): Promise<Campaign> {
  const { campaign, repos, exclude, include, lists, forks, archived } = args;
  const isNamed = repos.length > 0 || Object.values(lists).some((names) => names.length > 0);
  const flags = {
    ...(isNamed ? { ...lists, repos: [...repos] } : {}),
    ...(include.length > 0 ? { repoInclude: [...include] } : {}),
    ...(forks ? { forks } : {}),
    ...(archived ? { archived } : {}),
    ...(args.platform === undefined ? {} : { platform: args.platform }),
    ...(args.baseUrl === undefined ? {} : { baseUrl: args.baseUrl }),
  };
  if (campaign === undefined && isNamed) return { ...flags, repoExclude: [...exclude] };
  const file = resolve(cwd, campaign ?? FILE);
  const read = await loadCampaign(file, cwd);
  if (!isNamed && [read.repos, ...LISTS.map((by) => read[by])].every((names = []) => names.length === 0)) {
    throw new DfixError('campaign', 'names no repositories', { file: relative(cwd, file), hint: 'repos, or org' });
  }
  return { ...read, ...flags, repoExclude: [...(read.repoExclude ?? []), ...exclude] };
}

/** @throws DfixError for a transform that is not there: else it would fail in each repository */
async function checkNames({ only = [], skip = [] }: Campaign, { transforms }: BatchTools): Promise<void> {
  if (only.length + skip.length === 0) return;
  const all = transforms ?? (await import('../../transforms/index.js')).transforms;
  const [problem] = unknownNames({ only, skip }, new Set(all.map(({ meta }) => meta.name)));
  if (problem === undefined) return;
  const hint = 'dfix list shows them all';
  throw new DfixError('campaign', `${keyPath(problem.path)}: ${problem.message}`, { hint });
}

/** Asks what became of the pull requests that were published, where no other process works in the campaign. */
async function askPlatform(args: BatchArguments, io: Io, tools: BatchTools, folder: string): Promise<void> {
  const published = [...readLedger(folder).records.values()].filter(
    ({ phase, outcome }) => phase === 'publish' && outcome === 'done',
  );
  if (published.length === 0) return;
  const quiet = { ...io, stdout: { write: () => undefined } };
  const campaign = await campaignOf(args, io).catch((): Campaign => ({}));
  await inCampaign(folder, io, (ledger, signal) =>
    runPhase(
      'status',
      published.map(({ repository }) => repository),
      { args, io: quiet, tools, folder, ledger, settings: settingsOf(campaign), signal },
    ),
  ).catch((error: unknown) => {
    if (!(error instanceof DfixError) || error.code !== 'locked') throw error;
    io.stderr.write(`${formatError(error)}; what it has done so far:\n`);
  });
}

function settingsOf({ only = [], skip = [], allow = 'safe', platform, baseUrl }: Campaign): StepSettings {
  return {
    ...{ only, skip, allow },
    ...(platform === undefined ? {} : { platform }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  };
}

const STOPPING = 'stopping: plans that were begun are finished, all else is ended; once more to stop at once\n';

/** Runs with the ledger open for this process alone, until it is interrupted. */
async function inCampaign<T>(
  folder: string,
  { stderr }: Io,
  use: (ledger: Ledger, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ledger = openLedger(folder);
  const interrupt = onInterrupt('ends');
  interrupt.signal.addEventListener('abort', () => void stderr.write(STOPPING));
  try {
    return await use(ledger, interrupt.signal);
  } finally {
    interrupt.release();
    await ledger.close();
  }
}

function status({ json }: BatchArguments, { stdout }: Io, ledger: LedgerState): ExitCode {
  const records = [...ledger.records.values()];
  const phases = BATCH_PHASES.map((phase) => summarisePhase(records, phase)).filter(
    ({ done, skipped, failed }) => done + skipped + failed > 0,
  );
  if (json) stdout.write(`${JSON.stringify({ schema: 1, phases }, undefined, 2)}\n`);
  else if (phases.length === 0) stdout.write('nothing was done yet\n');
  else {
    for (const { phase, done, skipped, failed, causes } of phases) {
      stdout.write(`${phase}: ${done} done, ${skipped} skipped, ${failed} failed\n`);
      for (const { outcome, reason, repositories } of causes) {
        const told = outcome === 'done' ? reason : `${outcome}: ${reason}`;
        stdout.write(printable(`  ${repositories.length} ${told}`) + '\n');
      }
    }
  }
  return phases.some(({ failed }) => failed > 0) ? 1 : 0;
}
