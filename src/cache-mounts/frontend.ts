import type { Dockerfile } from '../dockerfile/index.js';

/** The first release of docker/dockerfile whose RUN has cache mounts. */
const FIRST = [1, 2] as const;

/**
 * Why a file's `# syntax=` frontend cannot be trusted with cache mounts; undefined when it can, or when there is none
 * (engines since Docker 23 build with a built-in frontend that has them).
 */
export function frontendProblem(file: Dockerfile): string | undefined {
  const syntax = file.directives
    .find(({ name }) => name === 'syntax')
    ?.value.trim()
    .split(/\s/)[0];
  if (syntax === undefined) return undefined;
  const match = /^(?:docker\.io\/)?docker\/dockerfile(-upstream)?(?::([^@]+))?(?:@.*)?$/.exec(syntax);
  if (match === null) return `the frontend ${syntax} is not known to have cache mounts`;
  const tag = match[2];
  if (tag === undefined) return syntax.includes('@') ? `the frontend ${syntax} names no version` : undefined;
  if (/^(latest|master|labs|experimental|1-labs|1-experimental|1)$/.test(tag) || /-experimental$/.test(tag))
    return undefined;
  const version = /^(\d+)(?:\.(\d+))?/.exec(tag);
  if (version === null) return `the frontend ${syntax} is not known to have cache mounts`;
  const [major, minor] = [Number(version[1]), Number(version[2] ?? '99')];
  if (major > FIRST[0] || (major === FIRST[0] && minor >= FIRST[1])) return undefined;
  return `the frontend ${syntax} is older than cache mounts`;
}
