import { type Claim, explainer } from './announcements.js';
import { closureOf, folderOf } from './closure.js';
import { compareConfigs } from './config.js';
import { isKnownNoise, type Noise } from './noise.js';
import { comparePackages, PACKAGE_LISTS } from './packages.js';
import type { Announced, Difference, Image, Tree, TreeEntry } from './types.js';

/** `all`: every file. `application`: for another base or stage, the working folder and what the entry point opens. */
export type Scope = 'all' | 'application';

/** What came of comparing two images. */
export interface Comparison {
  readonly unexplained: readonly Difference[];
  readonly announced: readonly Announced[];
  /** How many differences were set aside: known noise, and what two builds of the original differ in. */
  readonly noise: number;
}

interface CompareOptions {
  readonly scope: Scope;
  /** Announcements that were not refused. */
  readonly claims: readonly Claim[];
  readonly noise: Noise;
  /** Where the original's COPY and ADD put files: absolute, folders with a final slash. */
  readonly copied: readonly string[];
}

/** Compares two images; what is neither noise nor announced is unexplained. */
export function compareImages(
  before: Image,
  after: Image,
  { scope, claims, noise, copied }: CompareOptions,
): Comparison {
  const opened = closureOf(before.config, before.tree).files;
  const packages = comparePackages(before.tree, after.tree);
  const all = [
    ...compareConfigs(before.config, after.config),
    ...(scope === 'all' ? packages : []),
    ...compareTrees(before.tree, after.tree).filter(
      ({ what }) => scope === 'all' || isApplication(what, { before, after, opened, copied }),
    ),
    ...compareClosures(before, after),
  ];
  const explain = explainer(claims, before.tree, after.tree);
  const isNoise = (difference: Difference): boolean =>
    noise.excuses(difference) ||
    (difference.kind === 'file' &&
      !opened.has(difference.what) &&
      isKnownNoise(difference.what, before.tree, after.tree));
  // What is announced is no noise, also where it would be.
  const left = all.filter((difference) => explain(difference) !== undefined || !isNoise(difference));
  const open = new Set(left.filter((difference) => explain(difference) === undefined));
  for (const difference of emptiedFolders(open, before.tree)) open.delete(difference);
  return {
    unexplained: [...open],
    announced: left.flatMap((difference) => {
      const by = explain(difference);
      return by === undefined ? [] : [{ ...difference, by }];
    }),
    noise: all.length - left.length,
  };
}

/** Every path that is in one tree only or not the same in both; times are not looked at. */
export function compareTrees(before: Tree, after: Tree): readonly Difference[] {
  const lists = new Set(PACKAGE_LISTS.map(({ path }) => path));
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((what): readonly Difference[] => {
    const [a, b] = [before.get(what), after.get(what)];
    if (a === undefined) return [{ kind: 'file', effect: 'added', what, detail: describe(b!) }];
    if (b === undefined) return [{ kind: 'file', effect: 'removed', what, detail: describe(a) }];
    const details = changes(a, b, lists.has(what));
    return details.length === 0 ? [] : [{ kind: 'file', effect: 'changed', what, detail: details.join(', ') }];
  });
}

function describe({ type, size }: TreeEntry): string {
  return type === 'file' ? `file, ${size} bytes` : type;
}

/** @param isList a list of packages: its content is compared by packages */
function changes(a: TreeEntry, b: TreeEntry, isList: boolean): readonly string[] {
  if (a.type !== b.type) return [`${a.type} -> ${b.type}`];
  const details: string[] = [];
  if (a.mode !== b.mode) details.push(`mode ${a.mode.toString(8)} -> ${b.mode.toString(8)}`);
  if (a.uid !== b.uid) details.push(`user ${a.uid} -> ${b.uid}`);
  if (a.gid !== b.gid) details.push(`group ${a.gid} -> ${b.gid}`);
  if (a.link !== b.link) details.push(`link to ${a.link!} -> ${b.link!}`);
  if (a.device !== b.device) details.push(`device ${a.device!} -> ${b.device!}`);
  for (const name of new Set([...Object.keys(a.attributes ?? {}), ...Object.keys(b.attributes ?? {})])) {
    if (a.attributes?.[name] !== b.attributes?.[name]) details.push(`attribute ${name}`);
  }
  if (isList) return details;
  if (a.size !== b.size) details.push(`size ${a.size} -> ${b.size}`);
  else if (a.sha256 !== b.sha256) details.push('content');
  return details;
}

interface Application {
  readonly before: Image;
  readonly after: Image;
  readonly opened: ReadonlySet<string>;
  readonly copied: readonly string[];
}

/** Whether a path matters when the rest of the image comes from elsewhere. */
function isApplication(path: string, { before, after, opened, copied }: Application): boolean {
  const [folder, other] = [before, after].map(({ config }) =>
    String(config['WorkingDir'] ?? '').replace(/(?<!\/)\/+$/, ''),
  );
  // One that only the old base started in holds what that base put there.
  if (folder !== '' && folder === other && path.startsWith(`${folder}/`)) return true;
  if (copied.some((one) => (one.endsWith('/') ? path.startsWith(one) : path === one))) return true;
  // Programs and libraries of the system may be others; that they are there is the closure's question.
  return opened.has(path) && before.tree.get(path)?.elf === undefined && !/^\/(?:usr\/|s?bin(?:\/|$)|lib)/.test(path);
}

/** What the entry point would miss in the new image and did not in the old one. */
function compareClosures(before: Image, after: Image): readonly Difference[] {
  const missed = new Set(closureOf(before.config, before.tree).missing);
  return closureOf(after.config, after.tree)
    .missing.filter((one) => !missed.has(one))
    .map((what) => ({ kind: 'closure', effect: 'removed', what, detail: 'not in the new image' }));
}

/** Folders that went because all that was in them did, for a reason that is known. */
function emptiedFolders(open: ReadonlySet<Difference>, before: Tree): readonly Difference[] {
  const gone = [...open].filter(({ effect, what }) => effect === 'removed' && before.get(what)?.type === 'directory');
  const unexplained = new Set([...open].filter((one) => !gone.includes(one)).map(({ what }) => what));
  const stillNeeded = new Set<string>();
  const hadContent = new Set<string>();
  for (const [path, { type }] of before) {
    for (let folder = folderOf(path); folder !== '/'; folder = folderOf(folder)) {
      if (type !== 'directory') hadContent.add(folder);
      if (unexplained.has(path)) stillNeeded.add(folder);
    }
  }
  return gone.filter(({ what }) => hadContent.has(what) && !stillNeeded.has(what));
}
