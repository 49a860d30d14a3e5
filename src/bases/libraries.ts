import { alpineLibraries } from './libraries-alpine.js';
import { debianLibraries } from './libraries-debian.js';

/**
 * The packages that a program built with a development package needs when it runs.
 * @param release codename; undefined when it is not known.
 * @returns undefined when the package or its libraries in that release are not known.
 */
export function librariesOf(
  family: 'alpine' | 'debian',
  release: string | undefined,
  name: string,
): readonly string[] | undefined {
  const text = family === 'alpine' ? alpineLibraries(release, name) : debianLibraries(release, name);
  return text?.split(' ').filter((part) => part !== '');
}
