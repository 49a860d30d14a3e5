import type { Instruction } from '../dockerfile/index.js';
import { type Effects, effectsOf } from './effects.js';
import type { Facts } from './facts.js';
import { globsMeet, namesMeet } from './globs.js';
import { BROAD, isPrivate } from './private-folders.js';

const reasons = new WeakMap<Facts, Map<Instruction, Map<Instruction, string | undefined>>>();

/**
 * Why two instructions of one stage may not change places; undefined when they may: neither writes what the other reads
 * or writes (files, environment, state), and not both use the network when one of them writes what the other may read.
 */
export function orderReason(facts: Facts, first: Instruction, second: Instruction): string | undefined {
  let known = reasons.get(facts);
  if (known === undefined) reasons.set(facts, (known = new Map()));
  let row = known.get(first);
  if (row === undefined) known.set(first, (row = new Map()));
  if (!row.has(second)) row.set(second, findReason(facts, first, second));
  return row.get(second);
}

function findReason(facts: Facts, first: Instruction, second: Instruction): string | undefined {
  const a = effectsOf(facts, first);
  const b = effectsOf(facts, second);
  const name = (instruction: Instruction): string => `${instruction.keyword} at line ${instruction.lines.first}`;
  const sides = [
    [a, b, first, second],
    [b, a, second, first],
  ] as const;
  for (const [one, other, x] of sides) {
    if (
      one.opaque !== undefined &&
      (other.writes.length > 0 || other.opaque !== undefined || other.writesState.length > 0)
    ) {
      return `${name(x)} may use anything: ${one.opaque}`;
    }
  }
  for (const [one, other, x, y] of sides) {
    const files = meetingFiles(one, other, y.index < x.index);
    if (files !== undefined) {
      const path = BROAD.test(files[1]) ? files[0] : files[1];
      return `${name(y)} uses ${path.replace(/(?<=.)\/\*\*$/, '')}, which ${name(x)} writes`;
    }
    const variable = namesMeet(one.writesEnvironment, [...other.readsEnvironment, ...other.writesEnvironment]);
    if (variable !== undefined) return `${name(y)} depends on ${variable}, which ${name(x)} sets`;
    const state = one.writesState.find(
      (field) =>
        field === '*' ||
        other.readsState.includes(field) ||
        other.readsState.includes('*') ||
        other.writesState.includes(field),
    );
    if (state !== undefined) return `${name(y)} depends on the ${state} that ${name(x)} sets`;
  }
  return undefined;
}

/**
 * The first pair of paths that one writes and the other reads or writes. What stands for the system's programs and for
 * packages' files never meets what lies in a folder of one's own.
 * @param isFirst whether `other` stands first in the file
 */
function meetingFiles(one: Effects, other: Effects, isFirst: boolean): readonly [string, string] | undefined {
  const { written } = filesOf(one);
  const { used, system } = filesOf(other);
  if (written.length === 0 && one.systemWrites.length === 0) return undefined;
  const packages = [...one.packages, ...other.packages];
  const pairs = (
    some: readonly string[],
    others: readonly string[],
    apart: (written: string, used: string) => boolean,
  ): readonly [string, string] | undefined => {
    for (const a of some) for (const b of others) if (globsMeet(a, b) && !apart(a, b)) return [a, b];
    return undefined;
  };
  return (
    pairs(written, used, () => false) ??
    pairs(written, system, (path) => isPrivate(path, packages)) ??
    pairs(one.systemWrites, used, (_, path) => isPrivate(path, packages) || (isFirst && isAccount(other, path))) ??
    pairs(other.basic ? [] : one.systemWrites, system, () => false)
  );
}

/** The paths of an instruction, those that stand for the system's programs and packages' files apart from its own. */
interface Files {
  readonly written: readonly string[];
  readonly used: readonly string[];
  readonly system: readonly string[];
}

const filesMemo = new WeakMap<Effects, Files>();

function filesOf(effects: Effects): Files {
  let files = filesMemo.get(effects);
  if (files === undefined) {
    const { programs, reads, writes, systemReads, systemWrites } = effects;
    const written = [...new Set(programs.length > 0 ? programs : without(writes, systemWrites))];
    const used = [...new Set([...without(reads, systemReads), ...written])];
    files = { written, used, system: [...new Set([...systemReads, ...systemWrites])] };
    filesMemo.set(effects, files);
  }
  return files;
}

/** A list less one occurrence of each of some of its paths. */
function without(all: readonly string[], some: readonly string[]): readonly string[] {
  const rest = [...all];
  for (const path of some) {
    const at = rest.indexOf(path);
    if (at >= 0) rest.splice(at, 1);
  }
  return rest;
}

/** Packages add users and groups and never change those that a COPY before them names. */
function isAccount({ systemReads }: Effects, path: string): boolean {
  return systemReads.length === 0 && (path === '/etc/passwd' || path === '/etc/group');
}

/** Whether two instructions may change places. */
export function commutes(facts: Facts, first: Instruction, second: Instruction): boolean {
  return orderReason(facts, first, second) === undefined;
}
