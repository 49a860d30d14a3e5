import { readPackages } from '../../src/bases/index.js';
import type { Instruction } from '../../src/dockerfile/index.js';
import { type Declined, declined, type RuntimePackage, type Step, type Subject } from './types.js';

/** What the system packages of a stage come to when it is split. */
export interface SystemPackages {
  readonly manager: 'apk' | 'apt';
  /** Packages of the final stage: those that run, and the libraries of those that stay behind. */
  readonly packages: readonly RuntimePackage[];
  /** Names that only the build needs. */
  readonly left: readonly string[];
  /** RUNs that install nothing but packages which the program may use. */
  readonly both: ReadonlySet<Instruction>;
  readonly recommends: boolean;
}

const MANAGERS = /^(?:apt|apt-get|apk)$/;

/** Whether a command deals with system packages, or clears what they leave. */
export function isPackageCommand({ invocation: { tool, operands } }: Step): boolean {
  if (MANAGERS.test(tool ?? '')) return true;
  return (
    tool === 'rm' &&
    operands.every(({ text }) => /^\/(?:var\/lib\/apt|var\/apt|var\/cache\/(?:apt|apk)|tmp\/|var\/tmp)/.test(text))
  );
}

/**
 * Tells the packages of every install among the steps apart.
 * @param named the release, where the base is to be given one that its tag does not name
 */
export function systemPackages(
  { facts, stage, base }: Subject,
  steps: readonly Step[],
  named?: string,
): SystemPackages | Declined {
  const { image } = facts.before(stage.instructions[1] ?? stage.from)!;
  const { family } = image;
  const release = named ?? image.release;
  const manager = family === 'alpine' ? 'apk' : 'apt';
  const packages = new Map<string, string>();
  const left: string[] = [];
  const both = new Set<Instruction>();
  let recommends = false;
  for (const [instruction, commands] of byInstruction(steps)) {
    const installs = commands.filter(({ invocation }) => MANAGERS.test(invocation.tool ?? ''));
    if (installs.length === 0) continue;
    const at = `RUN at line ${instruction.lines.first}`;
    if (family !== 'alpine' && family !== 'debian')
      return declined(`${at} installs packages of an unknown system`, instruction);
    if (installs.some(({ invocation }) => /^(?:del|purge|remove|autoremove)$/.test(invocation.subcommand)))
      return declined(`${at} takes packages away again`, instruction);
    const found: { name: string; build: boolean; libraries: readonly string[] }[] = [];
    for (const { invocation } of installs) {
      const { subcommand, options, operands } = invocation;
      if (/^(?:update|upgrade|dist-upgrade|clean|autoclean|cache clean|info|version)$/.test(subcommand)) continue;
      if (!/^(?:install|add)$/.test(subcommand)) return declined(`${at} takes packages away again`, instruction);
      if (options.some(({ name }) => /^(?:-t|--target-release|--repository|-X|--allow-untrusted)$/.test(name)))
        return declined(`${at} installs packages in a way that is not told apart`, instruction);
      const read = readPackages(operands, {
        family,
        release,
        image: base?.image ?? '',
        tag: base?.variable === undefined ? base?.tag : undefined,
      });
      if (typeof read === 'string') return declined(`${at}: ${read}`, instruction);
      if (!options.some(({ name }) => name === '--no-install-recommends')) recommends = true;
      for (const { name, kind, libraries, word } of read) {
        if (kind === 'stays' && /[=~<>@]/.test(word.text))
          return declined(`${at} holds ${name} to a version`, instruction);
        found.push({ name, build: kind === 'build', libraries });
      }
    }
    const alone = commands.every(isPackageCommand);
    if (found.length === 0) continue;
    if (alone && found.every(({ build }) => !build)) {
      both.add(instruction);
      continue;
    }
    if (!alone && found.some(({ build }) => !build) && commands.some(addsSource))
      return declined(`${at} installs packages of another source`, instruction);
    for (const { name, build, libraries } of found) {
      if (build) left.push(name);
      else packages.set(name, `${name} is not for building only`);
      for (const library of libraries) packages.set(library, `programs built with ${name} link to it`);
    }
  }
  return {
    manager,
    packages: [...packages].map(([name, why]) => ({ name, why })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    left,
    both,
    recommends: recommends && [...packages.values()].some((why) => why.endsWith('building only')),
  };
}

function addsSource({ invocation }: Step): boolean {
  const { tool, args, command } = invocation;
  const texts = [...args.map(({ text }) => text), ...command.redirects.map(({ target }) => target?.text ?? '')];
  return (
    /^(?:curl|wget|gpg|add-apt-repository|apt-key)$/.test(tool ?? '') || texts.some((text) => text.includes('/etc/ap'))
  );
}

export function byInstruction(steps: readonly Step[]): ReadonlyMap<Instruction, readonly Step[]> {
  const groups = new Map<Instruction, Step[]>();
  for (const step of steps) {
    const group = groups.get(step.instruction);
    if (group === undefined) groups.set(step.instruction, [step]);
    else group.push(step);
  }
  return groups;
}
