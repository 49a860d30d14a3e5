import { type RunOptions, runTransforms } from './run.js';
import type { RunResult } from './types.js';
import { accepting, changesOf, type Unit, unitsOf } from './units.js';

/** A group of changes, and what it makes of the file when all others are left out. */
export interface Fix {
  readonly unit: Unit;
  /** Undefined when it only comes about together with others. */
  readonly alone: RunResult | undefined;
}

/**
 * Each group of a rewrite by itself, for who takes one at a time.
 * @param options those of the run that gave `result`
 */
export function fixesOf(result: RunResult, options: RunOptions): readonly Fix[] {
  return unitsOf(result).map((unit) => {
    const alone = withUnits(result, options, [unit]);
    return { unit, alone: alone.output === result.input && alone.files.length === 0 ? undefined : alone };
  });
}

/** The rewrite with some of its groups only. */
export function withUnits(result: RunResult, options: RunOptions, units: readonly Unit[]): RunResult {
  const wanted = accepting(changesOf(units), result.changes);
  const accepts: RunOptions['accepts'] = (change) => wanted(change) && options.accepts?.(change) !== false;
  return runTransforms(result.input, { ...options, accepts });
}
