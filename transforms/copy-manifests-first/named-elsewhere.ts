import { isWithin, resolvePath } from '../../src/facts/index.js';
import { valueOf } from '../../src/shell/index.js';
import { valueOfOption } from './managers/shared.js';
import type { Question } from './managers/types.js';

/** Variables that tell package managers, and the programs that they start, where settings, lists and certificates lie. */
const SETTINGS =
  /^(?:(?:PIP|UV|PIPENV|POETRY|PDM|NPM_CONFIG|YARN|PNPM|BUN|BUNDLE|COMPOSER|CARGO|MAVEN|GRADLE|NUGET|MIX|HEX|GIT|SSL|CURL|REQUESTS)_\w+|NODE_(?:OPTIONS|EXTRA_CA_CERTS)|GO(?:WORK|ENV|FLAGS)|(?:JAVA|JDK|_JAVA)_\w*OPTIONS)$/i;
/** Variables and options that say where packages are kept, which may be among the source. */
const PACKAGES = /cache|store|maven\.repo|user.home|find.links|^(?:--packages|-[fg])$/i;
/** A folder with more files holds more than settings. */
const MOST_FILES = 20;

/**
 * Copied files, by their paths in the image, that variables and options name to an install: `PIP_CONFIG_FILE=/app/pip.conf`,
 * `--cache .npm-cache`, with those that a settings file among them names; a reason where one of them is a program, which may load others.
 */
export function namedElsewhere(question: Question, present: ReadonlyMap<string, string>): readonly string[] | string {
  const { invocation, state, place, project } = question;
  const variables = [
    ...[...state.args, ...state.env].map(([name, { value }]) => [name, value] as const),
    ...invocation.environment.map(([name, word]) => [name, word && valueOf(word, place.lookup)] as const),
  ].filter(([name]) => SETTINGS.test(name));
  const asPath = [...(invocation.use?.readsOption ?? []), ...(invocation.use?.writesOption ?? [])];
  const options = invocation.options
    .filter(({ name }) => PACKAGES.test(name) && asPath.includes(name))
    .map((option) => [option.name, valueOfOption(option, question)] as const);
  const filesAt = (word: string, most: number): readonly string[] => {
    const path = word === '' ? undefined : resolvePath(word, place);
    if (path === undefined || (place.cwd !== undefined && isWithin(place.cwd, path))) return [];
    const files = present.has(path) ? [path] : [...present.keys()].filter((file) => isWithin(file, path));
    return files.length > most ? [] : files;
  };
  const found: string[] = [];
  for (const [name, value] of [...variables, ...options]) {
    for (const word of wordsOf(value)) {
      const files = filesAt(word, PACKAGES.test(name) ? Infinity : MOST_FILES);
      if (name === 'NODE_OPTIONS' && files.length > 0) return `${name} has node load ${files[0]!}`;
      found.push(...files);
      if (files.length !== 1 || !/CONFIG/i.test(name)) continue;
      for (const named of wordsOf(project.context.read(present.get(files[0]!)!)))
        found.push(...filesAt(named, Infinity));
    }
  }
  return found;
}

function wordsOf(text: string | undefined): readonly string[] {
  return text?.split(/[\s"'=:;,]+/) ?? [];
}
