import { join, resolve } from 'node:path';
import type { Campaign } from '../batch/campaign.js';
import { BATCH_PHASES, type LedgerState } from '../batch/record.js';
import { summarisePhase } from '../batch/summary.js';
import { printable } from '../errors.js';
import { type Ledger, openLedger, readLedger } from '../ports/campaign/ledger.js';
import { loadCampaign } from '../ports/campaign/load-campaign.js';
import { findRepositories } from '../ports/campaign/repositories.js';
import type { AnyTransform } from '../transform/index.js';
import type { BatchArguments } from './batch-arguments.js';
import { planUnless, type PlanSettings } from './batch-plan.js';
import type { ExitCode, Io } from './io.js';

const FILE = 'dfix-batch.yaml';
/** Where a campaign keeps its ledger and artefacts. */
const FOLDER = '.dfix-batch';

/**
 * `dfix batch plan|status`: a campaign over many repositories, kept in `.dfix-batch` in the current folder.
 * @returns 1 when a repository failed
 */
export async function batch(args: BatchArguments, io: Io, transforms: readonly AnyTransform[]): Promise<ExitCode> {
  const folder = join(io.cwd, FOLDER);
  if (args.step === 'status') return status(args, io, readLedger(folder));
  const ledger = openLedger(folder);
  try {
    const campaign = await campaignOf(args, io);
    const settings = { transforms, only: campaign.only ?? [], skip: campaign.skip ?? [] };
    const excluded = (campaign.repoExclude ?? []).length === 0 ? [] : findRepositories(campaign.repoExclude!, io.cwd);
    const repositories = findRepositories(campaign.repos, io.cwd).filter((one) => !excluded.includes(one));
    return await plan(repositories, { args, io, ledger, settings });
  } finally {
    ledger.close();
  }
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
  readonly settings: PlanSettings;
}

async function plan(repositories: readonly string[], { args, io, ledger, settings }: Run): Promise<ExitCode> {
  let code: ExitCode = 0;
  let looked = 0;
  for (const repository of repositories) {
    if (args.failed && ledger.find(repository, 'plan')?.outcome !== 'failed') continue;
    if (looked++ === args.canary) break;
    const planned = await planUnless((inputs) => ledger.isSettled(repository, 'plan', inputs), repository, settings);
    if (planned === undefined) continue;
    const { inputs, outcome, reason, diff } = planned;
    const artefacts: Record<string, string> =
      diff === '' ? {} : { diff: ledger.writeArtefact(repository, 'plan.diff', diff) };
    const at = new Date().toISOString();
    const record = { repository, phase: 'plan', at, inputs, outcome, reason, artefacts } as const;
    ledger.append(record);
    const said = args.json ? JSON.stringify(record) : printable(`${outcome}  ${repository}  ${reason}`.trimEnd());
    io.stdout.write(`${said}\n`);
    if (outcome !== 'failed') continue;
    code = 1;
    if (args.failFast) break;
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
