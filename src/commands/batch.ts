import { join, resolve } from 'node:path';
import type { Campaign } from '../batch/campaign.js';
import { BATCH_PHASES, type LedgerState } from '../batch/record.js';
import { summarisePhase } from '../batch/summary.js';
import { failedStep, type Lane, runSteps, type Step, type StepResult, type StepSettings } from '../batch/step.js';
import { formatError, printable } from '../errors.js';
import { type Ledger, openLedger, readLedger } from '../ports/campaign/ledger.js';
import { loadCampaign } from '../ports/campaign/load-campaign.js';
import { findRepositories } from '../ports/campaign/repositories.js';
import { cores, openThread } from '../ports/campaign/thread.js';
import type { AnyTransform } from '../transform/index.js';
import type { BatchArguments } from './batch-arguments.js';
import { planStep } from './batch-plan.js';
import type { ExitCode, Io } from './io.js';

const FILE = 'dfix-batch.yaml';
/** Where a campaign keeps its ledger and artefacts. */
const FOLDER = '.dfix-batch';

/** Results that may wait for the disk while planning goes on. */
const MOST_WAITING = 256;
/** Megabytes for the objects of one repository. */
const MEMORY = 512;

/** What a campaign works with. */
export interface BatchTools {
  /** Undefined: those of dfix, in threads of their own. */
  readonly transforms: readonly AnyTransform[] | undefined;
  /** Where dfix is installed. */
  readonly root: URL;
}

/**
 * `dfix batch plan|status`: a campaign over many repositories, kept in `.dfix-batch` in the current folder.
 * @returns 1 when a repository failed
 */
export async function batch(args: BatchArguments, io: Io, tools: BatchTools): Promise<ExitCode> {
  const folder = join(io.cwd, FOLDER);
  if (args.step === 'status') return status(args, io, readLedger(folder));
  const ledger = openLedger(folder);
  try {
    const campaign = await campaignOf(args, io);
    const settings = { only: campaign.only ?? [], skip: campaign.skip ?? [] };
    const exclude = campaign.repoExclude ?? [];
    const excluded = new Set(exclude.length === 0 ? [] : findRepositories(exclude, io.cwd));
    const repositories = findRepositories(campaign.repos, io.cwd).filter((one) => !excluded.has(one));
    return await plan(repositories, { args, io, ledger, settings, lanes: planLanes(args, tools) });
  } finally {
    await ledger.close();
  }
}

function planLanes({ concurrent, timeout }: BatchArguments, { transforms, root }: BatchTools): readonly Lane[] {
  if (transforms !== undefined) return [{ run: planStep(transforms), close: () => Promise.resolve() }];
  const script = new URL('dist/commands/batch-thread.js', root);
  return Array.from({ length: concurrent ?? cores() }, () => {
    const thread = openThread<Step, StepResult | undefined>(script, { timeout: timeout ?? 60, memory: MEMORY });
    return {
      run: (step) => thread.run(step).catch((error: unknown) => failedStep(formatError(error))),
      close: () => thread.close(),
    };
  });
}

async function campaignOf({ campaign, repos, exclude }: BatchArguments, { cwd }: Io): Promise<Campaign> {
  if (campaign === undefined && repos.length > 0) return { repos: [...repos], repoExclude: [...exclude] };
  const read = await loadCampaign(resolve(cwd, campaign ?? FILE), cwd);
  return {
    ...read,
    repos: repos.length > 0 ? [...repos] : read.repos,
    repoExclude: [...(read.repoExclude ?? []), ...exclude],
  };
}

interface Run {
  readonly args: BatchArguments;
  readonly io: Io;
  readonly ledger: Ledger;
  readonly settings: StepSettings;
  readonly lanes: readonly Lane[];
}

async function plan(repositories: readonly string[], { args, io, ledger, settings, lanes }: Run): Promise<ExitCode> {
  const chosen = args.failed
    ? repositories.filter((repository) => ledger.find(repository, 'plan')?.outcome === 'failed')
    : repositories;
  let code: ExitCode = 0;
  const record = async ({ repository, phase }: Step, result: StepResult | undefined): Promise<boolean> => {
    if (result === undefined) return true;
    const at = new Date().toISOString();
    const kept = await ledger.append({ repository, phase, at, ...result });
    const { outcome, reason } = kept;
    const said = args.json ? JSON.stringify(kept) : printable(`${outcome}  ${repository}  ${reason}`.trimEnd());
    io.stdout.write(`${said}\n`);
    if (outcome !== 'failed') return true;
    code = 1;
    return !args.failFast;
  };
  const steps = chosen.slice(0, args.canary).map((repository): Step => {
    const settled = ledger.settledInputs(repository, 'plan');
    return { repository, phase: 'plan', settings, settled };
  });
  try {
    await runSteps(steps, { lanes, record, ahead: args.failFast ? 1 : MOST_WAITING });
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
  return code;
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
        stdout.write(printable(`  ${repositories.length} ${outcome}: ${reason}`) + '\n');
      }
    }
  }
  return phases.some(({ failed }) => failed > 0) ? 1 : 0;
}
