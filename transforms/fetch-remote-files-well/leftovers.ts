import { isShipped, reachesImage, relationTo, type Run, type Use } from '../../src/cache-mounts/index.js';
import { type Edit, mountsOf } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { insertAfter } from '../../src/shell/insert-command.js';
import { removeCommands } from '../../src/shell/remove.js';
import { stopsAtFailure } from '../../src/shell/stops-at-failure.js';
import { joinRuns, removeInstruction } from '../../src/shell/merge-runs.js';
import type { TransformContext } from '../../src/transform/index.js';
import { downloadsOf, unpackedWord } from './downloads.js';
import { runsUsing } from './file-uses.js';
import { notJoined, runsFrom, scriptRun } from './joining.js';
import { lookLater } from './later.js';
import { announcedPath, baseName, namesFile, removes, spelledWord } from './spelling.js';

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
    const layers = isShipped(facts, fetched.stage);
    const paths = [...new Set(fetched.uses.flatMap((use) => downloadsOf(use) ?? []))];
    for (const path of paths) {
      const archive = findArchive(facts, fetched, path);
      if (archive === undefined || goneAfter(archive) || isMounted(archive)) continue;
      if (!layers && !staysIn(facts, archive)) continue;
      const found = drop(facts, archive);
      const { instruction } = archive.run;
      if (typeof found === 'string') decline(found, instruction.span);
      else if (found !== undefined && !found.runs.some((run) => taken.has(run))) {
        for (const run of found.runs) taken.add(run);
        propose({ at: instruction.span, ...found.proposal });
      }
    }
  }
}

/** Whether an archive is among the files that another stage copies from its own with all around them. */
function staysIn(facts: Facts, { path, run, unpack }: Archive): boolean {
  return reachesImage(facts, run.stage, path) && lookLater(facts, run, unpack, path).removal === undefined;
}

type Context = Pick<TransformContext, 'facts' | 'propose' | 'decline'>;

/** The command after a download that unpacks it, in the same RUN or a later one of the stage. */
function findArchive(facts: Facts, fetched: Run, path: string): Archive | undefined {
  const download = fetched.uses.findIndex((use) => downloadsOf(use)?.includes(path));
  for (const run of runsUsing(facts, fetched.stage, fetched.instruction, [path])) {
    let found: Archive | undefined;
    for (const use of run === fetched ? run.uses.slice(download) : run.uses) {
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
  return run === fetched && rest.some((use) => removes(use, path) || removesByName(use, path));
}

/** Whether an `rm` names the archive though its directory is not known. */
function removesByName({ invocation, place }: Use, path: string): boolean {
  return (
    invocation.tool === 'rm' &&
    invocation.operands.some((word) => baseName(spelledWord(word, place) ?? '') === baseName(path))
  );
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

function drop(facts: Facts, archive: Archive): Found | string | undefined {
  const { path, fetched, run, unpack } = archive;
  const { removal, before, reader, unseen } = lookLater(facts, run, unpack, path);
  if (reader !== undefined) return `${reader}, so the archive stays`;
  const what = `remove ${path} in the layer that fetched it`;
  const whole = join(facts, fetched, removal ?? run);
  if (removal !== undefined && typeof whole !== 'string')
    return { ...whole, proposal: { edits: whole.edits, level: 'safe', what } };
  // The removal stands too far off: the archive goes at once, and what is left of the removal must not fail for that.
  const freed = removal === undefined ? [] : withoutRemoval(facts, removal, path);
  const near = removal === undefined ? whole : join(facts, fetched, run);
  if (typeof near === 'string') return near;
  if (freed === undefined) return whole as string;
  if (before !== undefined) return `${before}, so the archive stays`;
  if (run.script === undefined || unpack.script === undefined) return 'JSON form is not edited';
  const body = facts.body(run.instruction);
  const errexit = body.kind === 'script' && body.errexit;
  if (unpack.invocation.command.conditional) return `line ${run.instruction.lines.first} may skip the unpacking`;
  const edit = insertAfter(
    facts.file,
    run.instruction,
    run.script,
    unpack.invocation.command,
    `rm ${archive.word}`,
    errexit,
  );
  if (typeof edit === 'string')
    return `the archive cannot be removed after line ${run.instruction.lines.first} unpacks it: ${edit}`;
  const announcement = {
    kind: 'files',
    effect: 'removed',
    paths: [announcedPath(path, run.state)],
    why: 'the archive was unpacked and nothing uses it after',
  } as const;
  return {
    runs: removal === undefined ? near.runs : [...near.runs, removal],
    proposal: {
      edits: [...near.edits, edit, ...(freed ?? [])],
      level: unseen !== undefined ? 'unsafe' : removal === undefined ? 'review' : 'safe',
      what,
      announces: removal === undefined ? [announcement] : [],
      evidence: [
        { fact: 'this step unpacks the archive, and no later one names it', span: run.instruction.span },
        ...(unseen === undefined
          ? []
          : [{ fact: 'this step runs code that is not seen here', span: unseen.instruction.span }]),
      ],
    },
  };
}

interface Joined {
  readonly edits: readonly Edit[];
  readonly runs: readonly Run[];
}

function join(facts: Facts, first: Run, last: Run): Joined | string {
  const members = runsFrom(facts, first, last);
  const reason = typeof members === 'string' ? members : notJoined(facts, members);
  if (reason !== undefined) return reason;
  const joined = members as readonly Run[];
  return { edits: joinRuns(facts.file, joined.map(scriptRun)), runs: joined };
}

/** The edits after which a removal does not fail when the file is gone already: none where it never does. */
function withoutRemoval(facts: Facts, run: Run, path: string): readonly Edit[] | undefined {
  const { file } = facts;
  const { instruction, script } = run;
  const fails = run.uses.filter((use) => removes(use, path) && !toleratesAbsence(use, path));
  const [use] = fails;
  if (use === undefined) return [];
  if (fails.length > 1 || use.script === undefined || script === undefined) return undefined;
  if (use.invocation.operands.length > 1 || namesFile(use, path) !== 'same') return undefined;
  const inside = file.comments.some((comment) => comment.inside === instruction.index);
  if (run.uses.length === 1)
    return inside || instruction.heredocs.length > 0 || /#/.test(script.source.text)
      ? undefined
      : removeInstruction(file, instruction);
  const body = facts.body(instruction);
  const strict = (body.kind === 'script' && body.errexit) || stopsAtFailure(script);
  const removed = removeCommands(file, script, [use.invocation.command], strict);
  return typeof removed === 'string' ? undefined : removed.edits;
}

/** Whether a removal goes well without the file: with `-f`, or of a folder that holds it. */
function toleratesAbsence(use: Use, path: string): boolean {
  const { options, operands, tool } = use.invocation;
  const has = (...names: readonly string[]): boolean => options.some(({ name }) => names.includes(name));
  if (tool === 'find' || has('-f', '--force')) return true;
  return (
    has('-r', '-R', '--recursive') &&
    namesFile(use, path) === 'above' &&
    !operands.some(({ text }) => /[*?[]/.test(text))
  );
}
