import { broughtLibraries } from '../../src/bases/index.js';
import { isApt, type Run, type Use } from '../../src/cache-mounts/index.js';
import type { Stage } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { Demands } from './demands.js';
import { BRINGS, kindOf, OLDER, OLDER_IDLE, presentName, TRIFLES } from './kinds.js';
import table from './recommends.json' with { type: 'json' };

/** What an install without recommended packages means. */
interface Weighed {
  /** Recommended packages that go. */
  readonly dropped: readonly string[];
  /** All packages that go with them. */
  readonly gone: readonly string[];
  /** Recommended packages that the install has to name. */
  readonly kept: readonly string[];
  /** What is not known. */
  readonly doubts: readonly string[];
}

const recommends: Readonly<Record<string, string>> = table.recommends;
const brings: Readonly<Record<string, string>> = table.brings;

/** Releases whose packages recommend more than those of today: libc6-dev a compiler, for one. */
const OLD = /^(wheezy|jessie|squeeze|lenny|lucid|precise|trusty|utopic|vivid|wily)$/;

/** Looks up what the packages of an install recommend and what becomes of that. */
export function weigh(run: Run, use: Use, isThere: (name: string) => boolean, demands: Demands): Weighed {
  const kept = new Set<string>();
  const dropped = new Set<string>();
  const doubts: string[] = [];
  const { release } = run.state.image;
  if (OLD.test(release ?? '')) doubts.push(`packages of ${release!} may recommend what programs need`);
  const names = use.invocation.operands.map(({ value, text }) => value?.replace(/[=:].*/s, '') ?? text);
  let brought: ReadonlySet<string> | undefined;
  for (const name of names) {
    const known = recommendedBy(name);
    if (known === undefined && (brought ??= broughtLibraries(names)).has(name)) continue;
    if (known === undefined) {
      doubts.push(`what ${name} recommends is not known`);
      continue;
    }
    for (const one of known.split(' ')) {
      if (one === '' || isThere(one)) continue;
      const kind = kindOf(one);
      const asked =
        'used' in kind && (demands.asks(kind.used) || (kind.kind === 'program' && demands.unseenFrom(run.instruction)));
      if (kind.kind === 'keep' || asked) kept.add(one);
      else dropped.add(one);
      if (kind.kind === 'unknown') doubts.push(`${name} recommends ${one}, which may matter`);
    }
  }
  if ([...dropped].every((one) => TRIFLES.has(one))) return { dropped: [], gone: [], kept: [], doubts: [] };
  const gone = [...dropped]
    .flatMap((one) => (brings[one] ?? one).split(' '))
    .filter((one) => !isThere(one) && !kept.has(one));
  return {
    dropped: [...dropped],
    gone: [...new Set(gone)].sort(),
    kept: [...kept].sort(),
    doubts: [...new Set(doubts)],
  };
}

function recommendedBy(name: string): string | undefined {
  const present = presentName(name);
  if (Object.hasOwn(recommends, present)) return recommends[present];
  return Object.hasOwn(OLDER, name) ? OLDER[name] : OLDER_IDLE.test(name) ? '' : undefined;
}

/** Tells which packages are in the image whatever a RUN's install recommends: of the base, of other installs, named in it. */
export function packagesBeside(facts: Facts, runs: readonly Run[]): (run: Run) => (name: string) => boolean {
  const ofStages = new Map<Stage, ReadonlyMap<string, number>>();
  return ({ stage, instruction: { index }, state }) => {
    let installed = ofStages.get(stage);
    if (installed === undefined) ofStages.set(stage, (installed = installsOf(facts, stage, runs)));
    const ofBase = packagesOf(state.image);
    return (name) => ofBase.has(name) || (installed.get(name) ?? Infinity) <= index;
  };
}

function packagesOf({ commands, official, image }: Run['state']['image']): ReadonlySet<string> {
  const found = Object.entries(OF_COMMANDS).flatMap(([name, command]) => (commands.includes(command) ? name : []));
  const certified = official && CERTIFIED.test(image) ? ['ca-certificates'] : [];
  return new Set([...found, ...certified].flatMap((name) => [name, ...broughtBy(name)]));
}

/** From which instruction on an install of the stage, or of those it is built FROM, has a package there. */
function installsOf(facts: Facts, stage: Stage, runs: readonly Run[]): ReadonlyMap<string, number> {
  const lineage = new Set(facts.lineage(stage));
  const first = new Map<string, number>();
  const add = (name: string, index: number): void => {
    for (const one of [name, ...broughtBy(name)]) first.set(one, Math.min(first.get(one) ?? Infinity, index));
  };
  for (const { stage: of, instruction, uses } of runs) {
    if (!lineage.has(of)) continue;
    for (const { invocation } of uses) {
      if (!isApt(invocation) || invocation.subcommand !== 'install') continue;
      const bare = invocation.options.some(({ name }) => name === '--no-install-recommends');
      for (const { value } of invocation.operands) {
        const name = value?.replace(/[=:].*/s, '') ?? '';
        add(name, instruction.index);
        // An earlier install has kept what is commonly needed, by recommendation or by name.
        for (const one of bare ? [] : (recommendedBy(name)?.split(' ') ?? []))
          if (kindOf(one).kind === 'keep') add(one, instruction.index + 1);
      }
    }
  }
  return first;
}

function broughtBy(name: string): readonly string[] {
  return Object.hasOwn(BRINGS, name) ? BRINGS[name]! : [];
}

/** Packages that are there when a command is. */
const OF_COMMANDS = {
  'ca-certificates': 'curl',
  'openssh-client': 'ssh',
  gnupg: 'gpg',
  patch: 'patch',
  'build-essential': 'gcc',
} as const;

/** Official images with certificates in every variant of Debian. */
const CERTIFIED = /^(python|pypy|ruby|rust|php|golang|nginx|wordpress|drupal|nextcloud)$/;
