import { type Instruction, mountsOf } from '../../src/dockerfile/index.js';
import { effectsOf, type Facts } from '../../src/facts/index.js';
import { type Invocation, nestedScript, readInvocation, type ShellScript } from '../../src/shell/index.js';

/** Managers of a distribution's packages. */
const SYSTEM_MANAGERS = /^(?:apt|apt-get|aptitude|apk|yum|dnf|microdnf|tdnf|zypper|pacman|pecl)$/;
/** What they do when they install, as their models name it. */
const INSTALLS =
  /^(?:install|add|update|upgrade|dist-upgrade|full-upgrade|build-dep|-S\w*|in|groupinstall|localinstall)$/;

export function invocationsOf(script: ShellScript): readonly Invocation[] {
  return script.commands.flatMap((command) => {
    const nested = nestedScript(script, command);
    return nested === undefined ? readInvocation(command) : invocationsOf(nested);
  });
}

/** Lists of packages alone: kept apart from their install they only go stale. */
function isRefresh({ tool, subcommand }: Invocation): boolean {
  return subcommand === 'update' && /^(?:apt|apt-get|aptitude|apk)$/.test(tool ?? '');
}

/** What a RUN is to this transform: an install of system packages, other work that takes long, or neither. */
export function workOf(facts: Facts, instruction: Instruction): 'system' | 'other' | undefined {
  if (instruction.keyword !== 'RUN') return undefined;
  if (mountsOf(instruction).some(({ type, from }) => type === 'bind' && from === undefined)) return undefined;
  const body = facts.body(instruction);
  const script = body.kind === 'script' || body.kind === 'exec' ? body.script : undefined;
  const isSystem = ({ tool, subcommand }: Invocation): boolean =>
    tool === 'docker-php-ext-install' || (SYSTEM_MANAGERS.test(tool ?? '') && INSTALLS.test(subcommand));
  const all = script === undefined ? undefined : invocationsOf(script);
  const installs = all?.filter(isSystem) ?? [];
  if (installs.length > 0) return installs.every(isRefresh) ? undefined : 'system';
  if (all?.every(({ use }) => use?.network !== true)) return undefined;
  const { network, opaque } = effectsOf(facts, instruction);
  return network && opaque === undefined ? 'other' : undefined;
}
