import type { Dockerfile } from '../dockerfile/index.js';

/** What a frontend may lack. */
interface Feature {
  readonly name: string;
  /** The first release of docker/dockerfile that has it. */
  readonly since: readonly [major: number, minor: number];
}

const CACHE_MOUNTS: Feature = { name: 'cache mounts', since: [1, 2] };

/**
 * Why a file's `# syntax=` frontend cannot be trusted with a feature; undefined when it can, or when there is none
 * (engines since Docker 23 build with a built-in frontend of release 1.5).
 */
export function frontendProblem(file: Dockerfile, { name, since }: Feature = CACHE_MOUNTS): string | undefined {
  const syntax = file.directives
    .find((one) => one.name === 'syntax')
    ?.value.trim()
    .split(/\s/)[0];
  if (syntax === undefined) return undefined;
  const match = /^(?:docker\.io\/)?docker\/dockerfile(-upstream)?(?::([^@]+))?(?:@.*)?$/.exec(syntax);
  if (match === null) return `the frontend ${syntax} is not known to have ${name}`;
  const tag = match[2];
  if (tag === undefined) return syntax.includes('@') ? `the frontend ${syntax} names no version` : undefined;
  if (/^(latest|master|labs|experimental|1-labs|1-experimental|1)$/.test(tag) || /-experimental$/.test(tag))
    return undefined;
  const version = /^(\d+)(?:\.(\d+))?/.exec(tag);
  if (version === null) return `the frontend ${syntax} is not known to have ${name}`;
  const [major, minor] = [Number(version[1]), Number(version[2] ?? '99')];
  if (major > since[0] || (major === since[0] && minor >= since[1])) return undefined;
  return `the frontend ${syntax} is older than ${name}`;
}
