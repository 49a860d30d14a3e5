import { createHash } from 'node:crypto';
import { coldCopy } from './cold-copy.js';
import type { Workbench } from './port.js';
import type { Build } from './types.js';

/** A Dockerfile's text and the ignore file that goes with it. */
export interface Source {
  readonly dockerfile: string;
  readonly ignore: string | undefined;
}

/** The same with cache mounts of its own; a later build under the same label finds them again. */
export function withOwnCaches(label: string, { dockerfile, ignore }: Source, id: string): Source {
  const digest = createHash('sha256').update(`${label}\n${dockerfile}`).digest('hex');
  return { dockerfile: coldCopy(dockerfile, `dfix-verify-${id}-${digest.slice(0, 12)}`), ignore };
}

/** Builds with neither layers nor cache mounts to start from. */
export function buildOnNothing(label: string, source: Source, id: string, bench: Workbench): Promise<Build> {
  return bench.build({ label, ...withOwnCaches(label, source, id), noCache: true, context: 'own' });
}
