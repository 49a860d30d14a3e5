import {
  isApt,
  joinReason,
  notExtendable,
  reachesImage,
  type Run,
  runAt,
  runsIn,
} from '../../src/cache-mounts/index.js';
import type { Instruction, Stage } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { mayBuild, runMayBuild } from './builders.js';
import { type AptWords, aptWords, type Family, familyOf, type Install, installsIn, readInstalls } from './installs.js';

/** More RUNs than this stay apart: one change would run them all again. */
const MOST_JOINED = 4;

/** Images that are there to build with. */
const TOOLCHAINS =
  /(^|\/)(golang|rust|gcc|maven|gradle|buildpack-deps|haskell|swift|sdk|clojure|elixir|erlang|ocaml|opam|emsdk|dart)$/;

/** What Debian's pip recommends stays as long as pip does. */
const PIP = /^python3?-pip$/;
const RECOMMENDED = /^(build-essential|python3?-dev)$/;

/** Installs whose build packages nothing needs once the RUNs that build are done. */
export interface Site {
  readonly family: Family;
  readonly installs: readonly Install[];
  /** Other packages that the file installs up to there. */
  readonly beside: readonly string[];
  /** From the RUN that installs to the last that builds; they become one. */
  readonly runs: readonly Run[];
}

/** What the sites of a stage are judged by, read once. */
interface StageFacts {
  /** The last RUN that builds, or runs code that is not seen and may. */
  readonly lastMayBuild: Run | undefined;
  /** The last RUN that builds. */
  readonly lastBuild: Run | undefined;
  /** The last RUN that removes packages itself. */
  readonly lastRemoval: Readonly<Record<Family, Run | undefined>>;
  readonly apt: AptWords;
  /** For each instruction, the next one that is no RUN. */
  readonly nextOther: readonly (Instruction | undefined)[];
}

/** The sites of a file; `decline` hears of those that are left alone. */
export function sitesOf(
  facts: Facts,
  runs: readonly Run[],
  decline: (reason: string, run: Run) => void,
): readonly Site[] {
  const sites: Site[] = [];
  const done = new Set<Run>();
  const stages = new Map<Stage, StageFacts>();
  for (const run of runs) {
    if (done.has(run) || run.script === undefined || !reachesImage(facts, run.stage, '/usr/bin')) continue;
    let known = stages.get(run.stage);
    if (known === undefined) stages.set(run.stage, (known = readStage(facts, run.stage)));
    const found = siteAt(facts, known, run);
    if (typeof found === 'string') decline(found, run);
    else if (found !== undefined) {
      for (const one of found.runs) done.add(one);
      sites.push(found);
    }
  }
  return sites;
}

function readStage(facts: Facts, stage: Stage): StageFacts {
  const runs = runsIn(facts, stage);
  return {
    lastMayBuild: runs.findLast(runMayBuild),
    lastBuild: runs.findLast(({ uses }) => uses.some(mayBuild)),
    lastRemoval: {
      alpine: runs.findLast((run) => removesPackages(run, 'alpine')),
      debian: runs.findLast((run) => removesPackages(run, 'debian')),
    },
    apt: aptWords(facts, stage),
    nextOther: nextOthers(stage),
  };
}

