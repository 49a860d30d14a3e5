import { join, resolve } from 'node:path';
import type { Campaign } from '../batch/campaign.js';
import { BATCH_PHASES, type LedgerState } from '../batch/record.js';
import { summarisePhase } from '../batch/summary.js';
import { printable } from '../errors.js';
import { openLedger, readLedger } from '../ports/campaign/ledger.js';
import { loadCampaign } from '../ports/campaign/load-campaign.js';
import { findRepositories } from '../ports/campaign/repositories.js';
import { onInterrupt } from '../ports/engine/interrupt.js';
import type { BatchArguments } from './batch-arguments.js';
import type { BatchTools } from './batch-lanes.js';
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
  if (args.step === 'status') return status(args, io, readLedger(folder));
  const ledger = openLedger(folder);
  const interrupt = onInterrupt();
  try {
    const campaign = await campaignOf(args, io);
    const { only = [], skip = [], allow = 'safe' } = campaign;
    const settings = { only, skip, allow };
    const repositories = chosen(campaign, io.cwd);
    return await runPhase(args.step, repositories, {
      ...{ args, io, tools, folder, ledger, settings },
      signal: interrupt.signal,
    });
  } finally {
    interrupt.release();
    await ledger.close();
  }
}

function chosen({ repos, repoExclude = [] }: Campaign, cwd: string): readonly string[] {
  const excluded = new Set(repoExclude.length === 0 ? [] : findRepositories(repoExclude, cwd));
  return findRepositories(repos, cwd).filter((one) => !excluded.has(one));
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
