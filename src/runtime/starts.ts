import type { Instruction, Stage } from '../dockerfile/index.js';
import type { Facts } from '../facts/index.js';

/** The instructions that say what a container of a stage starts; undefined where only the base image may say it. */
export interface Starts {
  readonly entry: Instruction | undefined;
  readonly cmd: Instruction | undefined;
  readonly health: Instruction | undefined;
}

/** Reads them from a stage and from those it is built FROM: an ENTRYPOINT takes back a CMD of an earlier stage. */
export function startsOf(facts: Facts, stage: Stage): Starts {
  let [entry, cmd, health]: (Instruction | undefined)[] = [];
  for (const { instructions } of facts.lineage(stage)) {
    const last = (keyword: string) => instructions.findLast((one) => one.keyword === keyword);
    const [own, command] = [last('ENTRYPOINT'), last('CMD')];
    cmd = command ?? (own === undefined ? cmd : undefined);
    entry = own ?? entry;
    health = last('HEALTHCHECK') ?? health;
  }
  return { entry, cmd, health };
}
