import { folderOf } from '../../../src/project/paths.js';
import { certainValue, isWithin, variable } from '../../../src/facts/index.js';
import { valueOf } from '../../../src/shell/index.js';
import { imagePath, inside, listed, readsNothing, strangeOption, unreadable, valueOfOption } from './shared.js';
import type { Answer, Manager, Question } from './types.js';

const FILES = /^(?:-r|--requirements?|-c|--constraints?|--build-constraints?|--overrides?|--excludes?)$/;
const URL = /^[\w.+-]+:\/\//;
/** Settings that name files to read … */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  pip: ['PIP_REQUIREMENT', 'PIP_CONSTRAINT', 'PIP_BUILD_CONSTRAINT'],
  'uv pip': ['UV_CONSTRAINT', 'UV_OVERRIDE', 'UV_BUILD_CONSTRAINT'],
};
/** … and others that change what is installed, or where. */
const VARIABLES = ['PIP_EDITABLE', 'PIP_TARGET'];
/** Where the system's own Python installs: no virtual environment. */
const SYSTEM = /^(?:\/usr(?:\/local)?)?$/;

/** pip: pip.pypa.io/en/stable/cli/pip_install. */
export const pip: Manager = {
  tools: /^pip[\d.]*$/,
  install: (question) =>
    /^(?:install|download|wheel)$/.test(question.invocation.subcommand)
      ? requirementsInstall(question, question.invocation.tool!)
      : undefined,
};

/** What `pip install` and its like read: requirements files, with all that these include. */
export function requirementsInstall(question: Question, tool: string): Answer {
  const { invocation, place, state, project, source, cwd } = question;
  const strange = strangeOption(question);
  if (strange !== undefined) return strange;
  const elsewhere = VARIABLES.find((name) => state.env.has(name) && certainValue(state, name) !== '');
  if (elsewhere !== undefined) return `${tool} reads what ${elsewhere} names`;
  const files: string[] = [];
  for (const name of LISTS[tool === 'uv pip' ? tool : 'pip']!) {
    const inline = invocation.environment.find(([set]) => set === name)?.[1];
    const isSet = inline !== undefined || variable(state, name) !== undefined;
    const value = inline === undefined ? certainValue(state, name) : valueOf(inline, place.lookup);
    if (isSet && value === undefined) return `${tool} reads what ${name} names`;
    files.push(...(value ?? '').split(/\s+/).filter((word) => word !== '' && !URL.test(word)));
  }
  for (const option of invocation.options) {
    const value = valueOfOption(option, question);
    if (/^(?:-e|--editable)$/.test(option.name)) {
      if (!/^[\w.+-]*\w:\/\//.test(value ?? ''))
        return `${tool} install ${option.name} builds the project from its source`;
    } else if (
      /^(?:-f|--find-links|-t|--target|--prefix|--root|--src|-d|--dest|-w|--wheel-dir|--config-file)$/.test(option.name)
    ) {
      if (URL.test(value ?? '')) continue;
      const path = value === undefined ? undefined : imagePath(question, value);
      if (path !== undefined && /^(?:-f|--find-links)$/.test(option.name) && !isWithin(cwd, path)) continue;
      if (value === undefined || path === undefined || question.isCopied(path))
        return `${tool} ${option.name} names ${value ?? 'what a variable says'}`;
    } else if (option.name === '--group') {
      if (value === undefined) return `${tool} reads a group that a variable names`;
      files.push(value.includes(':') ? value.slice(0, value.lastIndexOf(':')) : 'pyproject.toml');
    } else if ((FILES.test(option.name) || (tool === 'uv pip' && option.name === '-b')) && !URL.test(value ?? '')) {
      if (value === undefined) return `${tool} reads a file that a variable names`;
      files.push(value);
    }
  }
  for (const word of invocation.operands) {
    const value = valueOf(word, place.lookup);
    if (invocation.subcommand === 'pip sync') files.push(value ?? word.text);
    else if (value === undefined) {
      if (!/^[\w.-]+(?:\[[\w,.-]*\])?[=~<>!]=/.test(word.text.replace(/^["']/, '')))
        return `${tool} installs what ${word.text} stands for`;
    } else if (/^[.~/]|\.(?:whl|zip|tar\.gz|tar\.bz2|tgz)$/.test(value) && !URL.test(value))
      return `${tool} install ${word.text} builds from the source`;
  }
  if (files.length === 0) return readsNothing(question, tool);
  const paths: string[] = [];
  for (const file of files) {
    const path = imagePath(question, file);
    const from = path === undefined ? undefined : source(path);
    if (from === undefined) return `${file} is not copied from the build context`;
    paths.push(from);
  }
  const start = base(question, imagePath(question, files[0]!)!, paths[0]!);
  const facts = project.at.requirements(
    start.folder,
    paths.filter((path) => !path.endsWith('.toml')),
  );
  const fault = unreadable(facts);
  if (fault !== undefined) return fault;
  const local = facts.readsSource.find(({ path }) => !facts.manifests.includes(path));
  if (local !== undefined) return `${listed(paths)}: ${local.why} (${local.path || '.'})`;
  return {
    manager: tool,
    ...start,
    paths: facts.manifests.filter((path) => !paths.includes(path)),
    images: [
      ...files.map((file) => imagePath(question, file)!),
      ...(tool === 'uv pip' ? ['pyproject.toml', 'uv.toml', '.python-version'] : [])
        .map((name) => inside(cwd, name))
        .filter((path) => source(path) !== undefined),
    ],
    fills: environments(question),
    evidence: `${tool} reads ${listed([...new Set([...paths, ...facts.manifests])])}`,
  };
}

/** The pair of folders, in the image and in the context, from which the files count: pip's own where the first lies below it. */
function base({ cwd }: Question, path: string, from: string): { readonly cwd: string; readonly folder: string } {
  const rest = isWithin(path, cwd) ? path.slice(cwd === '/' ? 1 : cwd.length + 1) : undefined;
  if (rest !== undefined && from === rest) return { cwd, folder: '' };
  if (rest !== undefined && from.endsWith(`/${rest}`)) return { cwd, folder: from.slice(0, -rest.length - 1) };
  return { cwd: folderOf(path) || '/', folder: folderOf(from) };
}

/** Virtual environments that the install may write to. */
function environments({ invocation, state, place }: Question): readonly string[] {
  const program = invocation.command.words.find(({ value }) => value?.includes('/bin/') === true)?.value;
  const bins = [
    ...(certainValue(state, 'PATH') ?? '').split(':'),
    `${certainValue(state, 'VIRTUAL_ENV') ?? ''}/bin`,
    program === undefined
      ? ''
      : folderOf(program.startsWith('/') ? program : inside(place.cwd ?? '/', program.replace(/^\.\//, ''))),
  ];
  const roots = bins.filter((path) => path.endsWith('/bin')).map((path) => path.slice(0, -'/bin'.length));
  return [...new Set(roots.filter((path) => !SYSTEM.test(path)))];
}
