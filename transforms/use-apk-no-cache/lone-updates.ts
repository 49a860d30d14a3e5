import { copiedOut, isMounted, type Run, cleanableRuns, runsOf } from '../../src/cache-mounts/index.js';
import { removeInstruction } from '../../src/shell/merge-runs.js';
import type { TransformContext } from '../../src/transform/index.js';
import { CACHE, installsUnseen, isApk, looksIntoIndex, readsIndex, readsIndexInTrigger, REFRESH } from './apk-index.js';

/** Proposes to drop a RUN that only fetches the index, where every later install fetches its own. */
export function dropLoneUpdates({
  facts,
  propose,
  decline,
}: Pick<TransformContext, 'facts' | 'propose' | 'decline'>): void {
  for (const { run, later, heirs, ships } of cleanableRuns(facts)) {
    if (!onlyUpdates(run) || !ships(CACHE) || isMounted(run, CACHE)) continue;
    if (later(installs) === undefined || later(installsWithoutIndex) !== undefined) continue;
    const { instruction } = run;
    const inside = facts.file.comments.some((comment) => comment.inside === instruction.index);
    const reason =
      run.script === undefined || inside || instruction.flags.length > 0 || instruction.heredocs.length > 0
        ? 'it has a form, flags or comments that would go with it'
        : (wantsIndex(later(removesIndex)) ??
          readsIndex(later(looksIntoIndex)) ??
          installsUnseen(later) ??
          readsIndexInTrigger(heirs) ??
          copiedOut(facts, {}, heirs, [CACHE]));
    if (reason !== undefined) {
      decline(reason, instruction.span);
      continue;
    }
    propose({
      at: instruction.span,
      edits: removeInstruction(facts.file, instruction),
      level: 'safe',
      what: 'drop an apk update that no install uses',
      evidence: runsOf(facts)
        .filter(
          (other) => heirs.includes(other.stage) && other.instruction.index > instruction.index && installs(other),
        )
        .map((other) => ({ fact: 'this RUN fetches its own index', span: other.instruction.span })),
      announces: [
        {
          kind: 'files',
          effect: 'removed',
          paths: [`${CACHE}/**`],
          why: 'apk fetches the index anew when it needs it',
        },
      ],
    });
  }
}

/** Whether a RUN has a removal that fails where the index is not there. */
function removesIndex({ uses }: Run): boolean {
  return uses.some(
    ({ invocation: { tool, operands, options } }) =>
      tool === 'rm' &&
      operands.some(({ text }) => text.includes(CACHE)) &&
      !options.some(({ name }) => name === '-f' || name === '--force'),
  );
}

function wantsIndex(run: Run | undefined): string | undefined {
  return run && `line ${run.instruction.lines.first} removes the index, which must be there`;
}

function onlyUpdates({ uses, opaque }: Run): boolean {
  return (
    opaque === undefined && uses.length > 0 && uses.every((use) => isApk(use) && use.invocation.subcommand === 'update')
  );
}

function isInstall(use: Run['uses'][number]): boolean {
  return isApk(use) && /^(add|upgrade|fix)$/.test(use.invocation.subcommand);
}

function installs({ uses }: Run): boolean {
  return uses.some(isInstall);
}

function installsWithoutIndex(run: Run): boolean {
  return installs(run) && !fetchesIndex(run);
}

/** Whether the first command of a RUN that needs an index brings its own. */
function fetchesIndex({ uses }: Run): boolean {
  const first = uses.find((use) => isInstall(use) || (isApk(use) && use.invocation.subcommand === 'update'));
  if (first === undefined || first.invocation.command.conditional) return false;
  const all = uses.filter(isInstall);
  const fetches = ({ invocation }: Run['uses'][number], names: RegExp): boolean =>
    invocation.options.some(({ name }) => names.test(name));
  return (
    first.invocation.subcommand === 'update' ||
    fetches(first, REFRESH) ||
    all.every((use) => fetches(use, /^--no-cache$/))
  );
}
