import { isApt, type Run, runsIn, type Use } from '../../src/cache-mounts/index.js';
import type { Stage } from '../../src/dockerfile/index.js';
import { type Facts, type ImageFacts, isRoot } from '../../src/facts/index.js';
import type { ShellNode } from '../../src/shell/index.js';
import { onceFor } from '../../src/once.js';

/** A program that can fetch a URL at some place. */
export type Fetcher = 'curl' | 'wget';

const INSTALLS: ReadonlyMap<string, RegExp> = new Map([
  ['apt', /^install$/],
  ['apt-get', /^install$/],
  ['aptitude', /^install$/],
  ['apk', /^add$/],
  ['yum', /^install$/],
  ['dnf', /^install$/],
  ['microdnf', /^install$/],
  ['zypper', /^(install|in)$/],
]);
const REMOVES = /^(remove|purge|autoremove|autopurge|del|erase|rm)$/;

/** curl or wget, when one is sure to be there just before a RUN, with certificates for https; else what is not known. */
export function fetcherAt(facts: Facts, run: Run, url: string): Fetcher | string {
  const { image } = run.state;
  const { opaque, present, certified, installers } = before(facts)(run.stage).get(run)!;
  const [first] = present;
  if (first === undefined)
    return opaque === undefined
      ? 'neither curl nor wget is known to be there'
      : `line ${opaque.instruction.lines.first} is not understood, so neither curl nor wget is known to be there`;
  const isPrivileged = isRoot(run.state) ?? installers.has(run.state.user);
  if (!isPrivileged) return `line ${run.instruction.lines.first} may not run as root, as ADD does`;
  const secure = /^http:/i.test(url) || certified || comesCertified(image);
  return secure ? first : 'no certificates for https are known to be there';
}

/** What is known just before a RUN. */
interface Before {
  /** The first step that is not understood. */
  readonly opaque: Run | undefined;
  readonly present: readonly Fetcher[];
  /** Whether a step has installed certificates, or used them. */
  readonly certified: boolean;
  /** The users that installed system packages in the stage. */
  readonly installers: ReadonlySet<string | undefined>;
}

const before = onceFor((facts: Facts) => onceFor((stage: Stage) => walk(facts, stage)));

function walk(facts: Facts, stage: Stage): ReadonlyMap<Run, Before> {
  const found = new Map<Run, Before>();
  const runs = facts.lineage(stage).flatMap((one) => runsIn(facts, one));
  const commands = runs[0]?.state.image.commands ?? [];
  let present = FETCHERS.filter((name) => commands.includes(name));
  let opaque: Run | undefined;
  let certified = false;
  let installers = new Set<string | undefined>();
  for (const run of runs) {
    found.set(run, { opaque, present, certified, installers });
    if (run.opaque !== undefined) opaque ??= run;
    for (const use of run.uses) {
      const was = present;
      if (FETCHERS.some((name) => changes(use, name) !== undefined))
        present = FETCHERS.filter((name) => changes(use, name) ?? was.includes(name));
      certified ||= certifies(use);
      if (run.stage === stage && !installers.has(run.state.user) && installsAny(use))
        installers = new Set([...installers, run.state.user]);
    }
  }
  return found;
}

const FETCHERS: readonly Fetcher[] = ['curl', 'wget'];

/** Whether a fetcher is there after a command; undefined where it does not change that. */
function changes(use: Use, name: Fetcher): boolean | undefined {
  if (installs(use, name) || (use.invocation.tool === name && isCertain(use))) return true;
  return mayRemove(use, name) ? false : undefined;
}

function installsAny({ invocation: { tool, subcommand, wrappers } }: Use): boolean {
  return INSTALLS.get(tool ?? '')?.test(subcommand) === true && wrappers.length === 0;
}

function installs({ invocation }: Use, name: string): boolean {
  const { tool, subcommand, operands, command } = invocation;
  if (tool === undefined || command.conditional || INSTALLS.get(tool)?.test(subcommand) !== true) return false;
  return operands.some(({ value }) => value?.replace(/[=<>~].*/s, '') === name);
}

function mayRemove({ invocation }: Use, name: string): boolean {
  const { tool, subcommand, args } = invocation;
  if (tool === 'rm') return args.some(({ text }) => text.endsWith(`/${name}`));
  if (tool === undefined || !INSTALLS.has(tool) || !REMOVES.test(subcommand)) return false;
  return (
    args.length === 1 ||
    args.some(
      ({ value }) => value === undefined || value === name || value.startsWith('.') || value === '--auto-remove',
    )
  );
}

/** Whether a command has gone well when the RUN has: nothing but lists holds it, and no `||` follows in them. */
function isCertain({ invocation: { command }, script }: Use): boolean {
  if (command.conditional || script === undefined) return false;
  let node: ShellNode = command;
  for (let parent = script.parents.get(node); parent !== undefined; parent = script.parents.get(node)) {
    if (parent.type !== 'sequence') return false;
    if (parent.operators.slice(parent.items.indexOf(node)).some(({ text }) => text === '||')) return false;
    node = parent;
  }
  return true;
}

function comesCertified({ family, commands }: ImageFacts): boolean {
  return family === 'alpine' || family === 'rhel' || commands.includes('curl');
}

/** Whether certificates are there after a command. */
function certifies(use: Use): boolean {
  const { invocation } = use;
  if (installs(use, 'ca-certificates')) return true;
  const { tool, args } = invocation;
  if (tool === 'curl' || tool === 'wget')
    return (
      isCertain(use) &&
      args.some(({ text }) => /^["']?https:/.test(text)) &&
      !args.some(({ value }) => /^(-k|--insecure|--no-check-certificate|-[A-Za-jl-z]*k[A-Za-z]*)$/.test(value ?? ''))
    );
  if (!isApt(invocation) || !(installs(use, 'curl') || installs(use, 'wget')))
    return tool === 'apk' && installs(use, 'curl');
  return !args.some(({ text }) => /no-install-recommends|Install-Recommends/i.test(text));
}
