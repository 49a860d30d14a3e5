/** How the programs of a language start others. Every pattern takes linear time. */
export interface Language {
  readonly files: RegExp;
  /** Without this word a file starts nothing. */
  readonly mentions: RegExp;
  /** Calls that start a program, by the names that a source gives them; the last group that matched is what they start. */
  readonly calls: (text: string) => RegExp;
}

const NODE_MODULE = String.raw`['"](?:node:)?(?:child_process|execa|shelljs|cross-spawn|zx)['"]`;
const NODE_CALLS = 'exec|execSync|execFile|execFileSync|spawn|spawnSync|execa|execaSync|execaCommand|execaCommandSync';
const PYTHON_RUN = 'run|call|check_call|check_output|Popen|getoutput|getstatusoutput';

export const languages: Readonly<Record<'node' | 'python' | 'ruby', Language>> = {
  node: {
    files: /\.[cm]?[jt]sx?$/,
    mentions: new RegExp(String.raw`(?:from|require\(|import\()\s*${NODE_MODULE}`),
    calls: (text) => {
      const modules = names(text, [
        new RegExp(
          String.raw`\b(?:const|let|var)\s+(\w+)\s*=\s*(?:await\s+)?(?:require|import)\(\s*${NODE_MODULE}`,
          'g',
        ),
        new RegExp(String.raw`\bimport\s+(?:\*\s*as\s+)?(\w+)\s*(?:,[^;]*)?from\s*${NODE_MODULE}`, 'g'),
      ]);
      const own = names(text, [
        new RegExp(String.raw`\b(?:${NODE_CALLS})(?:\s+as\s+|\s*:\s*)(\w+)`, 'g'),
        new RegExp(String.raw`\b(\w+)\s*=\s*[\w.]*promisify\([^;\n]{0,80}?\b(?:${NODE_CALLS})\b`, 'g'),
        new RegExp(String.raw`\b(\w+)\s*=\s*(?:\w+|require\([^)\n]*\))\.(?:${NODE_CALLS})\b(?!\()`, 'g'),
      ]);
      const module = [String.raw`require\(\s*${NODE_MODULE}\s*\)`, ...modules].join('|');
      return calls(
        [NODE_CALLS, ...modules, ...own, String.raw`(?:${module})\.(?:${NODE_CALLS})`],
        String.raw`(?<![\w$.])\$${'`'}([^${'`'}]*)`,
      );
    },
  },
  python: {
    files: /\.py$/,
    mentions:
      /\b(?:subprocess|pexpect|os\.system|os\.popen|os\.exec\w+|os\.spawn\w+)\b|\bfrom\s+os\s+import\s[^\n]*\b(?:system|popen)\b/,
    calls: (text) => {
      const modules = names(text, [/\bimport\s+subprocess\s+as\s+(\w+)/g]);
      const imported = [...text.matchAll(/\bfrom\s+(?:subprocess|os|pexpect)\s+import\s+(?:\(([^)]*)\)|([^\n]*))/g)]
        .map((match) => match[1] ?? match[2]!)
        .join(',');
      const own = names(imported, [
        new RegExp(String.raw`\b(?:${PYTHON_RUN}|system|popen|spawn)\s+as\s+(\w+)`, 'g'),
        new RegExp(String.raw`\b(${PYTHON_RUN}|system|popen|spawn)\b`, 'g'),
      ]);
      return calls([
        ...own,
        String.raw`(?:${['subprocess', ...modules].join('|')})\.(?:${PYTHON_RUN})`,
        String.raw`(?:asyncio\.)?create_subprocess_(?:exec|shell)`,
        String.raw`os\.(?:system|popen|exec\w+|spawn\w+)`,
        String.raw`pexpect\.(?:spawn|run)`,
      ]);
    },
  },
  ruby: {
    files: /\.(?:rb|rake)$/,
    mentions: /\b(?:system|exec|spawn|Open3|IO\.popen)\b|%x[({[]|`/,
    calls: () =>
      /(?:^|[\s(=])(?:system|exec|spawn|IO\.popen|Open3\.\w+)[ (]\s*\[?(?:(?:'([^'\n]*)|"([^"\n]*)))?|(?:^|[=({])[ \t]*(?:`|%x[({[])([^`\n]*)/gm,
  },
};

/** What the first group of each pattern names in a text. */
function names(text: string, patterns: readonly RegExp[]): readonly string[] {
  return [...new Set(patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]!)))];
}

/** Calls of functions, and such functions handed to others, with the literal that comes first. */
function calls(functions: readonly string[], more?: string): RegExp {
  const literal = String.raw`[fr]?(?:'([^'\n]*)|"([^"\n]*)|${'`'}([^${'`'}]*))`;
  const called = String.raw`(?<![\w$.])(?:${functions.join('|')})\(\s*\[?\s*(?:${literal})?`;
  const handed = String.raw`(?<=\(|,\s)(?:subprocess|child_process)\.(?:${PYTHON_RUN}|${NODE_CALLS})\s*,\s*\[?\s*(?:${literal})?`;
  return new RegExp([called, handed, ...(more === undefined ? [] : [more])].join('|'), 'g');
}
