import { isRooted, isShipped, needsNoDirectory, type Run, runAt } from '../../src/cache-mounts/index.js';
import type { Facts } from '../../src/facts/index.js';
import { hasLooseComments, joinRuns, moveRun } from '../../src/shell/merge-runs.js';
import type { TransformContext } from '../../src/transform/index.js';
import { downloadsOf } from './downloads.js';
import { notJoined, scriptRun } from './joining.js';
import { namesFile } from './spelling.js';

/** Commands after which a layer holds a file of an earlier one a second time. */
const SETTLES = /^(chmod|chown|chgrp|mv)$/;

/** Proposes to change the mode, owner or place of what curl or wget downloads in the RUN before in the layer of that RUN. */
export function settleDownloads(
  runs: readonly Run[],
  { facts, propose, decline }: Pick<TransformContext, 'facts' | 'propose' | 'decline'>,
  taken: Set<Run>,
): void {
  for (const run of runs) {
    const fetched = isShipped(facts, run.stage) && onlySettles(run) ? runBefore(facts, run) : undefined;
    if (fetched === undefined || taken.has(run) || taken.has(fetched)) continue;
    const path = fetched.uses
      .flatMap((use) => downloadsOf(use) ?? [])
      .find((one) => run.uses.some((use) => namesFile(use, one) === 'same'));
    if (path === undefined) continue;
    const reason = notJoined(facts, [fetched, run], isFree);
    if (reason !== undefined) {
      decline(reason, run.instruction.span);
      continue;
    }
    taken.add(run).add(fetched);
    const { file } = facts;
    propose({
      at: run.instruction.span,
      edits: hasLooseComments(file, fetched.instruction, run.instruction)
        ? moveRun(file, scriptRun(fetched), scriptRun(run))
        : joinRuns(file, [fetched, run].map(scriptRun)),
      level: 'safe',
      what: `${run.uses[0]!.invocation.tool!} ${path} in the layer that fetched it`,
      evidence: [{ fact: 'this RUN downloads the file', span: fetched.instruction.span }],
    });
  }
}

function onlySettles({ uses }: Run): boolean {
  return uses.length > 0 && uses.every(({ invocation: { tool } }) => SETTLES.test(tool ?? ''));
}

function isFree(run: Run): boolean {
  return needsNoDirectory(run) && run.uses.every(isRooted);
}

/** The RUN directly before a RUN. */
function runBefore(facts: Facts, { instruction: { index } }: Run): Run | undefined {
  const before = facts.file.instructions[index - 1];
  return before === undefined ? undefined : runAt(facts, before);
}
