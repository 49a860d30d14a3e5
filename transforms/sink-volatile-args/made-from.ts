import {
  type Dockerfile,
  type Instruction,
  readArguments,
  readKeyValues,
  referencedNames,
} from '../../src/dockerfile/index.js';

/** The names that an ARG or ENV sets. */
export function namesSet(file: Dockerfile, instruction: Instruction): readonly string[] {
  if (instruction.keyword === 'ARG') return readArguments(instruction, file.escape).map(({ name }) => name);
  if (instruction.keyword !== 'ENV') return [];
  const pairs = readKeyValues(instruction, instruction.logical.text, file.escape);
  return typeof pairs === 'string' ? [] : pairs.map(({ name }) => name);
}

/** Whether an ARG, ENV or LABEL is made from names and from nothing else that a step may need: labels nothing does. */
export function isMadeFrom(file: Dockerfile, instruction: Instruction, names: ReadonlySet<string>): boolean {
  const uses = (text: string | undefined): boolean =>
    [...referencedNames(text ?? '', file.escape)].some((name) => names.has(name));
  const { keyword, logical } = instruction;
  if (keyword === 'ARG') return readArguments(instruction, file.escape).every(({ value }) => uses(value));
  if (keyword !== 'ENV' && keyword !== 'LABEL') return false;
  const pairs = readKeyValues(instruction, logical.text, file.escape);
  if (typeof pairs === 'string') return false;
  return keyword === 'LABEL' ? pairs.some(({ value }) => uses(value)) : pairs.every(({ value }) => uses(value));
}
