import { argumentText, mountsOf, type Stage } from '../dockerfile/index.js';
import { resolvePath } from '../facts/index.js';
import { type Invocation, nestedScript, patternOf, type ShellNode } from '../shell/index.js';
import { onceFor } from '../once.js';
import { relationTo } from './paths.js';
import type { Run, Use } from './uses.js';

/** What transforms need to know of apt's package lists: who fetches, reads and removes them. */
export const APT_LISTS = '/var/lib/apt/lists';

const INSTALLS = new Set(['install', 'upgrade', 'dist-upgrade', 'full-upgrade', 'build-dep']);
const READS = new Set([...INSTALLS, 'source', 'download', 'changelog', 'show', 'search', 'list', 'policy', 'madison']);

export function isApt({ tool }: Invocation): boolean {
  return tool === 'apt-get' || tool === 'apt' || tool === 'aptitude';
}

export function isUpdate(invocation: Invocation): boolean {
  return isApt(invocation) && invocation.subcommand === 'update';
}

export function isInstall(invocation: Invocation): boolean {
  return isApt(invocation) && INSTALLS.has(invocation.subcommand);
}

/** Whether an invocation reads the package lists. */
export function readsLists(invocation: Invocation): boolean {
  return (isApt(invocation) && READS.has(invocation.subcommand)) || invocation.tool === 'apt-cache';
}

/** Whether a RUN reads lists that an earlier layer left. */
export function readsEarlierLists(run: Run): boolean {
  return firstListRead(run) >= 0;
}

/** The first command that reads lists which no update of the same RUN has fetched for sure; -1 when there is none. */
export function firstListRead({ uses }: Run): number {
  const updates: Use[] = [];
  return uses.findIndex((use) => {
    if (isUpdate(use.invocation)) updates.push(use);
    return readsLists(use.invocation) && !updates.some((update) => fetchesAll(update) && leadsTo(update, use));
  });
}

function fetchesAll({ invocation: { options } }: Use): boolean {
  return !options.some(({ value }) => value?.startsWith('Dir::') === true);
}

/** Whether a command that comes before another in a script is not in a branch that may be passed by on the way to it. */
function leadsTo({ invocation: { command }, script }: Use, later: Use): boolean {
  if (script === undefined) return true;
  const above = new Set<ShellNode>();
  for (let at: ShellNode | undefined = later.invocation.command; at !== undefined; at = script.parents.get(at))
    above.add(at);
  let node: ShellNode = command;
  while (!above.has(node)) {
    const parent = script.parents.get(node);
    if (parent === undefined) return true;
    if (mayBePassedBy(node, parent, above.has(parent))) return false;
    node = parent;
  }
  return true;
}

function mayBePassedBy(node: ShellNode, parent: ShellNode, together: boolean): boolean {
  if (parent.type === 'block') return parent.kind === 'case' || (parent.kind === 'if' && parent.bodies[0] !== node);
  if (parent.type !== 'sequence') return false;
  const index = parent.items.indexOf(node);
  const operator = parent.operators[index - 1]?.text;
  return operator === '||' || (operator === '&&' && !together && parent.items.slice(0, index).some(isTest));
}

