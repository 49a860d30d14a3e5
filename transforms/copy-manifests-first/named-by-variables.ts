import { isWithin, resolvePath } from '../../src/facts/index.js';
import { valueOf } from '../../src/shell/index.js';
import type { Question } from './managers/types.js';

/** Variables that tell package managers, and the programs that they start, where settings, lists and certificates lie. */
const SETTINGS =
  /^(?:(?:PIP|UV|PIPENV|POETRY|PDM|NPM_CONFIG|YARN|PNPM|BUN|BUNDLE|COMPOSER|CARGO|MAVEN|GRADLE|NUGET|MIX|HEX|GIT|SSL|CURL|REQUESTS)_\w+|NODE_(?:OPTIONS|EXTRA_CA_CERTS)|GO(?:WORK|ENV|FLAGS)|(?:JAVA|JDK|_JAVA)_\w*OPTIONS)$/i;
/** A folder with more files holds more than settings. */
const MOST_FILES = 20;

/**
 * Copied files, by their paths in the image, that variables name to an install: `PIP_CONFIG_FILE=/app/pip.conf`; a reason
 * where one of them is a program, which may load others.
 */
export function namedByVariables(
  { invocation, state, place }: Question,
  present: ReadonlyMap<string, string>,
): readonly string[] | string {
  const values = [
    ...[...state.args, ...state.env].map(([name, { value }]) => [name, value] as const),
    ...invocation.environment.map(([name, word]) => [name, word && valueOf(word, place.lookup)] as const),
  ].filter(([name]) => SETTINGS.test(name));
  const found: string[] = [];
  for (const [name, value] of values) {
    for (const word of value?.split(/[\s"'=:;,]+/) ?? []) {
      const path = word === '' ? undefined : resolvePath(word, place);
      if (path === undefined || path === place.cwd) continue;
      const files = present.has(path) ? [path] : [...present.keys()].filter((file) => isWithin(file, path));
      if (name === 'NODE_OPTIONS' && files.length > 0) return `${name} has node load ${path}`;
      if (files.length <= MOST_FILES) found.push(...files);
    }
  }
  return found;
}
