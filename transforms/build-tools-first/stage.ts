import { goMinor } from '../../src/cache-mounts/index.js';
import { type Instruction, mountsOf } from '../../src/dockerfile/index.js';
import { certainValue, isWithin } from '../../src/facts/index.js';
import type { SourceCopy } from './source.js';
import type { Place } from './tool-runs.js';

const FOLDERS = ['GOPATH', 'GOCACHE', 'GOMODCACHE', 'HOME'];

/** Why the builds of a stage are not followed, whatever they build. */
export function oddStage(
  { facts, stage }: Place,
  { root }: SourceCopy,
  runs: readonly Instruction[],
): string | undefined {
  const image = facts.rootImage(stage) ?? '';
  const tag =
    /(?:^|\/)golang(?::([^@]*))?(?:@.*)?$/.exec(image)?.[1] ?? (/(?:^|\/)golang$/.test(image) ? 'latest' : undefined);
  const isOther = /^\d/.test(tag ?? '') && !/^1(?:$|[.-])/.test(tag!);
  if (tag === undefined || isOther || (goMinor(facts, stage) ?? 99) < 16)
    return 'which Go builds it is not known to be one that leaves go.mod as it is (1.16 or later)';
  for (const run of runs) {
    const state = facts.before(run)!;
    const folders = ['/root', '/go', '/usr/local/go', ...FOLDERS.flatMap((name) => certainValue(state, name) ?? [])];
    const own = folders.find((folder) => isWithin(folder, root) || isWithin(root, `${folder}/pkg`));
    if (own !== undefined) return `Go keeps its own files in ${own}, beside the source`;
    const mount = mountsOf(run).find(
      ({ target }) => target === undefined || !target.startsWith('/') || isWithin(target, root),
    );
    if (mount !== undefined && mount.type === 'cache') return 'a cache is mounted among the source';
  }
  const settings = facts
    .lineage(stage)
    .flatMap(({ instructions }) => instructions)
    .find(
      ({ keyword, logical }) =>
        keyword === 'RUN' &&
        /\bgo\s+env\s+(?:\S+\s+)*-w\b.*\b(?:GOFLAGS|GOWORK|GOPATH|GOBIN|GOCACHE|GOMODCACHE|GO111MODULE=(?!on|auto))/s.test(
          logical.text,
        ),
    );
  return settings === undefined ? undefined : `line ${settings.lines.first} changes the settings of Go`;
}
