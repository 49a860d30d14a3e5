import { BATCH_PHASES, type BatchRecord, type LedgerState } from '../batch/record.js';
import { readArtefact } from '../ports/campaign/ledger.js';
import { type CampaignRow, campaignReport } from '../report/html/campaign.js';
import { proofsIn } from '../verify/saved-proof.js';

/** The report of a campaign: a row for each repository, in the order of their names. */
export function reportOf(folder: string, ledger: LedgerState): string {
  const byName = new Map<string, BatchRecord[]>();
  for (const record of ledger.records.values()) {
    byName.set(record.repository, [...(byName.get(record.repository) ?? []), record]);
  }
  const names = [...byName.keys()].sort();
  function* rows(): Generator<CampaignRow> {
    for (const name of names) yield rowOf(folder, name, byName.get(name)!);
  }
  return campaignReport(rows());
}

function rowOf(folder: string, repository: string, records: readonly BatchRecord[]): CampaignRow {
  const find = (phase: BatchRecord['phase']): BatchRecord | undefined => records.find((one) => one.phase === phase);
  const plan = find('plan');
  const verify = find('verify');
  const proof = verify && readArtefact(folder, verify, 'proof');
  return {
    repository,
    phases: BATCH_PHASES.flatMap((phase) => find(phase) ?? []),
    diff: (plan && readArtefact(folder, plan, 'diff')) ?? '',
    proofs: proof === undefined ? [] : proofsIn(proof),
    estimate: plan?.estimate,
  };
}
