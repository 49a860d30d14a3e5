import type { Instruction } from '../dockerfile/index.js';
import { type Language, languages } from './program-calls.js';
import { scanLoads } from './python-loads.js';
import { type Scan, scanText } from './scan.js';

/** Tests, and what tools of the developer run: they do not run in the container. */
const OUTSIDE =
  /(?:^|\/)(?:node_modules|tests?|__tests__|specs?|e2e|cypress|docs?|examples?|benchmarks?|\.github)\/|\.(?:test|spec|d|stories)\.[cm]?[jt]sx?$|(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$/;
const MOST_FILES = 4000;

/** Looks for programs that the project's own code starts. */
export function scanSources(language: keyof typeof languages, at: Instruction, scan: Scan): void {
  const { context } = scan.project!;
  const { files } = languages[language];
  const paths = context.paths.filter((path) => files.test(path) && !OUTSIDE.test(path));
  if (paths.length > MOST_FILES)
    return scan.needs.refuse(`more than ${MOST_FILES} source files, which may start any program`, at);
  for (const path of paths) {
    const text = context.read(path);
    if (text === undefined) continue;
    if (language === 'python') scanLoads(text, path, at, scan);
    for (const started of programsIn(text, languages[language])) {
      if (started === undefined) scan.needs.refuse(`${path} starts programs whose names are not literal`, at);
      else scanText(started, path, at, scan);
    }
  }
}

/** The shell texts and names of programs that a source starts; undefined for each that is not written out. */
function programsIn(text: string, { mentions, calls }: Language): readonly (string | undefined)[] {
  if (!mentions.test(text)) return [];
  return [...text.matchAll(calls(text))].flatMap((call): readonly (string | undefined)[] => {
    const literal = call.slice(1).findLast((group) => group !== undefined);
    const program = literal?.replaceAll(/\$?\{[^{}]*\}/g, '$x').trim();
    if (program === undefined || program === '' || /^[$#%'"`]/.test(program)) return [undefined];
    if (!/^(?:.*\/)?(?:ba|z|da)?sh$/.test(program)) return [program];
    const rest = text.slice(call.index + call[0].length);
    return [program, /^['"]\s*,\s*(?:\[\s*)?['"]-l?c['"]\s*,\s*[fr]?['"`]([^'"`\n$]+)/.exec(rest)?.[1]];
  });
}
