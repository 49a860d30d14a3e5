import type { Facts } from '../facts/index.js';
import type { ProjectFacts } from '../project/project.js';

/** A yarn, and where it links packages from. */
interface YarnVersion {
  /** 1, 2, 3, 4; undefined when nothing tells. */
  readonly major: number | undefined;
  readonly linker: string | undefined;
}

/** Which yarn runs: from package.json, the lockfile and .yarnrc.yml, else from what the Dockerfile does. */
export function yarnVersion(facts: Facts, project: ProjectFacts | undefined): YarnVersion {
  const root = project?.node[0];
  const folder = root?.folder === undefined || root.folder === '' ? '' : `${root.folder}/`;
  const rc = project?.context.read(`${folder}.yarnrc.yml`) ?? '';
  const linker = /^nodeLinker:\s*["']?([\w-]+)/m.exec(rc)?.[1];
  const pinned = /^yarn@(\d+)/.exec(root?.packageManager ?? '')?.[1] ?? /yarn-(\d+)\.[^/]*\.cjs/.exec(rc)?.[1];
  if (pinned !== undefined) return { major: Number(pinned), linker };
  const lock = project?.context.read(`${folder}yarn.lock`)?.slice(0, 400) ?? '';
  if (lock.includes('yarn lockfile v1')) return { major: 1, linker };
  if (lock.includes('__metadata')) return { major: 4, linker };
  const { text } = facts.file;
  const set = /yarn set version (\d+)|yarn@(\d+)/.exec(text);
  if (set !== null) return { major: Number(set[1] ?? set[2]), linker };
  if (/\.yarnrc\.yml|\.yarn\b|yarn set version|--immutable|corepack/.test(text)) return { major: undefined, linker };
  return { major: 1, linker };
}
