import { type Dockerfile, type Instruction, readArguments } from '../dockerfile/index.js';
import { onceFor } from '../once.js';

/** Names under which builds are told their commit, their date or their number. */
const VOLATILE =
  /^(?:(?:APP|BITBUCKET|BUILD|CI|CIRCLE|DD|DRONE|GIT|GITHUB|HEROKU|IMAGE|LAST|PROJECT|RAILWAY|REPO|SCM|SLUG|SOURCE|SRC|TRAVIS|VCS|VERCEL|(?:EXPO_|NEXT_|NUXT_)?PUBLIC|REACT_APP|VITE|VUE_APP)_?)*(?:COMMIT(?:_?(?:SHA1?|HASH|ID|REF|REV|DATE|TIME|SHORT))?|(?:SHORT_?)?SHA1?|HASH|REVISION|REV|REF|BUILD_?(?:DATE|TIME|TIMESTAMP|NUMBER|NUM|NO|ID)|(?:BUILD_?)?TIMESTAMP|(?:IMAGE_?)?CREATED)$|^(?:CI_(?:JOB|PIPELINE)_I?ID|GITHUB_RUN_(?:ID|NUMBER))$/i;
/** Names of releases: as volatile, but where a default chooses one. */
const RELEASE = /^(?:APP|BUILD|IMAGE|PROJECT)_?VERSION$|^BUILD_?TAG$/i;

/** Defaults that stand for none. */
const PLACEHOLDER =
  /^(?:|unknown|unset|none|null|undefined|dev|devel|development|local|latest|head|main|master|snapshot|n\/a|na|not[-_ ]?set|0|0\.0\.0(?:-?\w+)?|-|\?)$/i;

/** Whether an ARG carries, whole, what is another at every build: never one whose default is a value of its own. */
export function isVolatile(file: Dockerfile, instruction: Instruction): boolean {
  if (instruction.keyword !== 'ARG') return false;
  const all = readArguments(instruction, file.escape);
  return (
    all.length > 0 &&
    all.every(({ name, value }) => {
      if (!VOLATILE.test(name) && !RELEASE.test(name)) return false;
      const text = (value ?? globalDefaults(file).get(name))?.replace(/^(["'])(.*)\1$/s, '$2');
      return text === undefined || PLACEHOLDER.test(text);
    })
  );
}

/** The defaults that ARGs before the first FROM give; of a name that stands there twice, the first. */
const globalDefaults = onceFor((file: Dockerfile): ReadonlyMap<string, string | undefined> => {
  const all = file.instructions
    .slice(0, file.stages[0]?.from.index)
    .flatMap((instruction) => (instruction.keyword === 'ARG' ? readArguments(instruction, file.escape) : []));
  return new Map(all.reverse().map(({ name, value }) => [name, value]));
});
