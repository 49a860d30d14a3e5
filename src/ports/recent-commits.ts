import { execFile } from 'node:child_process';
import { DfixError } from '../errors.js';

/** The commit that a pull request starts at, and how the project writes its subjects. */
interface RecentCommits {
  readonly head: string;
  /** Of the last twenty commits that are no merges, newest first. */
  readonly subjects: readonly string[];
}

/** Nothing that a repository's own configuration names may run, and nothing is fetched. */
const SAFE = ['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'log.showSignature=false'].flatMap((setting) => [
  '-c',
  setting,
]);

/**
 * @param folder a folder in a work tree
 * @throws DfixError when it is in no repository, has no commits, or git is missing.
 */
export function recentCommits(folder: string): Promise<RecentCommits> {
  const args = ['log', '-n', '20', '--no-merges', '--no-color', '--no-decorate', '--format=%s', 'HEAD', '--'];
  return Promise.all([git(folder, ['rev-parse', '--verify', 'HEAD^{commit}']), git(folder, args)]).then(
    ([head, subjects]) => ({ head: head.trim(), subjects: subjects.split('\n').filter((line) => line !== '') }),
  );
}

function git(folder: string, args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
  return new Promise((resolve, reject) => {
    execFile('git', ['--no-pager', ...SAFE, '-C', folder, ...args], { env }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const missing = error.code === 'ENOENT';
      const line = missing ? 'git is needed for a pull request, and it is not installed' : stderr.split('\n')[0]!;
      reject(new DfixError('git', line.replace(/^(?:fatal|error): /, ''), { file: folder }));
    });
  });
}
