/** What came of trying a set. */
export interface Trial {
  readonly passed: boolean;
  readonly reason: string;
}

/** The units that are kept, and why each other one was dropped. */
export interface Kept<T> {
  readonly kept: readonly T[];
  readonly dropped: ReadonlyMap<T, string>;
}

/**
 * The largest set that passes, in the sense that none of the dropped units can be added to it: halves are tried on top of
 * what passed already, so that one bad unit among n costs about 2·log2(n) trials.
 * @param attempt is called with sets in the order of `units`; the empty set is taken to pass
 */
export async function keepPassing<T>(
  units: readonly T[],
  attempt: (set: readonly T[]) => Promise<Trial>,
): Promise<Kept<T>> {
  const dropped = new Map<T, string>();
  const inOrder = (set: ReadonlySet<T>): readonly T[] => units.filter((unit) => set.has(unit));

  /** Adds as many candidates to `base` as pass; `known`: the trial of all of them, where it was made before. */
  const settle = async (base: readonly T[], candidates: readonly T[], known?: Trial): Promise<readonly T[]> => {
    if (candidates.length === 0) return base;
    const all = inOrder(new Set([...base, ...candidates]));
    const trial = known ?? (await attempt(all));
    if (trial.passed) return all;
    if (candidates.length === 1) {
      dropped.set(candidates[0]!, trial.reason);
      return base;
    }
    const middle = Math.ceil(candidates.length / 2);
    const [first, second] = [candidates.slice(0, middle), candidates.slice(middle)];
    const kept = await settle(base, first);
    const sameAsBefore = kept.length === base.length + first.length;
    return settle(kept, second, sameAsBefore ? trial : undefined);
  };
  return { kept: await settle([], units), dropped };
}
