import { compileGlob } from '../discovery/glob.js';
import type { Announcement } from '../transform/index.js';
import type { Closure } from './closure.js';
import { CONFIG_FIELDS } from './config.js';
import { filesOfDependencies } from './dependencies.js';
import { filesOfPackages } from './packages.js';
import type { Difference, Tree } from './types.js';

/** An announcement and the name of the change that made it. */
export interface Claim {
  readonly by: string;
  readonly announcement: Announcement;
}

type PackagesAnnouncement = Extract<Announcement, { readonly kind: 'packages' }>;

/** Whether, and by whom, a difference was announced. */
type Explain = (difference: Difference) => string | undefined;

/** Folders that hold what many programs need: announcing all that is below one of them announces nothing. */
const ROOTS = new Set(
  'bin boot dev etc home lib lib32 lib64 libx32 media mnt opt proc root run sbin srv sys tmp usr var app workspace usr/bin usr/lib usr/lib64 usr/libexec usr/local usr/sbin usr/share usr/src usr/include usr/local/bin usr/local/lib usr/local/share usr/local/sbin usr/local/etc var/lib var/cache var/log var/www etc/ssl'.split(
    ' ',
  ),
);

/**
 * Why an announcement is not taken; undefined when it is.
 * @param opened files that the entry point of the original opens
 * @param tree the files of the original
 */
export function refusedBecause(announcement: Announcement, opened: Closure, tree: Tree): string | undefined {
  if (announcement.kind === 'packages') {
    if (announcement.names.length === 0) return 'names no package';
    if (announcement.effect === 'added') return undefined;
    const { files } = filesOf(announcement, tree);
    const file = [...opened.files].find((one) => files.has(one));
    return file === undefined ? undefined : `${file}, which the entry point opens, goes with these packages`;
  }
  if (announcement.kind === 'config') {
    const { field, names = [] } = announcement;
    if (!CONFIG_FIELDS.includes(field)) return `"${field}" is no field of an image's configuration`;
    return names.length === 0 && (field === 'Env' || field === 'Labels')
      ? `announces all of ${field}, not one name`
      : undefined;
  }
  for (const path of announcement.paths) {
    const wide = tooWide(path, tree);
    if (wide !== undefined) return `${path} ${wide}`;
    if (announcement.effect === 'added') continue;
    const matches = compileGlob(path.slice(1))!;
    const file = [...opened.files].find((one) => matches(one.slice(1)));
    if (file !== undefined && /[*?[]/.test(path)) return `${path} covers ${file}, which the entry point opens`;
    if (file !== undefined && announcement.effect === 'removed') return `${path} is opened by the entry point`;
  }
  return undefined;
}

function tooWide(path: string, tree: Tree): string | undefined {
  if (!path.startsWith('/') || compileGlob(path.slice(1)) === undefined) return 'is no absolute path';
  const parts = path.split('/').filter((part) => part !== '');
  const wildcard = parts.findIndex((part) => /[*?[{]/.test(part));
  if (wildcard < 0) {
    // A program may have the name: `go build -o /app`.
    const isFolder = tree.get(`/${parts.join('/')}`)?.type === 'directory';
    return isFolder && ROOTS.has(parts.join('/')) ? 'is a whole root folder' : undefined;
  }
  const fixed = parts.slice(0, wildcard).join('/');
  const rest = parts.slice(wildcard);
  if (fixed === '') return 'matches in the whole image';
  const sweeping = rest.includes('**') || rest.every((part) => part.replace(/\[[^\]]{0,100}\]|[*?]/g, '') === '');
  return sweeping && ROOTS.has(fixed) ? 'covers a whole root folder' : undefined;
}

/** Reads announcements (refused ones are left out before) against the two trees that they are about. */
export function explainer(claims: readonly Claim[], before: Tree, after: Tree): Explain {
  const readers = claims.map(({ by, announcement }) => ({ by, covers: reader(announcement, before, after) }));
  return (difference) => readers.find(({ covers }) => covers(difference))?.by;
}

/** The files of announced packages, and those in which their manager notes what is installed. */
function filesOf(
  { manager, names, project }: PackagesAnnouncement,
  tree: Tree,
): { readonly files: ReadonlySet<string>; readonly notes: ReadonlySet<string> } {
  if (project !== undefined) return filesOfDependencies(tree, manager, names, project);
  return { files: filesOfPackages(tree, manager, new Set(names)), notes: new Set() };
}

/** Whether there are only folders below a path. */
function holdsNothing(tree: Tree, folder: string): boolean {
  return ![...tree].some(([path, { type }]) => type !== 'directory' && path.startsWith(`${folder}/`));
}

function reader(announcement: Announcement, before: Tree, after: Tree): (difference: Difference) => boolean {
  if (announcement.kind === 'config') {
    const { field, names = [] } = announcement;
    const named = new Set(names.map((name) => `${field}.${name}`));
    return ({ kind, what }) =>
      kind === 'config' && (what === field || (names.length === 0 ? what.startsWith(`${field}.`) : named.has(what)));
  }
  if (announcement.kind === 'packages') {
    const { manager } = announcement;
    const names = new Set(announcement.names);
    const { files, notes } = filesOf(announcement, announcement.effect === 'removed' ? before : after);
    return ({ kind, effect, what }) => {
      if (kind === 'package')
        return (
          effect === announcement.effect && names.has(what.slice(manager.length + 1)) && what.startsWith(`${manager}/`)
        );
      if (kind !== 'file') return false;
      return (effect === announcement.effect && files.has(what)) || (effect !== 'added' && notes.has(what));
    };
  }
  const globs = announcement.paths.map((path) => ({
    matches: compileGlob(path.slice(1))!,
    folder: path.replace(/\/\*\*$/, ''),
  }));
  const isFolder = (path: string): boolean => (before.get(path) ?? after.get(path))?.type === 'directory';
  return ({ kind, effect, what }) =>
    kind === 'file' &&
    globs.some(({ matches, folder }) => {
      if (effect === announcement.effect && matches(what.slice(1))) return true;
      // The folder that was emptied may go, and one that a mount needs may stand empty; so may those above it.
      return (
        effect !== 'changed' &&
        isFolder(what) &&
        (what === folder ||
          (folder.startsWith(`${what}/`) &&
            !ROOTS.has(what.slice(1)) &&
            holdsNothing(effect === 'removed' ? before : after, what)))
      );
    });
}
