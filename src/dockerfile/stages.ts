import { onceFor } from '../once.js';
import type { Instruction } from './instruction.js';
import type { Span } from './text.js';

/** One build stage: a FROM and what follows up to the next FROM. */
export interface Stage {
  readonly index: number;
  readonly from: Instruction;
  /** Name given by `AS`, lower case as BuildKit compares it. */
  readonly name: string | undefined;
  /** The base as written: an image reference, an earlier stage's name, or with variables in it. */
  readonly base: string;
  /** Place of the base in the FROM's logical text. */
  readonly baseSpan: Span;
  readonly platform: string | undefined;
  /** The stage that `base` names, when it is literally an earlier stage's name. */
  readonly parent: number | undefined;
  /** All instructions of the stage, the FROM first. */
  readonly instructions: readonly Instruction[];
}

/** Groups instructions by stage; what stands before the first FROM belongs to none. */
export function readStages(instructions: readonly Instruction[]): readonly Stage[] {
  const stages: Stage[] = [];
  const byName = new Map<string, number>();
  let members: Instruction[] = [];
  for (const instruction of instructions) {
    if (instruction.keyword !== 'FROM') {
      if (stages.length > 0) members.push(instruction);
      continue;
    }
    members = [instruction];
    const { logical, args } = instruction;
    const [base = '', as, alias, more] = logical.text.slice(args.start, args.end).match(/[^\t\v\f\r ]+/g) ?? [];
    const baseStart = logical.text.indexOf(base, args.start);
    const name = more === undefined && as?.toLowerCase() === 'as' ? alias?.toLowerCase() : undefined;
    const parent = byName.get(base.toLowerCase());
    if (name !== undefined) byName.set(name, stages.length);
    stages.push({
      index: stages.length,
      from: instruction,
      name,
      base,
      baseSpan: { start: baseStart, end: baseStart + base.length },
      platform: instruction.flags.find((flag) => flag.name === 'platform')?.value,
      parent,
      instructions: members,
    });
  }
  return stages;
}

/** The stage that `COPY --from=` or `--mount from=` names: by name, or by number; undefined for an image. */
export function sourceStage(stages: readonly Stage[], user: Stage, from: string): Stage | undefined {
  const byName = namesOf(stages)
    .get(from.toLowerCase())
    ?.findLast((stage) => stage.index < user.index);
  if (byName !== undefined) return byName;
  return /^\d+$/.test(from) && Number(from) < user.index ? stages[Number(from)] : undefined;
}

const namesOf = onceFor((stages: readonly Stage[]): ReadonlyMap<string, readonly Stage[]> => {
  const names = new Map<string, Stage[]>();
  for (const stage of stages) {
    if (stage.name !== undefined) names.set(stage.name, [...(names.get(stage.name) ?? []), stage]);
  }
  return names;
});
