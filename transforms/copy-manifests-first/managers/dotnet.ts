import { folderOf, foldersAbove } from '../../../src/project/paths.js';
import {
  folderBy,
  has,
  imageOf,
  imagePath,
  inside,
  joinPath,
  listed,
  optionTexts,
  readsNothing,
  strangeOption,
  unreadable,
  valueOfOption,
} from './shared.js';
import type { Manager, Needs, Question } from './types.js';

const PROJECT = /\.(?:csproj|fsproj|vbproj|sln|slnx)$/;
const KEPT = /^(?:-r|--runtime|-a|--arch|--os|--configfile|-s|--source|--packages)$/;

/** .NET: learn.microsoft.com/dotnet/core/tools/dotnet-restore. */
export const dotnet: Manager = {
  tools: /^dotnet$/,
  install: (question) => {
    const { subcommand } = question.invocation;
    if (subcommand === 'tool restore') return tools(question);
    if (subcommand === 'tool install') return namedTool(question);
    if (subcommand !== 'restore') return undefined;
    return projects(question) ?? `no project or solution is copied from the build context to ${question.cwd}`;
  },
  download: (question) => {
    const { subcommand, args } = question.invocation;
    if (!/^(?:build|publish|pack|test)$/.test(subcommand) || has(question, '--no-restore', '--no-build'))
      return undefined;
    const needs = projects(question);
    if (needs === undefined || typeof needs === 'string') return needs;
    const options = optionTexts(question, KEPT);
    if (options === undefined) return 'an option of dotnet is computed';
    const properties = args.filter(({ text }) => /^[-/]p:/.test(text)).map(({ text }) => text);
    const operands = question.invocation.operands.filter(({ text }) => !/^[-/]p:/.test(text)).map(({ text }) => text);
    return {
      ...needs,
      directory: question.place.cwd ?? question.cwd,
      command: ['dotnet restore', ...operands, ...options, ...properties].join(' '),
      tool: /^dotnet$/,
      done: /\bdotnet (?:restore|build|publish|test|pack)\b/,
      mounted: /nuget/i,
    };
  },
};

/** Project files, those that they refer to, and what MSBuild and NuGet look for above them. */
function projects(question: Question): Needs | string | undefined {
  const { invocation, cwd, project, source } = question;
  const odd = invocation.options.find(({ known, word }) => !known && !/^[-/]p:/.test(word.text));
  if (odd !== undefined && invocation.subcommand === 'restore') return `dotnet ${odd.name} is not known`;
  const operands = invocation.operands.filter(({ text }) => !/^[-/]p:/.test(text));
  if (operands.length > 1) return 'dotnet is given several projects';
  const named = operands[0];
  if (named !== undefined && named.value === undefined)
    return `dotnet ${invocation.subcommand} works on what a variable names`;
  const target = named === undefined ? cwd : imagePath(question, named.value!);
  if (target === undefined) return undefined;
  const at = PROJECT.test(target) ? folderOf(target) || '/' : target;
  const folder = PROJECT.test(target) ? contextFolder(source(target)) : folderWithProject(question, at);
  const facts = folder === undefined ? undefined : project.at.dotnet(folder);
  if (folder === undefined || facts === undefined) return undefined;
  const fault = unreadable(facts);
  if (fault !== undefined) return fault;
  const paths = [
    ...facts.manifests,
    ...facts.readsSource.filter(({ why }) => /package source/.test(why)).map(({ path }) => path),
  ];
  return {
    manager: '.NET',
    folder,
    cwd: at,
    paths,
    fills: [
      ...new Set(facts.assemblies.map(({ path }) => imageOf({ folder, cwd: at }, joinPath(folderOf(path), 'obj')))),
    ],
    evidence: `dotnet restore reads ${listed(facts.manifests)}`,
  };
}

function contextFolder(path: string | undefined): string | undefined {
  return path === undefined ? undefined : folderOf(path);
}

function folderWithProject(question: Question, at: string): string | undefined {
  const names = new Set(
    question.project.context.paths
      .filter((path) => PROJECT.test(path))
      .map((path) => path.slice(path.lastIndexOf('/') + 1)),
  );
  return folderBy({ ...question, cwd: at }, [...names]);
}

/** What NuGet and the SDK look for from the working directory upwards. */
const SETTINGS = ['nuget.config', 'NuGet.config', 'NuGet.Config', 'global.json'];

/** `dotnet tool install --tool-path`: of the project only settings (learn.microsoft.com/dotnet/core/tools/dotnet-tool-install). */
function namedTool(question: Question): Needs | string | undefined {
  const { invocation, cwd, source } = question;
  const option = invocation.options.find(({ name }) => name === '--tool-path');
  const value = option === undefined ? undefined : valueOfOption(option, question);
  const ownFolder = value === undefined ? undefined : imagePath(question, value);
  if (ownFolder === undefined) return undefined;
  const strange = strangeOption(question);
  if (strange !== undefined) return strange;
  if (invocation.operands.some((word) => word.value === undefined)) return 'dotnet installs what a variable names';
  const local = invocation.options.find(
    (one) =>
      /^(?:--add-source|--source|--configfile)$/.test(one.name) && !/^https?:/.test(valueOfOption(one, question) ?? ''),
  );
  if (local !== undefined) return `dotnet tool install reads what ${local.name} names`;
  const folders = [...foldersAbove(cwd.slice(1)).map((folder) => `/${folder}`), cwd];
  return {
    ...readsNothing(question, '.NET'),
    images: [...new Set(folders)].flatMap((folder) => SETTINGS.map((name) => inside(folder, name))).filter(source),
    ownFolder,
    evidence: `dotnet tool install reads nothing of the project but settings of NuGet`,
  };
}

/** `dotnet tool restore`: the tool manifest and NuGet's settings. */
function tools(question: Question): Needs | string {
  const folder = folderBy(question, ['.config/dotnet-tools.json', 'dotnet-tools.json']);
  if (folder === undefined) return `no dotnet-tools.json is copied from the build context to ${question.cwd}`;
  const names = ['.config/dotnet-tools.json', 'dotnet-tools.json', ...SETTINGS];
  const root = folder.endsWith('.config') ? folderOf(folder) : folder;
  const paths = names
    .map((name) => joinPath(root, name))
    .filter((path) => question.project.context.paths.includes(path));
  return {
    manager: '.NET',
    folder: root,
    cwd: question.cwd,
    paths,
    fills: [],
    evidence: `dotnet tool restore reads ${listed(paths)}`,
  };
}
