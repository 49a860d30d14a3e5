import { hasFile } from '../../../src/project/context.js';
import type { NodeManager, NodeProject } from '../../../src/project/manifests/node.js';
import { prismaFills } from './prisma.js';
import { folderBy, has, imageOf, inside, isBelow, joinPath, listed, strangeOption, unreadable } from './shared.js';
import type { Answer, Question } from './types.js';

/** Git hooks set up by these fail where the repository is missing; with `.git` in the context they had one. */
const NEEDS_REPOSITORY = /\b(?:lefthook|simple-git-hooks)\b/;

/** Files that postinstall scripts of well-known packages look for in the project. */
const CONFIGURATIONS: readonly (readonly [RegExp, RegExp])[] = [
  [/^puppeteer$/, /^(?:\.puppeteerrc(?:\.(?:c?js|json|ya?ml))?|puppeteer\.config\.(?:js|cjs|mjs|ts))$/],
  [/^@sentry\/cli$/, /^\.sentryclirc$/],
];

/** What an install reads that follows package.json and a lockfile: of npm, yarn, pnpm or bun. */
export function nodeInstall(question: Question, manager: NodeManager, more: readonly string[] = []): Answer {
  const { invocation, project: facts, cwd } = question;
  const strange = strangeOption(question);
  if (strange !== undefined) return strange;
  // `yarn workspaces focus` is given names of workspaces.
  if (invocation.operands.length > 0 && invocation.subcommand !== 'workspaces focus')
    return `${manager} ${invocation.subcommand} ${invocation.operands[0]!.text} changes package.json`;
  const own = folderBy(question, ['package.json']);
  if (own === undefined) return `no package.json is copied from the build context to ${cwd}`;
  const above = facts.at.node(own, manager)?.workspaceRoot;
  const aboveAt = above === undefined ? undefined : upwards(cwd, own, above);
  // A member that is copied without its workspace is a package of its own.
  const inWorkspace =
    above !== undefined &&
    aboveAt !== undefined &&
    question.source(inside(aboveAt, 'package.json')) === joinPath(above, 'package.json');
  const folder = inWorkspace ? above : own;
  const project = facts.at.node(folder, manager);
  if (project === undefined) return `the build context has no ${joinPath(folder, 'package.json')}`;
  const fault = unreadable(project);
  if (fault !== undefined) return fault;
  const local = localReads(question, project);
  if (typeof local === 'string') return local;
  const found = foundBy(question, project);
  const generated = runsScripts(question, project) ? prismaFills(question, [...local, ...found]) : [];
  if (typeof generated === 'string') return generated;
  const paths = [...project.manifests, ...local, ...found];
  const packages = [
    folder,
    ...project.workspaces,
    ...local.filter((path) => hasFile(facts.context, joinPath(path, 'package.json'))),
  ];
  const start = { folder, cwd: inWorkspace ? aboveAt : cwd };
  const fills = [
    ...packages.map((at) => joinPath(at, 'node_modules')),
    ...more.map((name) => joinPath(folder, name)),
    ...generated,
    ...(runsScripts(question, project) ? local.flatMap((at) => builtIn(question, at, manager)) : []),
  ];
  return {
    manager,
    ...start,
    paths,
    fills: fills.map((path) => imageOf(start, path)),
    evidence: `${manager} reads ${listed(project.manifests)}`,
  };
}

/** The folder of the image that stands for a folder of the context above the one that stands in `cwd`. */
function upwards(cwd: string, from: string, to: string): string | undefined {
  const rest = to === '' ? from : from.slice(to.length + 1);
  return cwd.endsWith(`/${rest}`) ? cwd.slice(0, -rest.length - 1) || '/' : undefined;
}

/** Folders of a local package that its own scripts fill at install, as what it offers tells: `dist` of `dist/index.js`. */
function builtIn({ project: { at, context } }: Question, folder: string, manager: NodeManager): readonly string[] {
  const local = at.node(folder, manager);
  if (local === undefined || local.lifecycleScripts.every(({ harmless }) => harmless)) return [];
  return [local.main ?? '', ...local.bin.values()]
    .map((file) => joinPath(folder, file.replace(/^\.\//, '')))
    .filter((path) => isBelow(path, folder) && !hasFile(context, path))
    .flatMap((path) => /^[^/]+(?=\/)/.exec(path.slice(folder.length + 1))?.[0] ?? [])
    .map((name) => joinPath(folder, name));
}

function runsScripts(question: Question, { folder }: NodeProject): boolean {
  return (
    !has(question, '--ignore-scripts') &&
    question.invocation.subcommand !== 'fetch' &&
    !/^[ \t]*ignore-scripts\s*=\s*true/m.test(question.project.context.read(joinPath(folder, '.npmrc')) ?? '')
  );
}

/** Source that the install itself reads, or why that is too much. */
function localReads(question: Question, project: NodeProject): readonly string[] | string {
  const noScripts = !runsScripts(question, project);
  const paths: string[] = [];
  for (const { path, why } of project.readsSource) {
    const script = /^script "/.test(why);
    if (noScripts && (script || /^binding\.gyp/.test(why))) continue;
    const prisma = /Prisma/.test(why);
    if (isBelow(project.folder, path) || (script && !prisma)) return `${joinPath(path, 'package.json')}: ${why}`;
    paths.push(path);
  }
  if (noScripts) return paths;
  const hooks = project.lifecycleScripts.find(({ command }) => NEEDS_REPOSITORY.test(command));
  if (hooks !== undefined && !question.ignored(joinPath(project.folder, '.git')))
    return `script "${hooks.name}" sets up git hooks, and .git is in the build context`;
  return paths;
}

/** Files that packages read when they are installed, beyond the manifests. */
function foundBy(question: Question, project: NodeProject): readonly string[] {
  const { context } = question.project;
  const folders = [project.folder, ...project.workspaces];
  const asked = new Set<string>();
  for (const folder of folders) {
    const at = question.project.at.node(folder, project.manager);
    for (const list of [at?.dependencies, at?.devDependencies, at?.optionalDependencies])
      for (const name of list?.keys() ?? []) asked.add(name);
  }
  const found: string[] = [];
  // A member's program is linked only where it is there at install.
  for (const folder of project.workspaces)
    for (const file of question.project.at.node(folder, project.manager)?.bin.values() ?? [])
      found.push(joinPath(folder, file.replace(/^\.\//, '')));
  // The client generates itself at install where it finds a schema.
  if (asked.has('@prisma/client')) {
    for (const folder of folders) {
      const text = context.read(joinPath(folder, 'package.json')) ?? '';
      const named = /"prisma"\s*:\s*\{[^{}]*"schema"\s*:\s*"([^"]+)"/.exec(text)?.[1];
      const places = [
        'prisma',
        'schema.prisma',
        'prisma.config.ts',
        ...(named === undefined ? [] : [named.replace(/^\.\//, '')]),
      ];
      for (const place of places) found.push(joinPath(folder, place));
    }
  }
  for (const [name, files] of CONFIGURATIONS) {
    if (![...asked].some((one) => name.test(one))) continue;
    for (const path of context.paths) {
      const below = project.folder === '' ? path : path.slice(project.folder.length + 1);
      if (isBelow(path, project.folder) && files.test(below)) found.push(path);
    }
  }
  return found.filter((path) => context.paths.some((file) => isBelow(file, path)));
}
