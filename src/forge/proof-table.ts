import type { SavedProof } from '../verify/saved-proof.js';
import { timingTitle } from '../verify/timing-title.js';
import { code, prose } from './escape.js';

/** What the builds measured, or in plain words that nothing was built. */
export function proofTable(path: string, proof: SavedProof | undefined): string {
  const heading = `### ${prose(path)}`;
  if (proof === undefined) {
    return `${heading}\n\n**Not verified:** nothing was built. The changes below rest on what the files say.`;
  }
  const { before, after } = proof;
  const rows: string[] = [];
  if (before !== undefined && after !== undefined) {
    rows.push(row('Image size', megabytes(before.size), megabytes(after.size), difference(before.size, after.size)));
    rows.push(row('Layers', String(before.layers), String(after.layers), ''));
  }
  for (const { before: old, after: now, ...which } of proof.timings) {
    rows.push(row(prose(timingTitle(which)), seconds(old), seconds(now), difference(old.seconds, now.seconds)));
  }
  const table = rows.length === 0 ? [] : ['| | Before | After | Difference |\n|---|---:|---:|---:|', ...rows];
  const platform = proof.platform === undefined ? '' : ` for ${prose(proof.platform)}`;
  const ran = proof.ran.length === 0 ? '' : ` Run in both images: ${proof.ran.map(code).join(', ')}.`;
  return `${heading}\n\n${OUTCOME[proof.outcome]} Built with ${prose(proof.engine)}${platform}.${ran}\n\n${table.join('\n')}`.trimEnd();
}

const OUTCOME: Readonly<Record<SavedProof['outcome'], string>> = {
  proven: '**Verified by building** before and after.',
  partly: '**Partly verified by building** before and after.',
  nothing: '**Not verified:** the builds proved nothing.',
};

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function seconds(time: { readonly seconds: number }): string {
  return `${time.seconds.toFixed(1)} s`;
}

function difference(before: number, after: number): string {
  if (before === 0) return '';
  const percent = Math.round(((after - before) / before) * 100);
  return `${percent > 0 ? '+' : percent < 0 ? '−' : ''}${Math.abs(percent)} %`;
}
