import { isWithin, joinPath } from '../../../src/facts/index.js';
import { verbatim } from '../../../src/dockerfile/index.js';
import type { NodeProject } from '../../../src/project/manifests/node.js';
import { type Invocation, parseShell, readInvocation } from '../../../src/shell/index.js';
import type { Start } from '../../../src/runtime/index.js';
import { effectOf, pathOf } from '../file-steps.js';
import { DOCUMENT } from './reads.js';
import type { Step, Subject } from '../types.js';
import { type Carried, keptBack, whereThere } from './kept-back.js';

/** What a program that is compiled to a folder of its own ships. */
export interface Output {
  /** Absolute paths: the compiled folder, node_modules, package.json, files that the sources name. */
  readonly paths: readonly string[];
  /** Settings that are left to whoever builds. */
  readonly carried: Carried;
  readonly facts: readonly string[];
}

/** Files that no compiled program reads: sources of a compiler, tests, settings of tools, documents. */
const NO_DATA =
  /\.(?:[cm]?tsx?|map|snap)$|(?:^|\/)(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|tsconfig[\w.-]*\.json|tsconfig[\w.-]*|nest-cli\.json|nodemon\.json|tslint\.json|[dD]ockerfile[^/]*|[^/]*\.[dD]ockerfile|(?:docker-)?compose[^/]*\.ya?ml|LICEN[CS]E[^/]*|[mM]akefile|\.(?:git|docker|npm|eslint|prettier)ignore|\.gitattributes|\.gitkeep|\.editorconfig|\.npmrc|\.nvmrc|\.node-version|\.(?:eslint|prettier|babel|swc|mocha|nyc|release-it|commitlint|lintstaged|huskyr?c?)[^/]*rc[^/]*|\.travis\.yml|\.gitlab-ci\.yml|(?:jest|webpack|rollup|eslint|prettier|babel|tsup|vitest|commitlint|esbuild)[\w.-]*\.config\.[cm]?js(?:on)?|jest[\w.-]*\.json|renovate\.json)$|(?:^|\/)(?:\.git|\.github|\.circleci|\.vscode|\.idea|\.husky|tests?|__tests__|__mocks__|e2e)\//;
/** Settings of tools, which name sources for those tools. */
const OF_TOOLS = /\.config\.[cm]?[jt]s$|^[^/]+$/;
/** Programs that start another one; those that do more, such as migrations, may look for sources and settings. */
const STARTERS = /^(?:cross-env|cross-env-shell|dotenv|env-cmd|wait-on|pm2|pm2-runtime|forever)(?= |$)/;
const ENVIRONMENT = /(?:^|\/)\.env[^/]*$/;

