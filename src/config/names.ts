import type { Config } from './config.js';
import { didYouMean } from './suggest.js';

/** The transforms that a configuration names and that do not exist, each with where it says so and what it may mean. */
export function unknownNames(
  config: Config,
  known: ReadonlySet<string>,
): readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  const parts = [
    { path: [] as PropertyKey[], part: config },
    ...(config.overrides ?? []).map((part, index) => ({ path: ['overrides', index] as PropertyKey[], part })),
  ];
  return parts.flatMap(({ path, part }) => {
    const named = [
      ...(part.only ?? []).map((name, index) => ({ name, path: [...path, 'only', index] })),
      ...(part.skip ?? []).map((name, index) => ({ name, path: [...path, 'skip', index] })),
      ...Object.keys(part.transforms ?? {}).map((name) => ({ name, path: [...path, 'transforms', name] })),
    ];
    return named
      .filter(({ name }) => !known.has(name))
      .map(({ name, path: at }) => ({
        path: at,
        message: `no transform is called "${name}"${didYouMean(name, known)}`,
      }));
  });
}
