import type { Source } from './cold-build.js';
import type { Workbench } from './port.js';
import type { Timing } from './proof.js';
import type { Build } from './types.js';

/** What is built of each side. */
export interface Sides {
  readonly before: Source;
  readonly after: Source;
}

/**
 * Measures both sides warm, after a source file and after a manifest was touched.
 * @param cold builds on nothing, made before
 * @param notes takes why something was not measured
 */
export async function timingsOf(
  bench: Workbench,
  sides: Sides,
  cold: { readonly before: Build; readonly after: Build },
  notes: string[],
): Promise<readonly Timing[]> {
  const timings: Timing[] = [{ kind: 'cold', file: undefined, ...cold }];
  const both = async (kind: Timing['kind'], touch: 'source' | 'manifest' | undefined): Promise<void> => {
    const builds: Build[] = [];
    let file: string | undefined;
    for (const side of ['before', 'after'] as const) {
      // Each side sees a content of its own: no step of one is ready because the other made it.
      const touched = touch === undefined ? undefined : await bench.touch(touch);
      if (touched !== undefined && 'why' in touched) {
        notes.push(`no build after a touched ${touch!}: ${touched.why}`);
        return;
      }
      file = touched?.path;
      const context = touch === undefined ? 'own' : 'copy';
      const build = await bench.build({ label: `${side}, ${kind}`, ...sides[side], noCache: false, context });
      if (!build.ok) {
        notes.push(`${side}, ${kind}: does not build: ${build.failure}`);
        return;
      }
      builds.push(build);
    }
    timings.push({ kind, file, before: builds[0]!, after: builds[1]! });
  };
  await both('warm', undefined);
  await both('source touched', 'source');
  await both('manifest touched', 'manifest');
  return timings;
}
