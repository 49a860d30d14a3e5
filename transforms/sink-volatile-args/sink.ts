import type { Instruction } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ContextFiles } from '../../src/project/context.js';
import { isMadeFrom, namesSet } from './made-from.js';
import { useOf } from './uses.js';

/** An ARG that goes down with all that is made from it. */
export interface Sunk {
  readonly arg: Instruction;
  readonly group: readonly Instruction[];
  /** They go to just above this one; undefined for the end of the stage. */
  readonly before: Instruction | undefined;
  /** RUNs that no longer hang on the ARG. */
  readonly passed: readonly Instruction[];
  /** What is not certain about RUNs that do not read it. */
  readonly doubt: string | undefined;
}

/** The steps that make layers; what stands below the last of them busts nothing. */
const STEP = /^(?:RUN|COPY|ADD|WORKDIR)$/;

/**
 * Brings an ARG as far down its stage as the first step that uses it, or why it stays.
 * @param order the stage as it stands
 * @param sunk what has gone down before, which it goes below
 */
export function sink(
  facts: Facts,
  order: readonly Instruction[],
  arg: Instruction,
  context: ContextFiles | undefined,
  sunk: ReadonlySet<Instruction>,
): Sunk | string | undefined {
  const { file } = facts;
  const below = order.slice(order.indexOf(arg) + 1);
  let group: readonly Instruction[] = [arg];
  const names = new Set(namesSet(file, arg));
  const passed: Instruction[] = [];
  let doubt: string | undefined;
  let stop: { readonly at: Instruction; readonly reason: string; readonly certain: boolean } | undefined;
  for (const instruction of below) {
    if (isMadeFrom(file, instruction, names)) {
      group = [...group, instruction];
      for (const name of namesSet(file, instruction)) names.add(name);
      continue;
    }
    const use = useOf(facts, group, [...names], instruction, context);
    if (use.reason !== undefined) {
      stop = { at: instruction, ...use };
      break;
    }
    if (instruction.keyword !== 'RUN') continue;
    doubt ??= use.doubt;
    passed.push(instruction);
  }
  const last = passed.at(-1);
  if (last === undefined) return stop?.certain === false ? stop.reason : undefined;
  const moving = group.filter((member) => order.indexOf(member) < order.indexOf(last));
  const staying = group.find((member) => !moving.includes(member));
  const lastStep = order.findLastIndex(({ keyword }) => STEP.test(keyword));
  const before =
    firstOf(order, [staying, stop?.at]) ??
    order.slice(lastStep + 1).find((one) => !moving.includes(one) && !sunk.has(one));
  return { arg, group: moving, before, passed, doubt };
}

function firstOf(order: readonly Instruction[], some: readonly (Instruction | undefined)[]): Instruction | undefined {
  return order.find((instruction) => some.includes(instruction));
}
