import type { EngineName } from '../../verify/commands.js';
import { runProcess } from './process.js';

const LIMIT = 10 * 60 * 1000;

/**
 * Removes the cache mounts whose ids start with a prefix; what else builds left in the build cache is the engine's to clear.
 * Podman and Buildah name theirs by hashes: there they stay.
 */
export async function dropCaches(
  { engine, cwd }: { readonly engine: EngineName; readonly cwd: string },
  prefix: string,
  builder: string | undefined,
): Promise<void> {
  if (engine !== 'buildx' && engine !== 'docker') return;
  const own = engine === 'buildx' && builder !== undefined ? [`--builder=${builder}`] : [];
  const ask = async (...words: readonly string[]): Promise<string> =>
    (await runProcess(['docker', ...words], { cwd, timeout: LIMIT })).stdout;
  try {
    const found =
      engine === 'buildx'
        ? fromBuildx(await ask('buildx', 'du', '--verbose', ...own), prefix)
        : fromEngine(await ask('system', 'df', '-v', '--format', '{{json .BuildCache}}'), prefix);
    const prune = engine === 'buildx' ? ['buildx', 'prune'] : ['builder', 'prune'];
    for (const id of found) await ask(...prune, '-f', `--filter=id=${id}`, ...own);
  } catch {
    // The engine is gone; its cache goes stale by itself.
  }
}

function fromBuildx(listing: string, prefix: string): readonly string[] {
  return listing.split(/\n\s*\n/).flatMap((record) => {
    const id = /^ID:\s+(\S+)/m.exec(record)?.[1];
    return id !== undefined && record.includes('exec.cachemount') && record.includes(prefix) ? [id] : [];
  });
}

function fromEngine(json: string, prefix: string): readonly string[] {
  const records = JSON.parse(json) as readonly {
    readonly ID: string;
    readonly CacheType: string;
    readonly Description: string;
  }[];
  return records
    .filter(({ CacheType, Description }) => CacheType === 'exec.cachemount' && Description.includes(prefix))
    .map(({ ID }) => ID);
}
