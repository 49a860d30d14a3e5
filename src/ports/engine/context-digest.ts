import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readlinkSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { walkContext } from './context-walk.js';

/**
 * Digest of the files that a build sees: names, kinds, contents and whether they may be executed, as a version control
 * system keeps them; lower-case hex SHA-256. The Dockerfile and the ignore files are left out: they have digests of their own.
 * @param file the Dockerfile's path
 * @param ignore the ignore file's text
 */
export async function digestContext(context: string, file: string, ignore: string | undefined): Promise<string> {
  const own = relative(context, file).split(sep).join('/');
  const aside = new Set([own, `${own}.dockerignore`, '.dockerignore']);
  const whole = createHash('sha256');
  for (const { path, entry } of walkContext(context, ignore)) {
    if (aside.has(path) || path === '.git' || path.startsWith('.git/')) continue;
    const full = join(context, path);
    if (entry.isSymbolicLink()) whole.update(JSON.stringify([path, 'link', readlinkSync(full)]));
    else if (entry.isFile()) {
      const runs = (lstatSync(full).mode & 0o100) !== 0;
      whole.update(JSON.stringify([path, runs ? 'program' : 'file', await digestFile(full)]));
    }
  }
  return whole.digest('hex');
}

async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
