import { createHash } from 'node:crypto';

/** Names of repositories are not trusted: what can be read of one, and a digest that tells it from all others. */
export function fileName(repository: string): string {
  const slug = repository.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return `${slug.slice(-60).replace(/^-/, '')}-${createHash('sha256').update(repository).digest('hex').slice(0, 16)}`;
}
