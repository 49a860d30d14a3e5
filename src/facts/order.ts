import type { Instruction } from '../dockerfile/index.js';
import { onceFor } from '../once.js';
import { type Effects, effectsOf } from './effects.js';
import type { Facts } from './facts.js';
import { globsMeet, namesMeet } from './globs.js';
import { BROAD, isPrivate } from './private-folders.js';

/** Stands for paths that are not known. */
const ANYWHERE = '/**';

/** Says a reason with the names of both instructions, the one that was given first first. */
type Reason = (first: string, second: string) => string;

const reasons = new WeakMap<Effects, WeakMap<Effects, { readonly up: boolean; readonly reason: Reason | undefined }>>();

/**
 * Why two instructions of one stage may not change places; undefined when they may: neither writes what the other reads
 * or writes (files, environment, state), and not both use the network when one of them writes what the other may read.
 */
export function orderReason(facts: Facts, first: Instruction, second: Instruction): string | undefined {
  const a = effectsOf(facts, first);
  const b = effectsOf(facts, second);
  const up = first.index < second.index;
  let row = reasons.get(a);
  if (row === undefined) reasons.set(a, (row = new WeakMap()));
  let known = row.get(b);
  if (known?.up !== up) row.set(b, (known = { up, reason: findReason(a, b, up) }));
  return known.reason?.(nameOf(first), nameOf(second));
}

function nameOf({ keyword, lines }: Instruction): string {
  return `${keyword} at line ${lines.first}`;
}

/** @param up whether the first stands above the second */
function findReason(a: Effects, b: Effects, up: boolean): Reason | undefined {
  const sides = [
    [a, b, false],
    [b, a, true],
  ] as const;
  for (const [one, other, swapped] of sides) {
    if (
      one.opaque !== undefined &&
      (other.writes.length > 0 || other.opaque !== undefined || other.writesState.length > 0)
    ) {
      return (first, second) => `${swapped ? second : first} may use anything: ${one.opaque}`;
    }
  }
  for (const [one, other, swapped] of sides) {
    const say =
      (tell: (one: string, other: string) => string): Reason =>
      (first, second) =>
        swapped ? tell(second, first) : tell(first, second);
    const files = meetingFiles(one, other, up === swapped);
    if (files !== undefined) {
      const [written, used] = files.map((glob) => glob.replace(/(?<=.)\/\*\*$/, '')) as [string, string];
      if (files.every((glob) => glob === ANYWHERE))
        return say((x, y) => `neither where ${x} writes nor what ${y} uses is known`);
      if (files[0] === ANYWHERE) return say((x, y) => `where ${x} writes is not known, and ${y} uses ${used}`);
      if (files[1] === ANYWHERE) return say((x, y) => `what ${y} uses is not known, and ${x} writes ${written}`);
      const path = BROAD.test(files[1]) ? written : used;
      return say((x, y) => `${y} uses ${path}, which ${x} writes`);
    }
    const variable = namesMeet(one.writesEnvironment, [...other.readsEnvironment, ...other.writesEnvironment]);
    if (variable !== undefined) return say((x, y) => `${y} depends on ${variable}, which ${x} sets`);
    const state = one.writesState.find(
      (field) =>
        field === '*' ||
        other.readsState.includes(field) ||
        other.readsState.includes('*') ||
        other.writesState.includes(field),
    );
    if (state !== undefined) return say((x, y) => `${y} depends on the ${state} that ${x} sets`);
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

const filesOf = onceFor(({ programs, reads, writes, systemReads, systemWrites }: Effects): Files => {
  const written = [...new Set(programs.length > 0 ? programs : without(writes, systemWrites))];
  const used = [...new Set([...without(reads, systemReads), ...written])];
  return { written, used, system: [...new Set([...systemReads, ...systemWrites])] };
});

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
