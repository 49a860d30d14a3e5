import { createHash } from 'node:crypto';
import { DfixError } from '../errors.js';
import type { AppliedChange, RunResult } from '../transform/index.js';
import { type Claim, refusedBecause } from './announcements.js';
import { compareRuns, hasCommand, withoutNoise } from './behaviour.js';
import { notesOn } from './original-runs.js';
import { keepPassing, type Trial } from './bisect.js';
import { closureOf } from './closure.js';
import { coldCopy } from './cold-copy.js';
import { type Comparison, compareImages, compareTrees, type Scope } from './compare.js';
import { compareConfigs } from './config.js';
import { differenceText } from './difference.js';
import { type Noise, noiseOf, NO_NOISE } from './noise.js';
import { comparePackages } from './packages.js';
import type { RunRequest, Workbench } from './port.js';
import type { Proof, Verdict } from './proof.js';
import { type Sides, timingsOf } from './timings.js';
import { accepting, changesOf, type Unit, unitsOf } from './units.js';
import { verdictsOf } from './verdicts.js';
import type { Build, Difference, Image, Run } from './types.js';

/** A Dockerfile with the ignore file that goes with it. */
export interface Candidate {
  readonly result: RunResult;
  readonly ignore: string | undefined;
}

export interface ProveInput {
  /** The rewrite with those changes only that the test takes. */
  rewrite(accepts: ((change: AppliedChange) => boolean) | undefined): Candidate;
  /** The ignore file of the original. */
  readonly ignore: string | undefined;
  readonly target: string | undefined;
  /** A word that no other run has, for cache ids. */
  readonly id: string;
  readonly smokes: readonly string[];
  readonly http: readonly string[];
  readonly ready: string | undefined;
  readonly timeout: number;
  /** Where the original's COPY and ADD put files: absolute, folders with a final slash. */
  readonly copied: readonly string[];
  /** Whether a transform changes bases or stages: then the comparison is the application's. */
  changesBase(change: AppliedChange): boolean;
}

/** Why two images count as different, or nothing. */
interface Finding extends Trial {
  readonly build: Build | undefined;
  readonly image: Image | undefined;
  readonly comparison: Comparison | undefined;
  readonly unexplained: readonly Difference[];
}

/** Builds before and after, runs both, compares, and keeps what passes. */
export async function prove(input: ProveInput, bench: Workbench): Promise<Proof> {
  return new Prover(input, bench).proof();
}

class Prover {
  readonly #notes: string[] = [];
  readonly #found = new Map<string, Finding>();
  #original: { build: Build; image: Image; runs: readonly Run[] } | undefined;
  #noise: Noise = NO_NOISE;

  constructor(
    readonly input: ProveInput,
    readonly bench: Workbench,
  ) {}

