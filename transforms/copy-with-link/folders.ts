import { relationTo } from '../../src/cache-mounts/index.js';
import { argumentText, type Instruction, type Stage } from '../../src/dockerfile/index.js';
import { effectsOf, expandIn, type Facts, isRoot, isWithin, joinPath, resolvePath } from '../../src/facts/index.js';
import { type ContextFiles, hasFile } from '../../src/project/context.js';
import { ancestors } from './destination.js';

/** What stands at a path: nothing, or a folder of root's with mode 755. */
type Presence = 'absent' | 'plain' | 'unknown';

interface Mark {
  readonly path: string;
  readonly presence: Presence;
  /** Whether it holds for all below the path, too. */
  readonly below: boolean;
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

/** What stands at the paths of an image before a COPY; a reason when that is not known. */
export function readFolders(
  facts: Facts,
  stage: Stage,
  copy: Instruction,
  context: ContextFiles | undefined,
): ((path: string) => Presence) | string {
  const { image } = facts.before(copy)!;
  const isScratch = image.family === 'scratch';
  if (!isScratch && !(image.official && image.os === 'linux' && PLAIN_IMAGES.test(image.image)))
    return 'which folders the base image has is not known';
  const marks: Mark[] = [];
  const globs: string[] = [];
  const presence = (path: string): Presence => {
    const mark = marks.findLast((one) => one.path === path || (one.below && isWithin(path, one.path)));
    const found = mark?.presence ?? inBase(path);
    const written = globs.some((glob) => {
      // What is written in all of a folder may be the folder's own mode, as `chmod -R` does.
      const relation = relationTo(glob.replace(/\/\*\*$/, ''), path);
      return relation === 'same' || relation === 'above' || (relation === 'within' && found === 'absent');
    });
    return written ? 'unknown' : found;
  };
  const inBase = (path: string): Presence => {
    if (isScratch) return 'absent';
    if (PLAIN_FOLDERS.has(path) || (image.distribution === 'alpine' && OF_ALPINE.has(path))) return 'plain';
    if (EMPTY.test(path) && DISTRIBUTIONS.test(image.image)) return 'absent';
    const top = `/${path.split('/')[1]!}`;
    return ROOT.test(top) ? 'unknown' : 'absent';
  };
  const make = (paths: readonly string[], made: Presence): void => {
    for (const path of paths) if (presence(path) === 'absent') marks.push({ path, presence: made, below: false });
  };
  for (const one of facts.lineage(stage)) {
    if (facts.triggers(one).length > 0) return 'triggers of ONBUILD run before it';
    for (const at of one.instructions) {
      if (at.index >= copy.index) break;
      const line = `line ${at.lines.first}`;
      if (at.keyword === 'VOLUME') return `VOLUME at ${line} may hold the destination`;
      if (at.keyword === 'RUN') {
        const { opaque, writes, systemWrites } = effectsOf(facts, at);
        if (opaque !== undefined) return `${line} is not understood`;
        globs.push(...writes.filter((glob) => !systemWrites.includes(glob)));
      }
      if (!/^(?:WORKDIR|COPY|ADD)$/.test(at.keyword)) continue;
      const state = facts.before(at)!;
      const words = at.json?.map(({ value }) => value) ?? argumentText(at).split(/\s+/);
      const written = expandIn(state, at.keyword === 'WORKDIR' ? argumentText(at) : words.at(-1)!, facts.file);
      const path =
        written.value === undefined || written.overridable
          ? undefined
          : resolvePath(written.value, { cwd: state.workdir, home: undefined });
      if (path === undefined) return `the folder at ${line} is not known`;
      if (at.keyword === 'WORKDIR') {
        make([...ancestors(path), path], isRoot(state) ? 'plain' : 'unknown');
        continue;
      }
      const isPlain = !at.flags.some(({ name }) => name === 'chown' || name === 'chmod');
      make(ancestors(path), isPlain ? 'plain' : 'unknown');
      const before = presence(path);
      const files = before === 'plain' ? singleFiles(at, words.slice(0, -1), context) : undefined;
      if (files !== undefined) {
        for (const name of files) marks.push({ path: joinPath(path, name), presence: 'unknown', below: true });
        continue;
      }
      marks.push({ path, presence: 'unknown', below: true });
      if (before === 'plain') marks.push({ path, presence: 'plain', below: false });
    }
  }
  return presence;
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
