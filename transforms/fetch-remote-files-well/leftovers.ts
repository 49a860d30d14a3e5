import { isShipped, relationTo, type Run, type Use } from '../../src/cache-mounts/index.js';
import { type Edit, mountsOf } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { insertAfter } from '../../src/shell/insert-command.js';
import { joinRuns } from '../../src/shell/merge-runs.js';
import type { TransformContext } from '../../src/transform/index.js';
import { CHECKS, downloadsOf, unpackedWord } from './downloads.js';
import { notJoined, runsFrom, scriptRun } from './joining.js';
import { lookLater } from './later.js';
import { namesFile, removes } from './spelling.js';

/** A downloaded archive, and the command that unpacks it. */
interface Archive {
  readonly path: string;
  readonly fetched: Run;
  readonly run: Run;
  readonly unpack: Use;
  readonly word: string;
}

/** Proposes to remove archives that a RUN downloads and unpacks in the layer that holds them. */
export function dropLeftovers(runs: readonly Run[], { facts, propose, decline }: Context, taken: Set<Run>): void {
  for (const fetched of runs) {
    if (!isShipped(facts, fetched.stage)) continue;
    const paths = [...new Set(fetched.uses.flatMap((use) => downloadsOf(use) ?? []))];
    for (const path of paths) {
      const archive = findArchive(runs, fetched, path);
      if (archive === undefined || goneAfter(archive) || isMounted(archive)) continue;
      const found = drop(facts, runs, archive);
      const { instruction } = archive.run;
      if (typeof found === 'string') decline(found, instruction.span);
      else if (found !== undefined && !found.runs.some((run) => taken.has(run))) {
        for (const run of found.runs) taken.add(run);
        propose({ at: instruction.span, ...found.proposal });
      }
    }
  }
}

type Context = Pick<TransformContext, 'facts' | 'propose' | 'decline'>;

/** The command after a download that unpacks it, in the same RUN or a later one of the stage. */
function findArchive(runs: readonly Run[], fetched: Run, path: string): Archive | undefined {
  for (const run of runs) {
    if (run.stage !== fetched.stage || run.instruction.index < fetched.instruction.index) continue;
    let found: Archive | undefined;
    for (const use of run.uses) {
      const word = unpackedWord(use, path);
      if (word !== undefined) found = { path, fetched, run, unpack: use, word };
      if (found === undefined && removes(use, path)) return undefined;
    }
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether the RUN that unpacks removes the archive, or keeps it under another name; both are as they should be. */
function goneAfter({ run, unpack, path, fetched }: Archive): boolean {
  const rest = run.uses.slice(run.uses.indexOf(unpack) + 1);
  if (rest.some((use) => /^(mv|cp)$/.test(use.invocation.tool ?? '') && namesFile(use, path) === 'same')) return true;
  return run === fetched && rest.some((use) => removes(use, path));
}

/** Whether the archive is in a mount, and so in no layer. */
function isMounted({ fetched, run, path }: Archive): boolean {
  return [fetched, run].some(({ instruction }) =>
    mountsOf(instruction).some(
      ({ target }) => target === undefined || !target.startsWith('/') || relationTo(target, path) !== 'none',
    ),
  );
}

interface Found {
  readonly proposal: Omit<Parameters<Context['propose']>[0], 'at'>;
  readonly runs: readonly Run[];
}

function drop(facts: Facts, runs: readonly Run[], archive: Archive): Found | string | undefined {
  const { path, fetched, run, unpack } = archive;
  const { removal, reader, unseen } = lookLater(facts, runs, run, unpack, path);
  const last = lastCheck(archive);
  if (reader !== undefined) return `${reader}, so the archive stays`;
  const members = runsFrom(runs, fetched, removal ?? run);
  const joined = typeof members === 'string' ? members : notJoined(facts, members);
  if (joined !== undefined) return joined;
  const joinEdits = joinRuns(facts.file, (members as readonly Run[]).map(scriptRun));
  const what = `remove ${path} in the layer that fetched it`;
  if (removal !== undefined) {
    if (fetched === removal) return undefined;
    return { proposal: { edits: joinEdits, level: 'safe', what }, runs: members as readonly Run[] };
  }
  if (run.script === undefined || last.script === undefined) return 'JSON form is not edited';
  const body = facts.body(run.instruction);
  const errexit = body.kind === 'script' && body.errexit;
  if (last.invocation.command.conditional) return `line ${run.instruction.lines.first} may skip the unpacking`;
  const edit = insertAfter(
    facts.file,
    run.instruction,
    run.script,
    last.invocation.command,
    `rm ${archive.word}`,
    errexit,
  );
  if (typeof edit === 'string')
    return `the archive cannot be removed after line ${run.instruction.lines.first} unpacks it: ${edit}`;
  const edits: readonly Edit[] = [...joinEdits, edit];
  return {
    runs: members as readonly Run[],
    proposal: {
      edits,
      level: unseen === undefined ? 'review' : 'unsafe',
      what,
      announces: [
        { kind: 'files', effect: 'removed', paths: [path], why: 'the archive was unpacked and nothing uses it after' },
      ],
      evidence: [
        { fact: 'this step unpacks the archive, and no later one names it', span: run.instruction.span },
        ...(unseen === undefined
          ? []
          : [{ fact: 'this step runs code that is not seen here', span: unseen.instruction.span }]),
      ],
    },
  };
}

/** The last command of the RUN, from the unpacking on, that only checks the archive; else the unpacking itself. */
function lastCheck({ run, unpack, path }: Archive): Use {
  const index = run.uses.indexOf(unpack);
  const checks = run.uses
    .slice(index + 1)
    .filter((use) => CHECKS.test(use.invocation.tool ?? '') && namesFile(use, path) === 'same');
  return checks.at(-1) ?? unpack;
}
