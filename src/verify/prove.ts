import { refusedBecause } from './announcements.js';
import { keepPassing, type Trial } from './bisect.js';
import { closureOf } from './closure.js';
import { withOwnCaches } from './cold-build.js';
import { examine, type Finding } from './examine.js';
import { buildOriginal, type Original } from './original.js';
import type { Workbench } from './port.js';
import type { Measured, Proof, Verdict } from './proof.js';
import type { Candidate, ProveInput } from './prove-input.js';
import { type Sides, timingsOf } from './timings.js';
import type { Image, Run } from './types.js';
import { accepting, changesOf, type Unit, unitsOf } from '../transform/units.js';
import { verdictsOf } from './verdicts.js';

/**
 * Builds before and after, runs both, compares, and keeps what passes.
 * @throws DfixError when nothing can be said: the original does not build, the engine is gone, the user interrupts
 */
export async function prove(input: ProveInput, bench: Workbench): Promise<Proof> {
  const whole = input.rewrite(undefined);
  const units = unitsOf(whole.result);
  if (units.length === 0) return nothingToProve(whole.result.input, input.ignore);
  const original = await buildOriginal(whole.result.input, input, bench);
  const refused = refusals(units, original.image);
  const sound = units.filter((unit) => !refused.has(unit));
  const all = changesOf(units);
  const found = new Map<string, Finding>();
  const attempt = async (set: readonly Unit[]): Promise<Trial> => {
    const candidate = input.rewrite(accepting(changesOf(set), all));
    const key = keyOf(candidate);
    const finding = found.get(key) ?? (await examine(candidate, original, input, bench));
    found.set(key, finding);
    return finding;
  };
  const { kept, dropped } = await keepPassing(sound, attempt);
  const accepts = accepting(changesOf(kept), all);
  const final = input.rewrite(accepts);
  const finding = kept.length === 0 ? undefined : found.get(keyOf(final));
  const [first] = found.values();
  const ran = ranOf(original.runs);
  const verdicts = verdictsOf(units, new Map([...refused, ...dropped]), {
    final: final.result,
    target: input.target,
    ran: ran.length > 0,
  });
  const notes = [...original.notes];
  return {
    outcome: outcomeOf(verdicts),
    verdicts,
    output: final.result.output,
    ignore: final.ignore,
    accepts,
    before: measuredOf(original.image),
    after: finding?.image === undefined ? undefined : measuredOf(finding.image),
    timings: finding === undefined ? [] : await measure(final, finding, original, { input, bench, notes }),
    announced: finding?.comparison?.announced ?? [],
    unexplained: first?.unexplained ?? [],
    noise: original.noise.count,
    ran,
    notes,
    trials: found.size,
  };
}

function nothingToProve(output: string, ignore: string | undefined): Proof {
  return {
    outcome: 'nothing',
    verdicts: [],
    output,
    ignore,
    accepts: () => false,
    before: undefined,
    after: undefined,
    timings: [],
    announced: [],
    unexplained: [],
    noise: 0,
    ran: [],
    notes: [],
    trials: 0,
  };
}

/** Changes whose announcements are not taken; nothing of them is built. */
function refusals(units: readonly Unit[], { config, tree }: Image): ReadonlyMap<Unit, string> {
  const opened = closureOf(config, tree);
  const refused = new Map<Unit, string>();
  for (const unit of units) {
    for (const announcement of unit.changes.flatMap(({ announces }) => announces)) {
      const why = refusedBecause(announcement, opened, tree);
      if (why !== undefined) refused.set(unit, `its announcement is refused: ${why}`);
    }
  }
  return refused;
}

function keyOf({ result, ignore }: Candidate): string {
  return `${result.output}\n${ignore ?? ''}`;
}

/** Measures the original and what is left of the rewrite; both find the cache mounts of their builds on nothing again. */
function measure(
  { result, ignore }: Candidate,
  { build }: Finding,
  original: Original,
  { input, bench, notes }: { readonly input: ProveInput; readonly bench: Workbench; readonly notes: string[] },
): ReturnType<typeof timingsOf> {
  const sides: Sides = {
    before: withOwnCaches('the original', { dockerfile: result.input, ignore: input.ignore }, input.id),
    after: withOwnCaches('the rewrite', { dockerfile: result.output, ignore }, input.id),
  };
  return timingsOf(bench, sides, { before: original.build, after: build }, notes);
}

function measuredOf({ size, layers, layerSizes }: Image): Measured {
  return { size, layers, layerSizes };
}

/** What was run, requests among it; what could not even be started says nothing. */
function ranOf(runs: readonly Run[]): readonly string[] {
  return runs
    .filter(({ problem }) => problem === undefined)
    .flatMap(({ what, answers }) => [what, ...answers.map(({ path }) => path)]);
}

function outcomeOf(verdicts: readonly Verdict[]): Proof['outcome'] {
  if (verdicts.every(({ standing }) => standing === 'proven')) return 'proven';
  return verdicts.every(({ standing }) => standing === 'dropped') ? 'nothing' : 'partly';
}
