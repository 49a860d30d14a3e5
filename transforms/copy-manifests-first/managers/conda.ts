import { folderOf, joinPath } from '../../../src/project/paths.js';
import { imagePath, inside, listed, strangeOption, unreadable, valueOfOption } from './shared.js';
import type { Answer, Manager, Question } from './types.js';

const INSTALLS = /^(?:install|create|update|upgrade|env (?:create|update))$/;
/** What pip is told among the packages of an environment: a list, or a package of its own. */
const LIST = /^(?:-r|--requirement|-c|--constraint)[ =]\s*(\S+)$/;
const REMOTE = /^--(?:extra-index-url|index-url|pre|trusted-host|no-binary|only-binary|prefer-binary)\b/;
const LOCAL = /^(?:(?:-e|--editable)\b|\.{0,2}\/|\.$|file:)|\.(?:whl|zip|tar\.gz|tar\.bz2|conda)$|@\s*file:/;

/** conda: docs.conda.io, commands/env and user-guide/tasks/manage-environments. */
export const conda: Manager = {
  tools: /^(?:conda|mamba|micromamba)$/,
  install: (question) => (INSTALLS.test(question.invocation.subcommand) ? environment(question) : undefined),
};

function environment(question: Question): Answer {
  const { invocation, project, source, cwd } = question;
  const strange = strangeOption(question);
  if (strange !== undefined) return strange;
  const files: string[] = [];
  for (const option of invocation.options) {
    if (!/^(?:-f|--file|-p|--prefix)$/.test(option.name)) continue;
    const value = valueOfOption(option, question);
    const path = value === undefined ? undefined : imagePath(question, value);
    if (path === undefined) return 'conda reads a file that a variable names';
    if (/^(?:-p|--prefix)$/.test(option.name)) {
      if (question.isCopied(path)) return `conda ${option.name} names ${value!}`;
    } else if (!/^https?:/.test(value!)) files.push(path);
  }
  if (files.length === 0 && /^env /.test(invocation.subcommand)) files.push(inside(cwd, 'environment.yml'));
  const [first] = files;
  if (first === undefined) return undefined;
  const read: string[] = [];
  for (const file of files) {
    const from = source(file);
    if (from === undefined) return `${file} is not copied from the build context`;
    const lists = listsOf(project.context.read(from) ?? '- .', from);
    if (typeof lists === 'string') return lists;
    const facts = project.at.requirements(folderOf(from), lists);
    const fault = unreadable(facts);
    if (fault !== undefined) return fault;
    const local = facts.readsSource.find(({ path }) => !facts.manifests.includes(path));
    if (local !== undefined) return `${listed(lists)}: ${local.why} (${local.path || '.'})`;
    read.push(from, ...facts.manifests);
  }
  return {
    manager: 'conda',
    folder: folderOf(source(first)!),
    cwd: folderOf(first) || '/',
    paths: read.filter((path) => path !== source(first)),
    images: files,
    fills: [],
    evidence: `conda reads ${listed(read)}`,
  };
}

/** The lists of pip that an environment names; a reason where it names a package of the project. */
function listsOf(text: string, path: string): readonly string[] | string {
  const lists: string[] = [];
  for (const line of text.split('\n')) {
    const item = /^\s*-\s+(\S.*)$/
      .exec(line.replace(/\s#.*$/, ''))?.[1]
      ?.trim()
      .replace(/^(["'])(.*)\1$/, '$2');
    if (item === undefined) continue;
    const list = LIST.exec(item)?.[1];
    if (list !== undefined) lists.push(joinPath(folderOf(path), list.replace(/^\.\//, '')));
    else if (LOCAL.test(item) || (item.startsWith('-') && !REMOTE.test(item)))
      return `${path} installs ${item} from the source`;
  }
  return lists;
}
