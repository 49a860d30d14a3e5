import { argumentText } from '../../../src/dockerfile/index.js';
import { type Facts, joinPath } from '../../../src/facts/index.js';
import type { ProjectFacts } from '../../../src/project/project.js';
import { removeWords } from '../../../src/shell/remove.js';
import { isOfSystem } from '../later.js';
import type { Answer, Manager, Site } from '../types.js';
import { withFlag } from './composer.js';
import { otherCommands } from './elsewhere.js';
import { folderOf, under } from './manifest.js';
import { developmentNames, namedSomewhere } from './python-names.js';

const PYTHON =
  /^(?:python[\d.]*|pypy3?|pytest|tox|nox|mypy|ruff|black|flake8|isort|coverage|pre-commit|alembic|flask|django-admin)$/;

interface Kind {
  readonly tool: string;
  readonly subcommand: RegExp;
  readonly manifest: 'pyproject.toml' | 'Pipfile';
  /** Flags that say which groups are installed. */
  readonly asked: RegExp;
  readonly variable: string;
  edit(site: Site): Pick<Answer, 'edits' | 'by'> | string;
}

const kinds: readonly Kind[] = [
  {
    tool: 'poetry',
    subcommand: /^install$/,
    manifest: 'pyproject.toml',
    asked: /^(?:-C|-P|--directory|--project|--(?:only|with|without|no-dev|dev-only|only-root|all-groups))(?:=.*)?$/,
    variable: 'POETRY_WITHOUT',
    edit: (site) => {
      const version = poetryVersion(site.facts);
      if (version === undefined) return 'which version of Poetry installs is not known';
      return withFlag(site, version < 102 ? '--no-dev' : '--only main');
    },
  },
  {
    tool: 'uv',
    subcommand: /^sync$/,
    manifest: 'pyproject.toml',
    asked:
      /^--(?:directory|project|no-dev|only-dev|dev|group|only-group|no-group|all-groups|no-default-groups)(?:=.*)?$/,
    variable: 'UV_NO_DEV',
    edit: (site) => withFlag(site, '--no-dev'),
  },
  {
    tool: 'pipenv',
    subcommand: /^(?:install|sync)$/,
    manifest: 'Pipfile',
    asked: /^--categories(?:=.*)?$/,
    variable: 'PIPENV_DEV',
    edit: ({ facts, use }) => {
      const word = use.invocation.options.find(({ name }) => name === '--dev' || name === '-d')!.word;
      return { edits: removeWords(facts.file, use.script!, [word]), by: `without ${word.text}` };
    },
  },
];

/** Poetry, uv and pipenv. */
export const python: Manager = {
  name: 'python',
  installs: (run, { invocation: { tool, subcommand, args, operands, options }, place }) => {
    const kind = kinds.find((one) => one.tool === tool && one.subcommand.test(subcommand));
    if (kind === undefined || operands.some(({ value }) => value !== subcommand)) return false;
    if (
      args.some(({ text }) => kind.asked.test(text)) ||
      run.state.env.has(kind.variable) ||
      place.lookup(kind.variable) !== undefined
    )
      return false;
    return tool !== 'pipenv' || options.some(({ name }) => name === '--dev' || name === '-d');
  },
  needs: (use) => {
    const { tool, subcommand, operands } = use.invocation;
    if (/^(?:poetry|uv|pipenv)$/.test(tool ?? ''))
      return /^(?:run|shell|tool|build|export)/.test(subcommand || (operands[0]?.value ?? ''));
    return PYTHON.test(tool ?? '') || !isOfSystem(use);
  },
  answer: (site) => {
    const { project, facts, use } = site;
    if (project === undefined) return 'without the project it is not known what the program loads';
    const kind = kinds.find(({ tool }) => tool === use.invocation.tool)!;
    const of = folderOf(site, kind.manifest);
    const text = of === undefined ? undefined : project.context.read(under(of, kind.manifest));
    if (text === undefined) return `the ${kind.manifest} that is installed from is not known`;
    if (!project.complete) return 'the project is too large to be read in full';
    const names = developmentNames(text);
    if (names.length === 0) return undefined;
    const commands = facts.file.stages
      .flatMap(({ instructions }) => instructions)
      .filter(({ keyword }) => /^(?:CMD|ENTRYPOINT|HEALTHCHECK)$/.test(keyword));
    const again = commands.find((one) => /\buv["',\s]+run\b(?!.*--no-(?:dev|sync))/.test(argumentText(one)));
    if (again !== undefined)
      return `${again.keyword} at line ${again.lines.first} runs uv, which installs again when the container starts`;
    const named = namedSomewhere(project.context, names, [
      ...commands.map(argumentText),
      ...otherCommands(project.context).map((other) => other.text),
    ]);
    if (named !== undefined) return named;
    const edit = kind.edit(site);
    if (typeof edit === 'string') return edit;
    return {
      ...edit,
      announces: [
        {
          kind: 'packages',
          effect: 'removed',
          manager: 'pip',
          names,
          project: { folders: foldersOf(site), kept: keptOf(project, of!, names) },
        },
      ],
      fact: 'no command, script or source of the project names a package for development',
    };
  },
};

/** Where packages may be installed: a virtual environment, or the Python of the image. */
function foldersOf({ folder, run, facts }: Site): readonly string[] {
  const home = run.state.env.get('VIRTUAL_ENV')?.value ?? run.state.env.get('UV_PROJECT_ENVIRONMENT')?.value;
  const version = /(?:^|\/)python:(\d+\.\d+)/.exec(facts.rootImage(run.stage) ?? '')?.[1];
  return [
    home ?? joinPath(folder, '.venv'),
    '/root/.cache/pypoetry',
    ...(version === undefined ? [] : [`/usr/local/lib/python${version}/site-packages`]),
  ];
}

function keptOf(project: ProjectFacts, folder: string, names: readonly string[]): readonly string[] {
  const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');
  const going = new Set(names.map(normal));
  return [...(project.at.python(folder)?.dependencies ?? [])].filter((name) => !going.has(normal(name))).sort();
}

/** 102 for Poetry 1.2; the newest where nothing names one, undefined where a variable does. */
function poetryVersion(facts: Facts): number | undefined {
  const texts = facts.file.instructions.map(argumentText).join('\n');
  const named =
    /\bpoetry(?:-core)?(?:\[[^\]]*\])?(?:==|~=|@)"?'?(\S+)/.exec(texts)?.[1] ??
    /\bPOETRY_VERSION[= ]"?'?([\d.]+)/.exec(texts)?.[1] ??
    /--version[= ](\d+\.\d+\S*)/.exec(/install\.python-poetry[^\n]*/.exec(texts)?.[0] ?? '')?.[1];
  const known = named?.includes('$') === true ? /\bPOETRY_VERSION[= ]"?'?([\d.]+)/.exec(texts)?.[1] : named;
  if (named !== undefined && known === undefined) return undefined;
  if (known === undefined) return 999;
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(known) ?? [];
  return major === undefined ? undefined : Number(major) * 100 + Number(minor);
}
