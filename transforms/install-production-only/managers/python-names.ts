import type { ContextFiles } from '../../../src/project/context.js';

/** Tables of a manifest that hold packages for development only. */
const TABLE =
  /^\[(?:tool\.poetry\.(?:group\.[\w-]+\.dependencies|dev-dependencies)|tool\.uv\.dev-dependencies|dev-packages)\]\s*$/;
const OUTSIDE =
  /(?:^|\/)(?:tests?|testing|docs?|\.github|\.venv|venv|node_modules|benchmarks?)\/|(?:^|\/)(?:conftest|noxfile|test_\w+|\w+_test|tasks|fabfile)\.py$|(?:^|\/)(?:pyproject\.toml|Pipfile(?:\.lock)?|[\w.-]*requirements[\w.-]*\.txt|(?:poetry|uv)\.lock|setup\.cfg|tox\.ini|\.[\w.-]+)$/;

/** The packages that a pyproject.toml or Pipfile asks for in groups of development: all groups but the main one. */
export function developmentNames(manifest: string): readonly string[] {
  const names = new Set<string>();
  let kind: 'keys' | 'lists' | undefined;
  for (const line of manifest.split(/\r?\n/)) {
    if (/^\s*\[/.test(line) && !/^\s*\[\s*$/.test(line) && /^\[[\w.-]+\]\s*$/.test(line.trim())) {
      kind = TABLE.test(line.trim()) ? 'keys' : line.trim() === '[dependency-groups]' ? 'lists' : undefined;
      continue;
    }
    if (kind === 'keys') {
      const name = /^\s*"?([A-Za-z][\w.-]*)"?\s*=/.exec(line)?.[1];
      if (name !== undefined && name !== 'python') names.add(name.toLowerCase());
    }
    if (kind === 'lists')
      for (const [, name] of line.matchAll(/["']([A-Za-z][\w.-]*)/g)) names.add(name!.toLowerCase());
  }
  const main = mainNames(manifest);
  return [...names].filter((name) => !main.has(name));
}

function mainNames(manifest: string): ReadonlySet<string> {
  const found = new Set<string>();
  const list = /^\[project\][\s\S]*?^dependencies\s*=\s*\[([\s\S]*?)^\]/m.exec(manifest)?.[1] ?? '';
  for (const [, name] of list.matchAll(/["']([A-Za-z][\w.-]*)/g)) found.add(name!.toLowerCase());
  const table =
    /^\[(?:tool\.poetry\.dependencies|packages)\][^\S\n]*\n([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(manifest)?.[1] ?? '';
  for (const [, name] of table.matchAll(/^[ \t]*"?([A-Za-z][\w.-]*)"?\s*=/gm)) found.add(name!.toLowerCase());
  return found;
}

/** A source, script or command that names a package, by its own name or by that of its module. */
export function namedSomewhere(
  context: ContextFiles,
  packages: readonly string[],
  commands: readonly string[],
): string | undefined {
  const words = new Map(packages.flatMap((name) => modulesOf(name).map((word) => [word, name] as const)));
  const pattern = new RegExp(
    `(?<![\\w.-])(?:${[...words.keys()].map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})(?![\\w-])`,
  );
  for (const command of commands) {
    const found = pattern.exec(command)?.[0];
    if (found !== undefined) return `${words.get(found)!} is for development and starts in the container`;
  }
  for (const path of context.paths) {
    if (
      !/\.(?:py|sh|toml|ini|cfg|conf|ya?ml)$|(?:^|\/)(?:entrypoint|start|run|Procfile)[\w.-]*$/.test(path) ||
      OUTSIDE.test(path)
    )
      continue;
    if (/\.ya?ml$/.test(path) && !/compose/.test(path)) continue;
    const text = context.read(path);
    if (text === undefined) continue;
    const code = path.endsWith('.py') ? importsAndLiterals(text) : text;
    const found = pattern.exec(code)?.[0];
    if (found !== undefined) return `${path} names ${words.get(found)!}, which is for development`;
  }
  return undefined;
}

/** Modules that have another name than the package that brings them. */
const MODULES: Readonly<Record<string, string>> = {
  attrs: 'attr',
  beautifulsoup4: 'bs4',
  'factory-boy': 'factory',
  gitpython: 'git',
  grpcio: 'grpc',
  ipython: 'IPython',
  mysqlclient: 'MySQLdb',
  'opencv-python': 'cv2',
  pillow: 'PIL',
  'psycopg2-binary': 'psycopg2',
  pycryptodome: 'Crypto',
  pyjwt: 'jwt',
  pyserial: 'serial',
  'python-dateutil': 'dateutil',
  pyyaml: 'yaml',
  'scikit-learn': 'sklearn',
  setuptools: 'pkg_resources',
};

/** How code may name a package: `django-debug-toolbar` is `debug_toolbar`, `pytest-cov` `pytest_cov`. */
function modulesOf(name: string): readonly string[] {
  const under = name.replace(/[-.]/g, '_');
  return [
    ...new Set([
      name,
      MODULES[name] ?? under,
      under,
      under.replace(/^(?:django|flask|python|py)_/, ''),
      under.replace(/_python$/, ''),
    ]),
  ].filter((word) => word.length > 2);
}

/** The lines of a source that import something, and its string literals. */
function importsAndLiterals(text: string): string {
  const imports = [...text.matchAll(/^[ \t]*(?:import|from)\s.*$/gm)].map(([line]) => line);
  const literals = [...text.matchAll(/(["'])([\w.-]{2,80})\1/g)].map((match) => match[2]!);
  return [...imports, ...literals].join('\n');
}