function siteAt(facts: Facts, stage: StageFacts, run: Run): Site | string | undefined {
  const family = familyOf(run);
  if (family === undefined || TOOLCHAINS.test(run.state.image.image)) return undefined;
  const installs = installsIn(run, family);
  if (installs === undefined || installs.length === 0) return undefined;
  const hinted = installs.some(({ operands }) =>
    operands.some((word) => /-dev\b|^(gcc|g\+\+|make|build-)|PHPIZE/.test(word.text)),
  );
  if (!hinted) return undefined;
  const { index } = run.instruction;
  const isLater = (other: Run | undefined): other is Run => other !== undefined && other.instruction.index > index;
  const first = run.uses.indexOf(installs[0]!.use);
  const buildsHere = run.uses.slice(first + 1).some(mayBuild);
  const last = isLater(stage.lastMayBuild) ? stage.lastMayBuild : buildsHere ? run : undefined;
  const removal = stage.lastRemoval[family];
  if (last === undefined || !(buildsHere || isLater(stage.lastBuild)) || removal === run || isLater(removal))
    return undefined;
  const own = readInstalls(facts, run, installs, family);
  if (typeof own === 'string') return own;
  if (!isWeighty(own)) return undefined;
  const [dependent] = stage.apt.dependent;
  if (family === 'debian' && dependent !== undefined && dependent.index < index)
    return `build packages stay at line ${run.instruction.lines.first}: ${dependent.word.text}, installed before, may depend on them`;
  const members = membersFrom(facts, stage.nextOther, run, last);
  if (typeof members === 'string') return members;
  const before = family === 'debian' ? stage.apt.all.filter((one) => one.index < index) : [];
  const read = [...own];
  const all = [...before.map(({ word }) => word), ...installs.flatMap(({ operands }) => operands)];
  for (const member of members.slice(1)) {
    const more = installsIn(member, family);
    if (more === undefined) return `line ${member.instruction.lines.first} installs in a form that is not read`;
    const found = readInstalls(facts, member, more, family);
    if (typeof found === 'string') return found;
    read.push(...found);
    all.push(...more.flatMap(({ operands }) => operands));
  }
  const names = all.map(({ text }) => text);
  if (family === 'debian' && names.some((name) => PIP.test(name)) && names.some((name) => RECOMMENDED.test(name)))
    return `build packages stay at line ${run.instruction.lines.first}: Debian's pip recommends them`;
  const going = new Set(
    read.flatMap(({ packages }) => packages.filter(({ kind }) => kind === 'build').map(({ name }) => name)),
  );
  const beside = names.map((name) => name.replace(/[=:].*/s, '')).filter((name) => !going.has(name));
  return { family, installs: read, beside, runs: members };
}

/** Whether anything that goes weighs enough. */
function isWeighty(installs: readonly Install[]): boolean {
  return installs.some(({ packages }) =>
    packages.some(({ kind, name, libraries }) => kind === 'build' && (!name.endsWith('-dev') || libraries.length > 0)),
  );
}

const REMOVES = /^(purge|remove|autoremove|autopurge|del)$/;

function removesPackages({ uses }: Run, family: Family): boolean {
  return uses.some(
    ({ invocation }) =>
      (family === 'alpine' ? invocation.tool === 'apk' : isApt(invocation)) && REMOVES.test(invocation.subcommand),
  );
}

function nextOthers({ instructions }: Stage): readonly (Instruction | undefined)[] {
  const found: (Instruction | undefined)[] = [];
  let next: Instruction | undefined;
  for (const instruction of [...instructions].reverse()) {
    found.push(next);
    if (instruction.keyword !== 'RUN') next = instruction;
  }
  return found.reverse();
}

/** The RUNs from one to another when nothing else stands between and they can become one. */
function membersFrom(facts: Facts, nextOther: StageFacts['nextOther'], first: Run, last: Run): readonly Run[] | string {
  const { instructions, from: start } = first.stage;
  const at = first.instruction.index - start.index;
  const next = nextOther[at];
  const other = next !== undefined && next.index < last.instruction.index ? next : undefined;
  const from = `line ${first.instruction.lines.first}`;
  const to = `line ${last.instruction.lines.first}`;
  if (other !== undefined)
    return ['COPY', 'ADD'].includes(other.keyword)
      ? `${to} may build with what ${from} installs, and each change of what line ${other.lines.first} copies would install it again`
      : `${to} may build with what ${from} installs, and ${other.keyword} at line ${other.lines.first} stands between`;
  const count = last.instruction.index - first.instruction.index + 1;
  if (count > MOST_JOINED) return `${to} may build with what ${from} installs, and ${count} RUNs would become one`;
  const members = instructions.slice(at, at + count).map((instruction) => runAt(facts, instruction)!);
  const openEnd = notExtendable(facts, members.at(-1)!, true);
  if (openEnd !== undefined) return openEnd;
  for (const [i, run] of members.entries()) {
    if (run.script === undefined || run.opaque !== undefined)
      return `line ${run.instruction.lines.first} is not understood`;
    if (i === 0) continue;
    if (run.instruction.flags.length > 0 || members[0]!.instruction.flags.length > 0)
      return `line ${run.instruction.lines.first} and line ${members[0]!.instruction.lines.first} have flags of their own`;
  }
  return joinReason(facts, members) ?? members;
}
