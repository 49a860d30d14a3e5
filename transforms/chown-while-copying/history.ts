import { relationTo, type Run, runAt, type Use } from '../../src/cache-mounts/index.js';
import { argumentWords, type Instruction } from '../../src/dockerfile/index.js';
import { expandIn, type Facts, joinPath, resolvePath } from '../../src/facts/index.js';
import { patternOf } from '../../src/shell/index.js';
import { isOwnFolder } from './own-folder.js';
import { stepsMeeting, targetPath, workdirPath } from './steps.js';
import { writesOf } from './writes.js';

/** How a folder came to hold what it holds when a chown gives it away. */
export interface History {
  /** COPY and ADD of the stage into it. */
  readonly copies: readonly Instruction[];
  /** RUNs of the stage that may make files in it. */
  readonly writers: readonly Run[];
  /** The first of `copies` makes the folder itself: nothing before it does. */
  readonly madeByCopy: boolean;
  /** Folders in it, itself included, that WORKDIR makes, and where. */
  readonly workdirs: readonly { readonly path: string; readonly at: Instruction }[];
  /** The instruction from which on the folder is there. */
  readonly firstAt: number;
  /** Earlier stages, or steps that are not understood, may have put something there before the stage knows it. */
  readonly before: string | undefined;
}

const ARCHIVE = /\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz|gz|bz2|xz|zst)$/;

/** What happens to a folder up to an instruction; a reason when that is not known. */
export function historyOf(facts: Facts, chown: Run, folder: string): History | string {
  const copies: Instruction[] = [];
  const writers: Run[] = [];
  const workdirs: { path: string; at: Instruction }[] = [];
  let isKnown = false;
  let before: string | undefined;
  let madeByCopy = false;
  let firstAt = Number.POSITIVE_INFINITY;
  for (const stage of facts.lineage(chown.stage)) {
    for (const at of stepsMeeting(facts, stage, folder)) {
      if (stage === chown.stage && at.index >= chown.instruction.index) break;
      const line = `line ${at.lines.first}`;
      if (at.keyword === 'WORKDIR') {
        const path = workdirPath(facts, at);
        if (path === undefined) return `which folder WORKDIR at ${line} makes is not known`;
        if (relationTo(path, folder) === 'same' || relationTo(path, folder) === 'within') {
          for (const one of foldersFrom(folder, path))
            if (!workdirs.some((known) => known.path === one)) workdirs.push({ path: one, at });
          isKnown = true;
          firstAt = Math.min(firstAt, at.index);
        }
      } else if (at.keyword === 'COPY' || at.keyword === 'ADD') {
        const target = copyTarget(facts, at, folder);
        if (target === 'none') continue;
        if (target === 'above') return `${line} copies into a folder above`;
        if (target === 'unknown') return `where ${line} copies to is not known`;
        if (stage !== chown.stage) return `${line}, in an earlier stage, copies into it`;
        if (!isKnown) madeByCopy = true;
        copies.push(at);
        isKnown = true;
        firstAt = Math.min(firstAt, at.index);
      } else if (at.keyword === 'RUN') {
        const run = runAt(facts, at)!;
        const effect = runEffect(run, folder);
        if (effect === 'none') continue;
        if (effect === 'opaque' && !isKnown) before ??= `${line} is not understood`;
        else if (stage !== chown.stage) return `${line}, in an earlier stage, may write into it`;
        else {
          writers.push(run);
          isKnown = true;
        }
      } else if (at.keyword === 'VOLUME' && namesFolder(facts, at, folder)) return `VOLUME at ${line} holds it`;
    }
  }
  return { copies, writers, workdirs, before, madeByCopy, firstAt };
}

/** Whether ADD brings a source as it is: it unpacks local archives and clones repositories, and takes a file of the web as one. */
function isOneFile(source: string): boolean {
  if (/^https?:\/\//i.test(source)) return !/\.git(?:[#?].*)?$/.test(source);
  return !ARCHIVE.test(source) && !/^\w+:|^git@|[*?[$]/.test(source);
}

/** A folder and those below it on the way to a path. */
function foldersFrom(folder: string, path: string): readonly string[] {
  const names = path
    .slice(folder.length)
    .split('/')
    .filter((name) => name !== '');
  return [folder, ...names.map((_, i) => joinPath(folder, names.slice(0, i + 1).join('/')))];
}

function copyTarget(facts: Facts, at: Instruction, folder: string): 'none' | 'inside' | 'above' | 'unknown' {
  const path = targetPath(facts, at);
  if (path === undefined) return 'unknown';
  const sources = argumentWords(at)
    .slice(0, -1)
    .map((word) => expandIn(facts.before(at)!, word, facts.file).value ?? '*');
  const unpacks = at.keyword === 'ADD' && !sources.every(isOneFile);
  const relation = relationTo(path, folder);
  if (relation === 'same' || relation === 'within') return unpacks ? 'unknown' : 'inside';
  if (relation === 'none') return 'none';
  if (unpacks) return 'above';
  // A file that is given away by its own name.
  const [only] = sources;
  const name = only?.split('/').at(-1) ?? '';
  if (sources.length === 1 && /^[\w-]+(?:\.[\w-]+)+$/.test(name))
    return joinPath(path, name) === folder ? 'inside' : 'none';
  return sources.every((source) => /^[\w./-]+\.\w+$/.test(source)) &&
    sources.every((source) => joinPath(path, source.split('/').at(-1)!) !== folder)
    ? 'none'
    : 'above';
}

/** Whether a RUN may make files in a folder. */
function runEffect(run: Run, folder: string): 'none' | 'writes' | 'opaque' {
  if (run.opaque !== undefined) return 'opaque';
  let effect: 'none' | 'opaque' = 'none';
  for (const use of run.uses) {
    const one = useEffect(use, folder);
    if (one === 'writes') return one;
    if (one === 'opaque') effect = one;
  }
  return effect;
}

/** Whether a command may make files in a folder, or give some away. */
export function useEffect(use: Use, folder: string): 'none' | 'writes' | 'opaque' {
  const { isOpaque, own, packageWrites, packages } = writesOf(use);
  if (isOpaque) return 'opaque';
  const meets = (path: string): boolean => relationTo(path, folder) !== 'none';
  if (own.some(meets)) return 'writes';
  return packageWrites.some(meets) && !isOwnFolder(folder, packages) ? 'writes' : 'none';
}

/** The paths that a `mkdir` or `touch` makes in a folder, with the folders on the way; undefined when it is something else. */
export function madePaths({ invocation, place }: Use, folder: string): readonly string[] | undefined {
  if (!/^(?:mkdir|touch)$/.test(invocation.tool ?? '') || invocation.command.redirects.length > 0) return undefined;
  if (invocation.options.some(({ name }) => !/^(?:-[pv]|--parents|--verbose)$/.test(name))) return undefined;
  const made: string[] = [];
  for (const word of invocation.operands) {
    const pattern = patternOf(word, place.lookup);
    const path = pattern === undefined ? undefined : resolvePath(pattern, place);
    if (path === undefined || /[*?[{]/.test(path)) return undefined;
    if (relationTo(path, folder) === 'above') return undefined;
    if (relationTo(path, folder) !== 'none') made.push(...foldersFrom(folder, path).slice(1));
  }
  return made;
}

function namesFolder(facts: Facts, at: Instruction, folder: string): boolean {
  return argumentWords(at).some((word) => {
    const { value } = expandIn(facts.before(at)!, word, facts.file);
    return value === undefined || relationTo(value, folder) !== 'none';
  });
}
