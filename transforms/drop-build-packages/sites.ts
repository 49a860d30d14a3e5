import { isApt, joinReason, notExtendable, reachesImage, type Run, type Use } from '../../src/cache-mounts/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ShellWord } from '../../src/shell/index.js';
import { mayBuild, runMayBuild } from './builders.js';
import { mayDepend, officialBase, type Package, readPackages, rootOf } from '../../src/bases/index.js';

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
  readonly family: 'alpine' | 'debian';
  readonly installs: readonly Install[];
  /** Other packages that the file installs up to there. */
  readonly beside: readonly string[];
  /** From the RUN that installs to the last that builds; they become one. */
  readonly runs: readonly Run[];
}

export interface Install {
  readonly use: Use;
  readonly run: Run;
  readonly packages: readonly Package[];
  /** The name of apk's virtual package, when it has one. */
  readonly virtual: string | undefined;
}

/** The sites of a file; `decline` hears of those that are left alone. */
export function sitesOf(
  facts: Facts,
  runs: readonly Run[],
  decline: (reason: string, run: Run) => void,
): readonly Site[] {
  const sites: Site[] = [];
  const done = new Set<Run>();
  for (const run of runs) {
    if (done.has(run) || run.script === undefined || !reachesImage(facts, run.stage, '/usr/bin')) continue;
    const found = siteAt(facts, runs, run);
    if (typeof found === 'string') decline(found, run);
    else if (found !== undefined) {
      for (const one of found.runs) done.add(one);
      sites.push(found);
    }
  }
  return sites;
}

function siteAt(facts: Facts, runs: readonly Run[], run: Run): Site | string | undefined {
  const family = familyOf(run);
  if (family === undefined || TOOLCHAINS.test(run.state.image.image)) return undefined;
  const installs = installsIn(run, family);
  if (installs === undefined || installs.length === 0) return undefined;
  const hinted = installs.some(({ operands }) =>
    operands.some((word) => /-dev\b|^(gcc|g\+\+|make|build-)|PHPIZE/.test(word.text)),
  );
  if (!hinted) return undefined;
  const first = run.uses.indexOf(installs[0]!.use);
  const later = runs.filter(
    ({ stage, instruction }) => stage === run.stage && instruction.index > run.instruction.index,
  );
  const builders = later.filter(runMayBuild);
  const buildsHere = run.uses.slice(first + 1).some(mayBuild);
  const last = builders.at(-1) ?? (buildsHere ? run : undefined);
  const seen = buildsHere || builders.some(({ uses }) => uses.some(mayBuild));
  if (last === undefined || !seen || removedLater([run, ...later], family)) return undefined;
  const own = readInstalls(facts, run, installs, family);
  if (typeof own === 'string') return own;
  if (!isWeighty(own)) return undefined;
  const words = family === 'debian' ? installedBefore(facts, runs, run) : [];
  const dependent = words.find(mayDepend);
  if (dependent !== undefined)
    return `build packages stay at line ${run.instruction.lines.first}: ${dependent.text}, installed before, may depend on them`;
  const members = membersFrom(facts, runs, run, last);
  if (typeof members === 'string') return members;
  const read = [...own];
  const all = [...words, ...installs.flatMap(({ operands }) => operands)];
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

/** Those installs of a RUN that bring build packages, or why the packages stay. */
function readInstalls(
  facts: Facts,
  run: Run,
  installs: readonly {
    readonly use: Use;
    readonly operands: readonly ShellWord[];
    readonly virtual: string | undefined;
  }[],
  family: Site['family'],
): readonly Install[] | string {
  const { image } = run.state;
  const base = officialBase(facts, rootOf(facts.file.stages, run.stage));
  const read: Install[] = [];
  for (const { use, operands, virtual } of installs) {
    const packages = readPackages(operands, {
      family,
      release: image.release,
      image: image.image,
      tag: base?.variable === undefined ? base?.tag : undefined,
    });
    if (typeof packages === 'string') return `build packages stay at line ${run.instruction.lines.first}: ${packages}`;
    if (packages.some(({ kind }) => kind === 'build')) read.push({ use, run, packages, virtual });
  }
  return read;
}

/** Whether anything that goes weighs enough. */
function isWeighty(installs: readonly Install[]): boolean {
  return installs.some(({ packages }) =>
    packages.some(({ kind, name, libraries }) => kind === 'build' && (!name.endsWith('-dev') || libraries.length > 0)),
  );
}

function familyOf({ state, uses }: Run): 'alpine' | 'debian' | undefined {
  if (state.image.family === 'alpine') return 'alpine';
  if (state.image.family === 'debian') return 'debian';
  if (state.image.family !== 'unknown') return undefined;
  return uses.some(({ invocation }) => invocation.tool === 'apk') ? 'alpine' : undefined;
}

function installsIn(run: Run, family: Site['family']) {
  const found = [];
  for (const use of run.uses) {
    const { invocation, script } = use;
    const installs =
      family === 'alpine'
        ? invocation.tool === 'apk' && invocation.subcommand === 'add'
        : isApt(invocation) && invocation.subcommand === 'install';
    if (!installs) continue;
    if (
      script === undefined ||
      invocation.command.conditional ||
      invocation.command.piped ||
      invocation.wrappers.includes('xargs')
    )
      return undefined;
    const option = invocation.options.find(({ name }) => name === '-t' || name === '--virtual');
    const virtual = family === 'alpine' ? (option?.value ?? option?.valueWord?.value) : undefined;
    found.push({ use, operands: invocation.operands, virtual });
  }
  return found;
}

/** What apt installed before a RUN, in its stage and those that it is built on. */
function installedBefore(facts: Facts, runs: readonly Run[], run: Run): readonly ShellWord[] {
  return runs
    .filter(
      ({ stage, instruction }) => instruction.index < run.instruction.index && facts.heirs(stage).includes(run.stage),
    )
    .flatMap(({ uses }) => uses)
    .filter(({ invocation }) => isApt(invocation) && invocation.subcommand === 'install')
    .flatMap(({ invocation }) => invocation.operands);
}

const REMOVES = /^(purge|remove|autoremove|autopurge|del)$/;

function removedLater(runs: readonly Run[], family: Site['family']): boolean {
  return runs.some(({ uses }) =>
    uses.some(
      ({ invocation }) =>
        (family === 'alpine' ? invocation.tool === 'apk' : isApt(invocation)) && REMOVES.test(invocation.subcommand),
    ),
  );
}

/** The RUNs from one to another when nothing else stands between and they can become one. */
function membersFrom(facts: Facts, runs: readonly Run[], first: Run, last: Run): readonly Run[] | string {
  const all = first.stage.instructions.filter(
    ({ index }) => index >= first.instruction.index && index <= last.instruction.index,
  );
  const other = all.find(({ keyword }) => keyword !== 'RUN');
  const from = `line ${first.instruction.lines.first}`;
  const to = `line ${last.instruction.lines.first}`;
  if (other !== undefined)
    return ['COPY', 'ADD'].includes(other.keyword)
      ? `${to} may build with what ${from} installs, and each change of what line ${other.lines.first} copies would install it again`
      : `${to} may build with what ${from} installs, and ${other.keyword} at line ${other.lines.first} stands between`;
  if (all.length > MOST_JOINED)
    return `${to} may build with what ${from} installs, and ${all.length} RUNs would become one`;
  const members = all.map((instruction) => runs.find((run) => run.instruction === instruction)!);
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
