import type { Instruction } from '../dockerfile/index.js';
import { type Scan, scanText } from './scan.js';

/** How a language's programs start others. Every pattern takes linear time. */
interface Language {
  readonly files: RegExp;
  /** Without this word a file starts nothing. */
  readonly mentions: RegExp;
  /** Calls that start a program. */
  readonly calls: RegExp;
}

const languages: Readonly<Record<'node' | 'python' | 'ruby', Language>> = {
  node: {
    files: /\.[cm]?[jt]sx?$/,
    mentions: /(?:from|require\(|import\()\s*['"](?:node:)?(?:child_process|execa|shelljs|cross-spawn|zx)['"]/,
    calls:
      /\b(?:exec|execSync|execFile|execFileSync|spawn|spawnSync|execa|execaSync|execaCommand)\(\s*(?:(['"`])([^'"`\n]*))?/g,
  },
  python: {
    files: /\.py$/,
    mentions: /\b(?:subprocess|pexpect|os\.system|os\.popen|os\.exec\w+|os\.spawn\w+)\b/,
    calls:
      /\b(?:subprocess\.(?:run|call|check_call|check_output|Popen|getoutput|getstatusoutput)|Popen|check_output|check_call|os\.system|os\.popen|os\.exec\w+|os\.spawn\w+|create_subprocess_exec|create_subprocess_shell)\(\s*\[?\s*(?:[fr]?(['"])([^'"\n]*))?/g,
  },
  ruby: {
    files: /\.(?:rb|rake)$/,
    mentions: /\b(?:system|exec|spawn|Open3|IO\.popen)\b|%x[({[]|`/,
    calls:
      /(?:^|[\s(=])(?:system|exec|spawn|IO\.popen|Open3\.\w+)[ (]\s*\[?(?:(['"])([^'"\n]*))?|(?:^|[=({])[ \t]*(?:`|%x[({[])([^`\n]*)/gm,
  },
};

/** Tests, and what tools of the developer run: they do not run in the container. */
const OUTSIDE =
  /(?:^|\/)(?:node_modules|tests?|__tests__|specs?|e2e|cypress|docs?|examples?|benchmarks?|\.github)\/|\.(?:test|spec|d|stories)\.[cm]?[jt]sx?$|(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$/;
const MOST_FILES = 4000;

/** Looks for programs that the project's own code starts. */
export function scanSources(language: keyof typeof languages, at: Instruction, scan: Scan): void {
  const { context } = scan.project!;
  const { files, mentions, calls } = languages[language];
  const paths = context.paths.filter((path) => files.test(path) && !OUTSIDE.test(path));
  if (paths.length > MOST_FILES)
    return scan.needs.refuse(`more than ${MOST_FILES} source files, which may start any program`, at);
  for (const path of paths) {
    const text = context.read(path);
    if (text === undefined || !mentions.test(text)) continue;
    for (const call of text.matchAll(calls)) {
      const program = (call[2] ?? call[3])?.trim();
      if (program === undefined || program === '' || /^[$#{]/.test(program))
        scan.needs.refuse(`${path} starts programs whose names are not literal`, at);
      else scanText(/^[\w./-]+/.exec(program)?.[0] ?? program, path, at, scan);
    }
  }
}
