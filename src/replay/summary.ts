import type { ArmResult, Range, ReplayResult, StepResult } from './replay.js';
import type { Kind } from './kinds-table.js';

/** What a replay found of one Dockerfile, as plain data. Seconds are those of steps that run again, one after the other. */
export interface ArmSummary {
  readonly totalSeconds: Range;
  readonly secondsPerCommit: Range;
  /** Runs of steps that install dependencies, or system packages, and those among them that no manifest asked for. */
  readonly installs: Readonly<Record<'dependency' | 'system', { readonly runs: Range; readonly needless: Range }>>;
  /** Commits at which the build would have failed for want of a file that is copied by name. */
  readonly unbuildable: number;
  /** The costliest waste first. */
  readonly steps: readonly StepSummary[];
}

export interface StepSummary {
  /** First line in its file, counted from 1. */
  readonly line: number;
  readonly stage: string;
  /** The first 200 characters, white space as one blank. */
  readonly instruction: string;
  readonly kinds: readonly Kind[];
  readonly seconds: number;
  readonly basis: StepResult['cost']['basis'];
  readonly cacheMount: boolean;
  /** Commits at which it runs. */
  readonly rebuilds: Range;
  /** Commits at which what it reads itself may have changed: at others it runs because of what stands above it. */
  readonly ownChanges: number;
  /** The share of commits at which it runs at most, 0 to 1. */
  readonly share: number;
  /** Of the rebuilds, those that install what was installed before. */
  readonly needless: Range;
  /** Seconds of needless rebuilds, at most. */
  readonly wasteSeconds: number;
  /** Seconds of all rebuilds, at most. */
  readonly totalSeconds: number;
}

/** Puts the figures of one arm together. */
export function summariseArm(arm: ArmResult, commits: ReplayResult['commits']): ArmSummary {
  const count = Math.max(1, commits.length);
  const steps = arm.steps.map((result) => summariseStep(result, arm, count));
  return {
    totalSeconds: rounded(arm.total),
    secondsPerCommit: rounded({ lower: arm.total.lower / count, upper: arm.total.upper / count }),
    installs: {
      dependency: installsOf(arm.steps, 'dependency-install'),
      system: installsOf(arm.steps, 'system-install'),
    },
    unbuildable: arm.unbuildable,
    steps: steps.sort((a, b) => b.wasteSeconds - a.wasteSeconds || b.totalSeconds - a.totalSeconds || a.line - b.line),
  };
}

function summariseStep(
  { step, cost, rebuilds, ownChanges, needless }: StepResult,
  { plan }: ArmResult,
  count: number,
): StepSummary {
  const { instruction } = step;
  const stage = plan.file.stages[step.stage]!;
  return {
    line: instruction.lines.first,
    stage: stage.name ?? String(stage.index),
    instruction: plan.file
      .slice(instruction.span)
      .replace(/\\\r?\n/g, ' ')
      .replace(/\s+/g, ' ')
      .slice(0, 200),
    kinds: [...cost.kinds].sort(),
    seconds: round(cost.seconds),
    basis: cost.basis,
    cacheMount: cost.discounted,
    rebuilds,
    ownChanges,
    share: round(rebuilds.upper / count),
    needless,
    wasteSeconds: round(cost.seconds * needless.upper),
    totalSeconds: round(cost.seconds * rebuilds.upper),
  };
}

function installsOf(steps: readonly StepResult[], kind: Kind): { runs: Range; needless: Range } {
  const chosen = steps.filter(({ cost }) => cost.kinds.has(kind));
  return { runs: sum(chosen.map(({ rebuilds }) => rebuilds)), needless: sum(chosen.map(({ needless }) => needless)) };
}

function sum(ranges: readonly Range[]): Range {
  return ranges.reduce((all, one) => ({ lower: all.lower + one.lower, upper: all.upper + one.upper }), {
    lower: 0,
    upper: 0,
  });
}

function rounded({ lower, upper }: Range): Range {
  return { lower: round(lower), upper: round(upper) };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