  async proof(): Promise<Proof> {
    const whole = this.input.rewrite(undefined);
    const units = unitsOf(whole.result);
    if (units.length === 0) return this.#nothing(whole.result.input);
    await this.#buildOriginal(whole.result.input);
    const refused = this.#refusals(units);
    const sound = units.filter((unit) => !refused.has(unit));
    const { kept, dropped } = await keepPassing(sound, (set) => this.#attempt(set, units));
    const accepts = accepting(changesOf(kept), changesOf(units));
    const final = this.input.rewrite(accepts);
    const finding = this.#found.get(textOf(final));
    const reasons = new Map([...refused, ...dropped]);
    const first = this.#found.values().next().value;
    const { image } = this.#original!;
    const verdicts = verdictsOf(units, reasons, {
      final: final.result,
      target: this.input.target,
      ran: this.#ran().length > 0,
    });
    return {
      outcome: outcomeOf(verdicts),
      verdicts,
      output: final.result.output,
      ignore: final.ignore,
      accepts,
      before: { size: image.size, layers: image.layers },
      after: finding?.image === undefined ? undefined : { size: finding.image.size, layers: finding.image.layers },
      timings:
        finding?.build === undefined
          ? []
          : await timingsOf(
              this.bench,
              this.#sides(final),
              { before: this.#original!.build, after: finding.build },
              this.#notes,
            ),
      announced: finding?.comparison?.announced ?? [],
      unexplained: first?.unexplained ?? [],
      noise: this.#noise.count,
      ran: this.#ran(),
      notes: this.#notes,
      trials: this.#found.size,
    };
  }

  #nothing(text: string): Proof {
    return {
      outcome: 'nothing',
      verdicts: [],
      output: text,
      ignore: this.input.ignore,
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

  /** Builds and runs the original twice: what differs between the two is noise. */
  async #buildOriginal(text: string): Promise<void> {
    const build = await this.#build('the original', text, this.input.ignore);
    if (!build.ok) throw new DfixError('build-failed', `the original does not build: ${build.failure}`);
    const image = await this.bench.image(build.tag);
    const runs = await this.#runs(build.tag, image, 'the original');
    this.#notes.push(...notesOn(runs, this.input));
    this.#original = { build, image, runs };
    const again = await this.#build('the original again', text, this.input.ignore);
    if (!again.ok) throw new DfixError('build-failed', `the original does not build twice: ${again.failure}`);
    const other = await this.bench.image(again.tag);
    const differences = [
      ...compareConfigs(image.config, other.config),
      ...comparePackages(image.tree, other.tree),
      ...compareTrees(image.tree, other.tree),
      ...compareRuns(runs, await this.#runs(again.tag, other, 'the original again')),
    ];
    this.#noise = noiseOf(differences);
  }

  /** What was run, requests among it; what could not even be started says nothing. */
  #ran(): readonly string[] {
    return this.#original!.runs.filter(({ problem }) => problem === undefined).flatMap(({ what, answers }) => [
      what,
      ...answers.map(({ path }) => path),
    ]);
  }

  #build(label: string, text: string, ignore: string | undefined): Promise<Build> {
    return this.bench.build({ label, dockerfile: this.#copy(label, text), ignore, noCache: true, context: 'own' });
  }

  /** Every text has caches of its own, which its later builds find again. */
  #copy(label: string, text: string): string {
    const digest = createHash('sha256').update(`${label}\n${text}`).digest('hex');
    return coldCopy(text, `dfix-verify-${this.input.id}-${digest.slice(0, 12)}`);
  }

