import { isApt, type Run, type Use } from '../../src/cache-mounts/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { Demands } from './demands.js';
import { BRINGS, kindOf, OLDER, OLDER_IDLE, presentName, TRIFLES } from './kinds.js';
import table from './recommends.json' with { type: 'json' };

/** What an install without recommended packages means. */
export interface Weighed {
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
export function weigh(run: Run, use: Use, runs: readonly Run[], facts: Facts, { text, unseen }: Demands): Weighed {
  const there = installedBeside(run, runs, facts);
  const kept = new Set<string>();
  const dropped = new Set<string>();
  const doubts: string[] = [];
  const { release } = run.state.image;
  if (OLD.test(release ?? '')) doubts.push(`packages of ${release!} may recommend what programs need`);
  for (const { value, text: word } of use.invocation.operands) {
    const name = value?.replace(/[=:].*$/, '') ?? word;
    const known = recommendedBy(name);
    if (known === undefined) {
      doubts.push(`what ${name} recommends is not known`);
      continue;
    }
    for (const one of known.split(' ')) {
      if (one === '' || there.has(one)) continue;
      const kind = kindOf(one);
      const asked = 'used' in kind && (kind.used.test(text) || (kind.kind === 'program' && unseen));
      if (kind.kind === 'keep' || asked) kept.add(one);
      else dropped.add(one);
      if (kind.kind === 'unknown') doubts.push(`${name} recommends ${one}, which may matter`);
    }
  }
  if ([...dropped].every((one) => TRIFLES.has(one))) return { dropped: [], gone: [], kept: [], doubts: [] };
  const stays = new Set([...there, ...kept]);
  const gone = [...dropped].flatMap((one) => (brings[one] ?? one).split(' ')).filter((one) => !stays.has(one));
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

/** What is in the image whatever this install recommends: of the base, of other installs, named here. */
function installedBeside(run: Run, runs: readonly Run[], facts: Facts): ReadonlySet<string> {
  const { commands, official, image } = run.state.image;
  const found = new Set(
    Object.entries(OF_COMMANDS).flatMap(([name, command]) => (commands.includes(command) ? name : [])),
  );
  if (official && CERTIFIED.test(image)) found.add('ca-certificates');
  for (const other of runs) {
    if (other.instruction.index > run.instruction.index || !facts.heirs(other.stage).includes(run.stage)) continue;
    for (const { invocation } of other.uses) {
      if (!isApt(invocation) || invocation.subcommand !== 'install') continue;
      const bare = invocation.options.some(({ name }) => name === '--no-install-recommends');
      for (const { value } of invocation.operands) {
        const name = value?.replace(/[=:].*$/, '') ?? '';
        found.add(name);
        // An earlier install has kept what is commonly needed, by recommendation or by name.
        if (bare || other === run) continue;
        for (const one of recommendedBy(name)?.split(' ') ?? []) if (kindOf(one).kind === 'keep') found.add(one);
      }
    }
  }
  for (const [name, others] of Object.entries(BRINGS)) if (found.has(name)) for (const one of others) found.add(one);
  return found;
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
