import { DfixError } from '../../errors.js';
import type { Author } from '../../forge/port.js';
import { gitIn } from './git-process.js';

const NOTHING = { environment: {}, secrets: [] };

/** The address that a checkout was cloned from. @throws DfixError when it has none */
export async function originOf(root: string): Promise<string> {
  const { code, stdout } = await gitIn(root, NOTHING).attempt(['remote', 'get-url', 'origin']);
  if (code === 0) return stdout.trim();
  throw new DfixError('remote', 'this repository has no remote called origin', {
    hint: 'give the address of the repository: dfix pr https://host/owner/name',
  });
}

/** The commit that a checkout is at. */
export async function headOf(root: string): Promise<string> {
  return (await gitIn(root, NOTHING).run(['rev-parse', 'HEAD'])).trim();
}

/** Who git says is at work in a folder; undefined when it was never told. */
export async function authorOf(folder: string): Promise<Author | undefined> {
  const words = ['-c', 'user.useConfigOnly=true', 'var', 'GIT_AUTHOR_IDENT'];
  const { code, stdout } = await gitIn(folder, NOTHING).attempt(words);
  const [, name, email] = /^(.*) <(.+)> \d+ [+-]\d+$/.exec(stdout.trim()) ?? [];
  return code !== 0 || name === undefined || email === undefined ? undefined : { name, email };
}