/** Where the stage's build writes, when each of its commands is known and all write below one folder that the context lacks. */
export function compiledOutput(
  subject: Subject,
  project: NodeProject,
  root: string,
  { entries, programs }: Pick<Start, 'entries' | 'programs'>,
  builds: readonly Step[],
): Output | undefined {
  const { files, filesComplete, project: all } = subject;
  if (programs.some((program) => !STARTERS.test(program))) return undefined;
  const [entry, more] = entries;
  if (entry === undefined || more !== undefined || !filesComplete || project.folder !== '' || !isWithin(entry, root))
    return undefined;
  const folder = joinPath(root, entry.slice(root.length + 1).split('/')[0]!);
  if (
    folder === entry ||
    folder === joinPath(root, 'node_modules') ||
    [...files.keys()].some((path) => isWithin(path, folder))
  )
    return undefined;
  if (subject.steps.some((step) => effectOf(step, root) === 'inside' && !writesBelow(step, folder))) return undefined;
  const found = builds.map((step) => followed(step.invocation, project));
  const commands = found.flatMap((some) => some ?? []);
  if (commands.length === 0 || found.includes(undefined)) return undefined;
  for (const command of commands) {
    const written = outputOf(command, subject, project);
    if (written === undefined || !(written === '' || isWithin(joinPath(root, written), folder))) return undefined;
  }
  const context = all!.context;
  const data = [...files].filter(
    ([path, { context: name }]) =>
      isWithin(path, root) && (name === undefined || !(NO_DATA.test(name) || DOCUMENT.test(name))),
  );
  const sources = [...new Set([...files.values()].map(({ context: name }) => name))]
    .filter(
      (name) =>
        name !== undefined &&
        /\.(?:[cm]?[jt]sx?|json)$/.test(name) &&
        !/(?:^|\/)(?:tests?|__tests__|e2e)\/|package-lock\.json$/.test(name),
    )
    .map((name) => ({ name: name!, code: context.read(name!) }));
  if (sources.some(({ code }) => code === undefined)) return undefined;
  // It looks for tsconfig.json, and for what that names.
  if (project.dependencies.has('tsconfig-paths')) return undefined;
  const folders = new Set(data.flatMap(([path]) => parents(path, root)));
  const isDocument = (path: string): boolean => DOCUMENT.test(files.get(path)?.context ?? '');
  const named = new Set<string>();
  const isKeptBack = keptBack(subject);
  const maybe = new Set([joinPath(root, '.env')].filter(isKeptBack));
  for (const { name, code } of sources) {
    for (const [, , literal] of code!.matchAll(/(['"`])([^'"`\n\\]{1,200})\1/g)) {
      const value = literal!.replace(/[*?[{$].*/s, '').replace(/(?<!\/)\/+$/, '');
      if (value === '' || /^\.{1,2}$/.test(value)) continue;
      // Sources that the program itself looks for, by a pattern.
      const globbed = literal!.includes('*') && /\.[cm]?[jt]sx?$/.test(name) && !OF_TOOLS.test(name);
      const looked = joinPath(root, value);
      if (
        globbed &&
        looked !== root &&
        isWithin(looked, root) &&
        [...files.keys()].some((path) => isWithin(path, looked))
      )
        return undefined;
      const places = [root, folder, joinPath(root, name.split('/').slice(0, -1).join('/') || '.')];
      for (const place of places) {
        const path = joinPath(place, value.startsWith('/') ? `.${value}` : value);
        if (isKeptBack(path)) maybe.add(path);
        if (path !== root && (folders.has(path) || data.some(([one]) => one === path) || isDocument(path)))
          named.add(path);
      }
    }
  }
  const roots = [...named].filter((path) => ![...named].some((other) => other !== path && isWithin(path, other)));
  if (
    data.some(([path, { context: name }]) => !ENVIRONMENT.test(name ?? '') && !roots.some((one) => isWithin(path, one)))
  )
    return undefined;
  const environment = data.filter(([, { context: name }]) => ENVIRONMENT.test(name ?? '')).map(([path]) => path);
  const modules =
    project.dependencies.size + project.optionalDependencies.size > 0 ? [joinPath(root, 'node_modules')] : [];
  return {
    paths: [joinPath(root, 'package.json'), ...modules, folder, ...[...new Set([...environment, ...roots])].sort()],
    carried: whereThere(maybe, roots),
    facts: [
      `the build writes ${folder} alone, and ${entry} starts`,
      roots.length === 0
        ? 'beside sources, tests and settings of tools the context has no other file'
        : `the sources name ${roots.join(', ')}`,
    ],
  };
}

/** Whether an ordinary command writes below a folder alone. */
export function writesBelow(step: Step, folder: string): boolean {
  const { tool, operands, command } = step.invocation;
  if (tool === 'rm') return true;
  const written = operands.slice(tool === 'cp' || tool === 'mv' ? -1 : /^ch/.test(tool!) ? 1 : 0);
  return command.redirects.length === 0 && written.every((word) => isWithin(pathOf(step, word) ?? '/', folder));
}

function parents(path: string, root: string): readonly string[] {
  const parts = path
    .slice(root.length + 1)
    .split('/')
    .slice(0, -1);
  return parts.map((_, index) => joinPath(root, parts.slice(0, index + 1).join('/')));
}

/** The commands behind `npm run build`; undefined when one cannot be followed. */
export function followed(invocation: Invocation, project: NodeProject, depth = 0): readonly Invocation[] | undefined {
  const { tool, args } = invocation;
  if (!/^(?:npm|yarn|pnpm)$/.test(tool ?? '')) return [invocation];
  const words = args.map(({ value }) => value ?? '').filter((word) => !word.startsWith('-'));
  const name = /^(?:run|run-script)$/.test(words[0] ?? '') ? words[1] : words[0];
  if (name === undefined || depth > 5 || !project.scripts.has(name) || words.length > 2) return undefined;
  const found: Invocation[] = [];
  for (const key of [`pre${name}`, name, `post${name}`]) {
    const source = project.scripts.get(key);
    const script = source === undefined ? undefined : parseShell(verbatim(source, 0));
    if (script === undefined) continue;
    if (typeof script === 'string') return undefined;
    for (const command of script.commands) {
      if (command.redirects.length > 0) return undefined;
      const inner = followed(readInvocation(command), project, depth + 1);
      if (inner === undefined) return undefined;
      found.push(...inner);
    }
  }
  return found;
}

/** The folder or file that a command writes, relative to the project; empty for none, undefined when not known. */
function outputOf({ tool, args }: Invocation, { project }: Subject, node: NodeProject): string | undefined {
  const words = args.map(({ value }) => value ?? '\0');
  const named = (...names: readonly string[]): string | undefined => {
    for (const [i, word] of words.entries()) {
      const name = names.find((one) => word === one || word.startsWith(`${one}=`));
      if (name !== undefined) return word === name ? words[i + 1] : word.slice(name.length + 1);
    }
    return undefined;
  };
  const name = /^(?:npx|pnpx)$/.test(tool ?? '') ? words.shift() : tool;
  switch (name) {
    case 'rimraf':
    case 'eslint':
    case 'prettier':
    case 'tslint':
    case 'echo':
      return words.includes('--fix') || words.includes('--write') ? undefined : '';
    case 'rm':
      return '';
    case 'tsc':
      return words.includes('--noEmit')
        ? ''
        : (named('--outDir') ?? project!.at.outDir(named('-p', '--project') ?? 'tsconfig.json'));
    case 'nest':
      return node.framework?.name === 'nest' && words[0] === 'build' && words.length === 1
        ? node.framework.output
        : undefined;
    case 'esbuild':
      return named('--outfile', '--outdir');
    case 'tsup':
      return (
        named('--out-dir', '-d') ??
        (project!.context.paths.some((path) => /^tsup\.config\./.test(path)) ||
        words.some((word) => /config/.test(word))
          ? undefined
          : 'dist')
      );
    case 'swc':
      return named('-d', '--out-dir');
    case 'tsc-alias':
      return project!.at.outDir(named('-p', '--project') ?? 'tsconfig.json');
    default:
      return undefined;
  }
}