  #requests({ config }: Image): readonly RunRequest[] {
    const { http, ready, timeout, smokes } = this.input;
    const ports = Object.keys((config['ExposedPorts'] ?? {}) as object)
      .map((port) => Number.parseInt(port, 10))
      .sort((a, b) => a - b);
    const shared = { timeout, ports };
    const command = hasCommand(config) ? [{ ...shared, label: 'the command', smoke: undefined, http, ready }] : [];
    return [...command, ...smokes.map((smoke) => ({ ...shared, label: smoke, smoke, http: [], ready: undefined }))];
  }

  /** The same things are run in both images: those that the original declares. */
  async #runs(tag: string, image: Image, label: string): Promise<readonly Run[]> {
    const runs: Run[] = [];
    for (const request of this.#requests(this.#original?.image ?? image)) {
      runs.push(await this.bench.run(tag, { ...request, label: `${label}: ${request.label}` }));
    }
    return runs;
  }

  #refusals(units: readonly Unit[]): ReadonlyMap<Unit, string> {
    const { config, tree } = this.#original!.image;
    const opened = closureOf(config, tree);
    const refused = new Map<Unit, string>();
    for (const unit of units) {
      for (const { announces } of unit.changes) {
        for (const announcement of announces) {
          const why = refusedBecause(announcement, opened);
          if (why !== undefined) refused.set(unit, `its announcement is refused: ${why}`);
        }
      }
    }
    return refused;
  }

  async #attempt(units: readonly Unit[], all: readonly Unit[]): Promise<Trial> {
    const candidate = this.input.rewrite(accepting(changesOf(units), changesOf(all)));
    const known = this.#found.get(textOf(candidate));
    if (known !== undefined) return known;
    const finding = await this.#examine(candidate);
    this.#found.set(textOf(candidate), finding);
    return finding;
  }

  async #examine(candidate: Candidate): Promise<Finding> {
    const { result, ignore } = candidate;
    const failed = (build: Build | undefined, unexplained: readonly Difference[]): Finding => ({
      passed: false,
      reason: unexplained.map(differenceText).slice(0, MOST_REASONS).join('; '),
      build,
      image: undefined,
      comparison: undefined,
      unexplained,
    });
    const build = await this.#build('the rewrite', result.output, ignore);
    if (!build.ok)
      return failed(build, [
        { kind: 'build', effect: 'changed', what: 'build', detail: `does not build: ${build.failure}` },
      ]);
    const { image: before, runs } = this.#original!;
    const image = await this.bench.image(build.tag);
    const claims: readonly Claim[] = result.changes.flatMap(({ announces, transform: by }) =>
      announces.map((announcement) => ({ by, announcement })),
    );
    const scope: Scope = result.changes.some((change) => this.input.changesBase(change)) ? 'application' : 'all';
    const comparison = compareImages(before, image, { scope, claims, noise: this.#noise, copied: this.input.copied });
    if (comparison.unexplained.length > 0) return { ...failed(build, comparison.unexplained), image, comparison };
    const behaviour = withoutNoise(compareRuns(runs, await this.#runs(build.tag, image, 'the rewrite')), this.#noise);
    if (behaviour.length > 0) return { ...failed(build, behaviour), image, comparison };
    const lost = await this.#withoutCaches(candidate);
    if (lost !== undefined) return { ...failed(build, [lost]), image, comparison };
    return { passed: true, reason: '', build, image, comparison, unexplained: [] };
  }

  /** The original and what is left, as their later builds find their caches again. */
  #sides(final: Candidate): Sides {
    return {
      before: { dockerfile: this.#copy('the original', final.result.input), ignore: this.input.ignore },
      after: { dockerfile: this.#copy('the rewrite', final.result.output), ignore: final.ignore },
    };
  }

  /**
   * Whether it builds where the layers are kept and the cache mounts are lost, after a file was touched: no step may rest on
   * what an earlier one left in a mount.
   */
  async #withoutCaches({ result, ignore }: Candidate): Promise<Difference | undefined> {
    if (!/type=cache/i.test(result.output)) return undefined;
    for (const kind of ['source', 'manifest'] as const) {
      const touched = await this.bench.touch(kind);
      if ('why' in touched) continue;
      const request = { noCache: false, context: 'copy' } as const;
      const label = `the rewrite, ${touched.path} touched, cache mounts lost`;
      const build = await this.bench.build({ ...request, label, dockerfile: this.#copy(label, result.output), ignore });
      if (build.ok) continue;
      const original = {
        label: 'the original likewise',
        dockerfile: this.#copy(label, result.input),
        ignore: this.input.ignore,
      };
      if (!(await this.bench.build({ ...request, ...original })).ok) continue;
      const detail = `does not build after ${touched.path} changed and the cache mounts were lost: ${build.failure}`;
      return { kind: 'build', effect: 'changed', what: 'build', detail };
    }
    return undefined;
  }
}

function outcomeOf(verdicts: readonly Verdict[]): Proof['outcome'] {
  if (verdicts.every(({ standing }) => standing === 'proven')) return 'proven';
  return verdicts.every(({ standing }) => standing === 'dropped') ? 'nothing' : 'partly';
}

const MOST_REASONS = 5;

function textOf({ result, ignore }: Candidate): string {
  return `${result.output}\n${ignore ?? ''}`;
}
