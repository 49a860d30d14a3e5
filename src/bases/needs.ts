import type { Instruction } from '../dockerfile/index.js';

/** What a rewritten stage must have, and why it may not be rewritten. */
export class Needs {
  /** Packages that the new base lacks, with the instruction that first asks for each. */
  readonly packages = new Map<string, { readonly why: string; readonly at: Instruction }>();
  readonly reasons: { readonly reason: string; readonly at: Instruction }[] = [];
  readonly #known = new Set<string>();

  add(names: readonly string[], why: string, at: Instruction): void {
    for (const name of names) if (!this.packages.has(name)) this.packages.set(name, { why, at });
  }

  refuse(reason: string, at: Instruction): void {
    if (this.#known.has(reason)) return;
    this.#known.add(reason);
    this.reasons.push({ reason, at });
  }
}
