import { isApt, type Run, type Use } from '../../src/cache-mounts/index.js';
import { type Facts, isRoot } from '../../src/facts/index.js';
import type { ShellNode } from '../../src/shell/index.js';

/** A program that can fetch a URL at some place. */
export type Fetcher = 'curl' | 'wget';

const INSTALLS: Readonly<Record<string, RegExp>> = {
  apt: /^install$/,
  'apt-get': /^install$/,
  aptitude: /^install$/,
  apk: /^add$/,
  yum: /^install$/,
  dnf: /^install$/,
  microdnf: /^install$/,
  zypper: /^(install|in)$/,
};
const REMOVES = /^(remove|purge|autoremove|autopurge|del|erase|rm)$/;

/** curl or wget, when one is sure to be there just before a RUN, with certificates for https; else what is not known. */
export function fetcherAt(facts: Facts, runs: readonly Run[], run: Run, url: string): Fetcher | string {
  const { image } = run.state;
  const before = runs.filter(
    ({ stage, instruction }) => instruction.index < run.instruction.index && facts.heirs(stage).includes(run.stage),
  );
  const opaque = before.find((one) => one.opaque !== undefined);
  const uses = before.flatMap((one) => one.uses);
  const present = (['curl', 'wget'] as const).filter((name) => isPresent(name, image.commands, uses));
  if (present.length === 0)
    return opaque === undefined
      ? 'neither curl nor wget is known to be there'
      : `line ${opaque.instruction.lines.first} is not understood, so neither curl nor wget is known to be there`;
  if (!isPrivileged(run, before)) return `line ${run.instruction.lines.first} may not run as root, as ADD does`;
  const secure = /^http:/i.test(url) || hasCertificates(image.family, image.commands, uses);
  return secure ? present[0]! : 'no certificates for https are known to be there';
}

function isPresent(name: Fetcher, commands: readonly string[], uses: readonly Use[]): boolean {
  const last = uses.findLastIndex((use) => installs(use, name) || (use.invocation.tool === name && isCertain(use)));
  if (last < 0 && !commands.includes(name)) return false;
  return !uses.slice(last + 1).some((use) => mayRemove(use, name));
}

function installs({ invocation }: Use, name: string): boolean {
  const { tool, subcommand, operands, command } = invocation;
  if (tool === undefined || command.conditional || INSTALLS[tool]?.test(subcommand) !== true) return false;
  return operands.some(({ value }) => value?.replace(/[=<>~].*/s, '') === name);
}

function mayRemove({ invocation }: Use, name: string): boolean {
  const { tool, subcommand, args } = invocation;
  if (tool === 'rm') return args.some(({ text }) => text.endsWith(`/${name}`));
  if (tool === undefined || INSTALLS[tool] === undefined || !REMOVES.test(subcommand)) return false;
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

/** Root by name, or a user that installed system packages before. */
function isPrivileged(run: Run, before: readonly Run[]): boolean {
  const root = isRoot(run.state);
  if (root !== undefined) return root;
  return before.some(
    (one) =>
      one.state.user === run.state.user &&
      one.stage === run.stage &&
      one.uses.some(
        ({ invocation }) =>
          INSTALLS[invocation.tool ?? '']?.test(invocation.subcommand) === true && invocation.wrappers.length === 0,
      ),
  );
}

function hasCertificates(family: string, commands: readonly string[], uses: readonly Use[]): boolean {
  if (family === 'alpine' || family === 'rhel' || commands.includes('curl')) return true;
  return uses.some((use) => {
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
  });
}
