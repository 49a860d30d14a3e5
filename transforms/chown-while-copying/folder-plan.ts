import { relationTo, type Run } from '../../src/cache-mounts/index.js';
import type { Instruction } from '../../src/dockerfile/index.js';
import { type Facts, isRoot, type State } from '../../src/facts/index.js';
import { lookBetween } from './between.js';
import { type Chown, isStrict, type Target } from './chowns.js';
import { type History, historyOf, madePaths, useEffect } from './history.js';
import { isOwnFolder } from './own-folder.js';
import { meansTheSame } from './owner.js';

/** How one folder gets its owner while it is filled. */
interface FolderPlan {
  /** COPY and ADD that name the owner. */
  readonly copies: readonly Instruction[];
  /** The last RUN that makes files in the folder, which gives away what is there by then. */
  readonly behind: Run | undefined;
  /** Paths that still have to be given away, each alone. */
  readonly left: readonly string[];
  /** RUNs that make the user: they come before `start`. */
  readonly makers: readonly Run[];
  readonly start: Instruction;
  /** What is not known for certain. */
  readonly doubts: readonly string[];
}

type Found = Omit<FolderPlan, 'makers' | 'start'>;

/** Undefined when the chown is where it belongs or gives away nothing that the stage brings; a reason when it must stay. */
export function folderPlan(facts: Facts, chown: Chown, target: Target): FolderPlan | string | undefined {
  const { run } = chown;
  const folder = target.path;
  const made: string[] = [];
  for (const use of run.uses.slice(0, chown.at)) {
    const paths = madePaths(use, folder);
    if (paths !== undefined) made.push(...paths);
    else if (useEffect(use, folder) !== 'none') return undefined;
  }
  const history = historyOf(facts, run, folder);
  if (typeof history === 'string') return history;
  const writer = history.writers.at(-1);
  if (history.copies.length === 0 || isRoot(run.state) === false) return undefined;
  const start = writer?.instruction ?? history.copies[0]!;
  const copies = history.copies.filter(({ index }) => index >= start.index);
  const others = history.writers.slice(0, -1).map(({ instruction }) => instruction.lines.first);
  if (copies.length === 0 && (others.length > 0 || makesFoldersOnly(writer!, folder)))
    return `what line ${writer!.instruction.lines.first} makes in ${folder} is no more than what stands there before`;
  if (copies.length === 0 && fillsItsOwn(writer!, folder)) return undefined;
  const makers = lookBetween(facts, chown, start, folder, history.firstAt < start.index);
  if (typeof makers === 'string') return makers;
  const reason = [start, ...copies]
    .map((at) =>
      meansTheSame(facts, chown.owner.word, at, run.instruction)
        ? undefined
        : `the owner is not known yet at line ${at.lines.first}`,
    )
    .find((one) => one !== undefined);
  if (reason !== undefined) return reason;
  const found =
    writer === undefined
      ? whileCopying(history, chown, folder, made)
      : behindWriter(facts, history, writer, chown, target, copies, made);
  if (typeof found === 'string') return found;
  const plan = { ...found, makers, start };
  if (!makers.includes(run)) return plan;
  const isReady =
    found.left.every((path) => path === folder) && (found.left.length === 0 || history.firstAt < start.index);
  return isReady ? plan : 'the RUN of the chown makes the user and folders that come after the files';
}

/** Only COPY fills the folder. */
function whileCopying(history: History, { run }: Chown, folder: string, made: readonly string[]): Found | string {
  const first = history.copies[0]!;
  const isFile = history.copies.length === 1 && history.madeByCopy && isFileCopy(first, folder);
  if (!isFile && !isOwnFolder(folder)) return `what the base image holds in ${folder} is not known`;
  const parent = folder.slice(0, folder.lastIndexOf('/')) || '/';
  // The folder that the base image works in, such as /var/www/html of PHP, is there before.
  const { image } = run.state;
  const madeByCopy = history.madeByCopy && !(image.official && image.workdir === folder);
  if (madeByCopy && !isThere(parent, run.state) && !history.workdirs.some(({ path }) => path === parent))
    return `line ${first.lines.first} would give ${parent} away too`;
  const workdirs = history.workdirs.map(({ path }) => path).filter((path) => path !== folder);
  const left = [...(madeByCopy ? [] : [folder]), ...workdirs, ...made];
  return {
    copies: history.copies,
    behind: undefined,
    left: [...new Set(left)],
    doubts: [
      ...(run.state.image.official || isFile
        ? []
        : [`the base image is not known, so ${folder} may hold something before`]),
      ...(history.before === undefined ? [] : [history.before]),
    ],
  };
}

