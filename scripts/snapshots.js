// Versions of a Dockerfile in a clone, with the build context of that commit.
import { execFileSync } from 'node:child_process';

const settings = { encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'ignore'] };
const SAFE = ['--no-pager', '--no-replace-objects', '-c', 'core.fsmonitor=false'];

function git(folder, ...args) {
  return execFileSync('git', [...SAFE, '-C', folder, ...args], settings);
}

/** What `git` says, or undefined when it fails. */
function tryGit(folder, ...args) {
  try {
    return git(folder, ...args);
  } catch {
    return undefined;
  }
}

/**
 * The version at the newest commit, to be replayed over the commits before it; and the one that the first 100 commits with
 * the file settled on, to be replayed over the commits after it.
 */
export function snapshotsOf(folder, { head, dockerfile }, commits) {
  const newest =
    tryGit(folder, 'rev-parse', '--verify', `${head}^{commit}`)?.trim() ?? git(folder, 'rev-parse', 'HEAD').trim();
  const all = git(folder, 'rev-list', '--first-parent', newest).split('\n').filter(Boolean).reverse();
  const found = [{ name: 'head', at: newest, until: newest, commits: Math.min(commits, all.length - 1) }];
  const added = git(
    folder,
    'log',
    '--first-parent',
    '-m',
    '--diff-filter=A',
    '--no-renames',
    '--format=%H',
    newest,
    '--',
    dockerfile,
  )
    .split('\n')
    .filter(Boolean);
  const start = all.indexOf(added.at(-1) ?? '') + 100;
  const end = Math.min(start + commits, all.length - 1);
  if (added.length > 0 && end - start >= 20)
    found.push({ name: 'early', at: all[start], until: all[end], commits: end - start });
  return found.flatMap((snapshot) => {
    const text = tryGit(folder, 'show', `${snapshot.at}:${dockerfile}`);
    return text === undefined ? [] : [{ ...snapshot, text }];
  });
}

/** The files of a commit below a folder, read when asked for: a build context as the core takes it. */
export function contextAt(folder, commit, below) {
  const prefix = below === '' ? '' : `${below}/`;
  const ids = new Map();
  for (const record of git(
    folder,
    'ls-tree',
    '-r',
    '-z',
    '--full-tree',
    commit,
    '--',
    ...(below === '' ? [] : [below]),
  ).split('\0')) {
    const match = /^(\d{6}) blob ([0-9a-f]+)\t(.+)$/s.exec(record);
    if (match !== null && match[3].startsWith(prefix)) ids.set(match[3].slice(prefix.length), match[2]);
  }
  const texts = new Map();
  const read = (path) => {
    if (!ids.has(path)) return undefined;
    if (!texts.has(path)) {
      const text = tryGit(folder, 'cat-file', 'blob', ids.get(path));
      texts.set(path, text === undefined || text.length > 2_000_000 || text.includes('\ufffd') ? undefined : text);
    }
    return texts.get(path);
  };
  return { paths: [...ids.keys()].sort(), complete: true, read };
}

/** Commits of the first parents, from the first to a head, evenly apart. */
export function spread(folder, head, most) {
  const newest =
    tryGit(folder, 'rev-parse', '--verify', `${head}^{commit}`)?.trim() ?? git(folder, 'rev-parse', 'HEAD').trim();
  const all = git(folder, 'rev-list', '--first-parent', '--reverse', newest).split('\n').filter(Boolean);
  const step = (all.length - 1) / Math.max(1, most - 1);
  return [...new Set(Array.from({ length: most }, (_, i) => all[Math.round(i * step)]))];
}

/** The paths of a commit's files that match. */
export function filesAt(folder, commit, pattern) {
  return git(folder, 'ls-tree', '-r', '-z', '--name-only', '--full-tree', commit)
    .split('\0')
    .filter((name) => pattern.test(name));
}