function isTest(node: ShellNode): boolean {
  if (node.type === 'block') return node.kind === 'test';
  return node.type === 'command' && /^(\[|\[\[|test|grep|command|which|type|hash)$/.test(node.words[0]?.value ?? '');
}

/** Whether a RUN runs code that is not seen and that may install packages: a script, a downloaded installer, an unknown program. */
export function mayInstallUnseen(run: Run): boolean {
  return run.opaque !== undefined || run.uses.some(isUnseen);
}

function isUnseen({ invocation: { tool, model, use } }: Use): boolean {
  if (tool === '') return false;
  if (tool === undefined || model === undefined) return true;
  return (
    use?.operands === 'script' || use?.operands === 'command' || (use?.opaque !== undefined && !BUILD_TOOLS.test(tool))
  );
}

/** Programs that run a project's own recipes; those build, they do not install system packages. */
const BUILD_TOOLS =
  /^(make|gmake|ninja|cmake|npm|npx|yarn|pnpm|bun|gulp|grunt|bower|rake|bundle|mvn|gradle|cargo|go|mix|composer|php|artisan|tox|pytest|dotnet|java|gem|pip\d*|tsc|ng|configure)$/;

/**
 * Whether a RUN may install, by code that is not seen, from lists that an earlier layer left: such code stands before any
 * update of its own, and is no more than the set-up of a project or the start of a service.
 */
export function mayReadEarlierLists(run: Run): boolean {
  if (run.opaque !== undefined) return true;
  const own = run.uses.findIndex(({ invocation }) => isUpdate(invocation) && isWhole(invocation));
  return (own < 0 ? run.uses : run.uses.slice(0, own)).some((use) => isUnseen(use) && !installsNothing(use));
}

/** Whether an update is done for sure, and of all sources. */
function isWhole({ command, options, wrappers }: Invocation): boolean {
  return (
    !command.conditional &&
    !wrappers.includes('xargs') &&
    !options.some(({ name }) => /^-[oc]|^--(?:option|config)/.test(name))
  );
}

const SETS_UP = /(?:^|\/)(?:setup|get-pip)\.py$/;

/** Whether what is not seen of a command is known not to install system packages, or is seen as commands of its own. */
function installsNothing({ invocation: { tool = '', operands, command }, script }: Use): boolean {
  if (/^(?:service|autogen\.sh|\/etc\/init\.d\/.*)$/.test(tool)) return true;
  if (/^python[\d.]*$/.test(tool)) return SETS_UP.test(operands[0]?.value ?? '');
  return script !== undefined && nestedScript(script, command) !== undefined;
}

/** An ONBUILD of these stages that installs from what they hold, as the image that is built on them would; a reason. */
export function installsInTrigger(stages: readonly Stage[], installs: RegExp, fetches: RegExp): string | undefined {
  const trigger = stages
    .flatMap((stage) => triggersIn(stage))
    .find((one) => {
      const text = argumentText(one);
      const at = text.search(installs);
      return at >= 0 && !fetches.test(text.slice(0, at) + (installs.exec(text)?.[0] ?? ''));
    });
  return trigger === undefined
    ? undefined
    : `ONBUILD at line ${trigger.lines.first} may install from what this RUN fetches`;
}

const triggersIn = onceFor(({ instructions }: Stage) => instructions.filter(({ keyword }) => keyword === 'ONBUILD'));

/** The same for apt and its lists. */
export function readsListsInTrigger(stages: readonly Stage[]): string | undefined {
  return installsInTrigger(
    stages,
    /\b(?:apt|apt-get|aptitude)\s[^&|;]*?\b(?:install|upgrade|build-dep)\b/,
    /\b(?:apt|apt-get|aptitude)\s[^&|;]*?\bupdate\b/,
  );
}

/** Whether lists are mounted, so that none reach the layer. */
export function mountsLists(run: Run): boolean {
  return mountsOf(run.instruction).some(
    ({ target }) => target !== undefined && ['same', 'within'].includes(relationTo(APT_LISTS, target)),
  );
}

/** Whether something after the last update removes the lists, or a folder above them. */
export function removesLists(run: Run): boolean {
  const update = run.uses.findLastIndex(({ invocation }) => isUpdate(invocation));
  return run.uses.slice(update + 1).some(isListRemoval);
}

/** Whether a command removes the lists, or a folder above them. */
export function isListRemoval({ invocation, place }: Use): boolean {
  if (invocation.tool === 'apt-get' && invocation.subcommand === 'distclean') return true;
  if (invocation.tool !== 'rm' && invocation.tool !== 'find') return false;
  return invocation.operands.some((word) => {
    const pattern = patternOf(word, place.lookup);
    const path = pattern === undefined ? undefined : resolvePath(pattern, place);
    return path !== undefined && relationTo(path, APT_LISTS) !== 'none';
  });
}