/** RUNs fill the folder too: the last one gives away what is there, and COPY what comes after it. */
function behindWriter(
  facts: Facts,
  history: History,
  writer: Run,
  chown: Chown,
  target: Target,
  copies: readonly Instruction[],
  made: readonly string[],
): Found | string {
  const line = `line ${writer.instruction.lines.first}`;
  if (writer.state.user !== chown.run.state.user) return `${line} runs as another user`;
  if (!meansTheSame(facts, target.word, writer.instruction, chown.run.instruction))
    return `the folder is not known yet at ${line}`;
  const isThere_ =
    history.firstAt < writer.instruction.index ||
    (isStrict(writer) && writer.uses.some((use) => makesFolder(use, target.path)));
  if (!isThere_) return `whether ${target.path} is there after ${line} is not known`;
  const later = history.workdirs
    .filter(({ at, path }) => at.index > writer.instruction.index && path !== target.path)
    .map(({ path }) => path);
  return {
    copies,
    behind: givesAway(writer, chown, target) ? undefined : writer,
    left: [...new Set([...later, ...made])],
    doubts: [],
  };
}

function makesFoldersOnly(writer: Run, folder: string): boolean {
  return writer.uses.every((use) => madePaths(use, folder) !== undefined || useEffect(use, folder) === 'none');
}

/** Programs that may look anywhere and fill folders of their own. */
const FILLS_ITS_OWN = /^(?:usermod|groupmod|pip[\d.]*)$/;
const TARGET = /^(?:-t|--target|--prefix|--root)$/;

/** Whether what a RUN may do to a folder is nothing to wait for: a chown in it saves no byte. */
function fillsItsOwn(writer: Run, folder: string): boolean {
  return writer.uses.every(
    (use) =>
      useEffect(use, folder) === 'none' ||
      (FILLS_ITS_OWN.test(use.invocation.tool ?? '') && !use.invocation.options.some(({ name }) => TARGET.test(name))),
  );
}

function makesFolder(use: Run['uses'][number], folder: string): boolean {
  return (
    use.invocation.tool === 'mkdir' &&
    !use.invocation.command.conditional &&
    use.invocation.operands.some(
      ({ value }) => value !== undefined && /^\//.test(value) && /^(?:same|within)$/.test(relationTo(value, folder)),
    )
  );
}

/** Whether a RUN ends with the very same chown. */
function givesAway(writer: Run, { owner }: Chown, { path }: Target): boolean {
  const last = writer.uses.findLastIndex((use) => useEffect(use, path) !== 'none');
  const use = writer.uses[last];
  if (use === undefined) return false;
  const { tool, operands, options } = use.invocation;
  return (
    tool === 'chown' &&
    options.some(({ name }) => name === '-R') &&
    operands[0]?.text === owner.word.text &&
    operands.slice(1).some(({ value }) => value === path)
  );
}

/** Whether a COPY brings one file under the very path. */
function isFileCopy({ logical: { text }, args }: Instruction, path: string): boolean {
  const words = text.slice(args.start, args.end).split(/\s+/);
  return (
    words.length === 2 &&
    /^[^*?$]+\.\w+$/.test(words[0]!) &&
    !words[1]!.includes('$') &&
    (path.endsWith(`/${words[0]!.split('/').at(-1)!}`) || /\.\w+$/.test(path))
  );
}

const EVERYWHERE = new Set(
  '/ /opt /srv /home /mnt /tmp /root /etc /var /usr /usr/bin /usr/lib /usr/share /usr/local /usr/local/bin /usr/local/share /usr/local/lib /var/lib /var/log'.split(
    ' ',
  ),
);

function isThere(folder: string, { image }: State): boolean {
  return EVERYWHERE.has(folder) || (folder === '/usr/src' && image.family === 'debian');
}
