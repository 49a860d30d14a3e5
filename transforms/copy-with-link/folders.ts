import { PathIndex } from '../../src/cache-mounts/index.js';
import { argumentText, argumentWords, type Instruction, type Stage } from '../../src/dockerfile/index.js';
import {
  effectsOf,
  expandIn,
  type Facts,
  type ImageFacts,
  isRoot,
  joinPath,
  resolvePath,
} from '../../src/facts/index.js';
import { type ContextFiles, hasFile } from '../../src/project/context.js';
import { ancestors } from './destination.js';

/** What stands at a path: nothing, or a folder of root's with mode 755. */
type Presence = 'absent' | 'plain' | 'unknown';

interface Mark {
  readonly presence: Presence;
  /** The later of two marks counts. */
  readonly order: number;
}

/** Images that are a distribution and what one language needs, with no folder of their own at the root but those below. */
const PLAIN_IMAGES =
  /^(?:alpine|debian|ubuntu|node|python|ruby|golang|rust|php|perl|eclipse-temurin|buildpack-deps|openjdk|amazoncorretto)$/;
const DISTRIBUTIONS = /^(?:alpine|debian|ubuntu)$/;
/** What lies in folders that distributions leave empty. */
const EMPTY = /^\/(?:mnt|opt|srv)\/./;
/** The root of a Linux image; beside these, what official images put there. */
const ROOT =
  /^\/(?:bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var|go|data|docker-\S*|entrypoint\S*|__\S*)$/;
/** Folders that every distribution has with mode 755, or none. */
const PLAIN_FOLDERS = new Set([
  '/',
  '/usr',
  '/usr/src',
  '/usr/share',
  '/etc',
  '/home',
  '/opt',
  '/srv',
  '/var',
  '/var/lib',
]);
/** Of Alpine alone: older releases of Debian give these to a group of their own. */
const OF_ALPINE = new Set(['/usr/local', '/usr/local/bin', '/usr/local/lib', '/usr/local/share']);

/** What stands at the paths of an image, from its first step on. */
class Folders {
  /** By path, what was said last. */
  readonly #marks = new Map<string, Mark>();
  /** Paths that hold for all below them, too, by path. */
  readonly #covers = new Map<string, Mark>();
  readonly #globs = new PathIndex<true>();
  #count = 0;

  constructor(readonly image: ImageFacts) {}

  presence(path: string): Presence {
    const mark = [path, ...ancestors(path)]
      .flatMap((above) => this.#covers.get(above) ?? [])
      .concat(this.#marks.get(path) ?? [])
      .reduce<Mark | undefined>((last, one) => (last === undefined || one.order > last.order ? one : last), undefined);
    const found = mark?.presence ?? inBase(this.image, path);
    // What is written in all of a folder may be the folder's own mode, as `chmod -R` does.
    const written = this.#globs.over(path).length > 0 || (found === 'absent' && this.#globs.hasWithin(path));
    return written ? 'unknown' : found;
  }

  mark(path: string, presence: Presence, below = false): void {
    const mark = { presence, order: this.#count++ };
    this.#marks.set(path, mark);
    if (below) this.#covers.set(path, mark);
  }

  make(paths: readonly string[], made: Presence): void {
    for (const path of paths) if (this.presence(path) === 'absent') this.mark(path, made);
  }

  write(glob: string): void {
    this.#globs.add(glob.replace(/\/\*\*$/, ''), true);
  }
}

function inBase(image: ImageFacts, path: string): Presence {
  if (image.family === 'scratch') return 'absent';
  if (PLAIN_FOLDERS.has(path) || (image.distribution === 'alpine' && OF_ALPINE.has(path))) return 'plain';
  if (EMPTY.test(path) && DISTRIBUTIONS.test(image.image)) return 'absent';
  const top = `/${path.split('/')[1]!}`;
  return ROOT.test(top) ? 'unknown' : 'absent';
}

/**
 * Walks the steps of an image down to ever later COPYs of a stage.
 * @returns what stands at a path just before such a COPY; a reason when that is not known
 */
export function folderReader(
  facts: Facts,
  stage: Stage,
  context: ContextFiles | undefined,
): (copy: Instruction) => ((path: string) => Presence) | string {
  const { image } = facts.before(stage.from)!;
  const folders = new Folders(image);
  const steps = facts.lineage(stage).flatMap(({ instructions }) => instructions);
  let next = 0;
  let reason: string | undefined;
  if (image.family !== 'scratch' && !(image.official && image.os === 'linux' && PLAIN_IMAGES.test(image.image)))
    reason = 'which folders the base image has is not known';
  return ({ index }) => {
    for (; reason === undefined && next < steps.length && steps[next]!.index < index; next++)
      reason = take(facts, folders, steps[next]!, context);
    return reason ?? ((path) => folders.presence(path));
  };
}

/** What one step does to the folders; a reason when that is not known. */
function take(facts: Facts, folders: Folders, at: Instruction, context: ContextFiles | undefined): string | undefined {
  const line = `line ${at.lines.first}`;
  if (at.keyword === 'FROM' && facts.triggers(facts.file.stageOf(at)!).length > 0)
    return 'triggers of ONBUILD run before it';
  if (at.keyword === 'VOLUME') return `VOLUME at ${line} may hold the destination`;
  if (at.keyword === 'RUN') {
    const { opaque, writes, systemWrites } = effectsOf(facts, at);
    if (opaque !== undefined) return `${line} is not understood`;
    for (const glob of writes) if (!systemWrites.includes(glob)) folders.write(glob);
  }
  if (!/^(?:WORKDIR|COPY|ADD)$/.test(at.keyword)) return undefined;
  const state = facts.before(at)!;
  const words = argumentWords(at);
  const written = expandIn(state, at.keyword === 'WORKDIR' ? argumentText(at) : words.at(-1)!, facts.file);
  const path =
    written.value === undefined || written.overridable
      ? undefined
      : resolvePath(written.value, { cwd: state.workdir, home: undefined });
  if (path === undefined) return `the folder at ${line} is not known`;
  if (at.keyword === 'WORKDIR') {
    folders.make([...ancestors(path), path], isRoot(state) ? 'plain' : 'unknown');
    return undefined;
  }
  const isPlain = !at.flags.some(({ name }) => name === 'chown' || name === 'chmod');
  folders.make(ancestors(path), isPlain ? 'plain' : 'unknown');
  const before = folders.presence(path);
  const files = before === 'plain' ? singleFiles(at, words.slice(0, -1), context) : undefined;
  if (files !== undefined) {
    for (const name of files) folders.mark(joinPath(path, name), 'unknown', true);
    return undefined;
  }
  folders.mark(path, 'unknown', true);
  if (before === 'plain') folders.mark(path, 'plain');
  return undefined;
}

/** The names of the sources of a COPY, where each is known to be one file of the context. */
export function singleFiles(
  { flags, keyword }: Instruction,
  sources: readonly (string | undefined)[],
  context: ContextFiles | undefined,
): readonly string[] | undefined {
  if (context === undefined || keyword !== 'COPY' || flags.some(({ name }) => name === 'from')) return undefined;
  const isFile = (source: string | undefined): boolean =>
    source !== undefined && hasFile(context, joinPath('/', source).slice(1));
  return sources.length > 0 && sources.every(isFile)
    ? sources.map((source) => source!.slice(source!.lastIndexOf('/') + 1))
    : undefined;
}
