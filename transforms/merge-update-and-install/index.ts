import {
  isInstall,
  isUpdate,
  mayInstallUnseen,
  mountsLists,
  readsEarlierLists,
  readsLists,
  removesLists,
  type Run,
  runsOf,
} from '../../src/cache-mounts/index.js';
import { type Dockerfile, mountsOf, type Span } from '../../src/dockerfile/index.js';
import { prependCommand } from '../../src/shell/edit.js';
import { defineTransform } from '../../src/transform/index.js';

/** More RUNs than this would each fetch the lists anew; joining them is for a person to decide. */
const MOST_INSTALLS = 3;

export default defineTransform({
  meta: {
    name: 'merge-update-and-install',
    summary: 'Update package lists in the RUN that installs from them',
    why: 'A cached apt-get update of its own goes stale, so a changed install fails or takes old packages; in one RUN the lists are always fresh and can be mounted or removed.',
    phase: 'install',
    level: 'safe',
    assumes: [],
    needs: [],
    preset: 'default',
    sameAs: ['DL3009'],
    references: ['https://docs.docker.com/build/building/best-practices/#apt-get'],
    options: {},
  },
  find: (file, { facts, propose, decline }) => {
    const runs = runsOf(facts);
    for (const run of runs) {
      if (!fetchesLists(run) || removesLists(run) || mountsLists(run)) continue;
      const heirs = facts.heirs(run.stage);
      const later = runs.filter(
        (other) => heirs.includes(other.stage) && other.instruction.index > run.instruction.index,
      );
      const readers = readersOf(run, later);
      if (readers.length === 0) continue;
      const lone = onlyUpdates(run);
      const line = (other: Run): number => other.instruction.lines.first;
      const leave = (reason: string): void => decline(reason, run.instruction.span);
      if (readers.length > MOST_INSTALLS) {
        leave(`${readers.length} RUNs install from these lists, and each would have to fetch them anew`);
        continue;
      }
      const closed = readers.find((other) => other.script === undefined || mountsOf(other.instruction).length > 0);
      if (closed !== undefined) {
        leave(`line ${line(closed)} installs from these lists in a form that is not edited`);
        continue;
      }
      if (changesSources(file, run, readers.at(-1)!)) {
        leave('package sources change before a RUN that installs from these lists');
        continue;
      }
      const installer = readers.find(mayInstallUnseen);
      if (installer !== undefined) {
        leave(`line ${line(installer)} also runs code that may fetch the lists itself`);
        continue;
      }
      const unseen = lone ? later.find((other) => !readers.includes(other) && mayInstallUnseen(other)) : undefined;
      if (unseen !== undefined) {
        leave(`line ${line(unseen)} runs code that may install from the lists that this RUN fetched`);
        continue;
      }
      const { command } = run.uses.find(({ invocation }) => isUpdate(invocation))!.invocation;
      const update = run.script!.source.text.slice(command.span.start, command.span.end);
      const group = `merge ${run.instruction.index}`;
      for (const reader of readers) {
        propose({
          at: reader.instruction.span,
          edits: [prependCommand(file, reader.instruction, reader.script!, update)],
          level: 'safe',
          what: `run ${update} in the RUN that installs`,
          group,
        });
      }
      if (!lone) continue;
      propose({
        at: run.instruction.span,
        edits: [{ span: linesOf(file, run), text: '' }],
        level: 'safe',
        what: `drop the ${update} of its own`,
        group,
      });
    }
  },
});

function fetchesLists(run: Run): boolean {
  return (
    run.script !== undefined &&
    run.uses.some(({ invocation }) => isUpdate(invocation) && !invocation.command.conditional)
  );
}

/** The RUNs that install from this RUN's lists: up to the next one that fetches its own. */
function readersOf(run: Run, later: readonly Run[]): readonly Run[] {
  const readers: Run[] = [];
  for (const other of later) {
    if (readsEarlierLists(other)) readers.push(other);
    else if (other.stage === run.stage && fetchesLists(other)) break;
  }
  return readers;
}

function onlyUpdates(run: Run): boolean {
  if (mountsOf(run.instruction).length > 0 || run.instruction.heredocs.length > 0) return false;
  return (
    run.uses.every(({ invocation }) => isUpdate(invocation) && !readsLists(invocation) && !isInstall(invocation)) &&
    run.uses.length === 1
  );
}

/** Whether something between the update and a RUN, or in it before it installs, changes where packages come from. */
function changesSources(file: Dockerfile, from: Run, to: Run): boolean {
  return file.instructions
    .slice(from.instruction.index + 1, to.instruction.index + 1)
    .some(({ span }) => /\/etc\/apt\/|add-apt-repository|apt-add-repository|--add-architecture/.test(file.slice(span)));
}

/** The whole lines of a RUN and, between blank lines, one of those; comments above it stay. */
function linesOf(file: Dockerfile, { instruction }: Run): Span {
  const start = file.text.lastIndexOf('\n', instruction.span.start - 1) + 1;
  const newline = file.text.indexOf('\n', instruction.span.end);
  const end = newline < 0 ? file.text.length : newline + 1;
  const blank = /^[ \t]*\r?\n/.exec(file.text.slice(end));
  return /\n[ \t]*\r?\n$/.test(file.text.slice(0, start)) && blank !== null
    ? { start, end: end + blank[0].length }
    : { start, end };
}
