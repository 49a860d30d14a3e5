import { filesBelow, hasFile } from './context.js';
import { goFile, type GoSource } from './go-source.js';
import type { GoProject } from './manifests/go.js';
import { baseName, folderOf, foldersAbove, joinPath } from './paths.js';
import type { ProjectFacts } from './project.js';

/** What `go build` of some packages reads of a build context. */
export interface GoClosure {
  /** go.mod, go.sum, and those of modules that a local folder replaces. */
  readonly manifests: readonly string[];
  /** Folders of packages, with whether all below them is read (files that a package embeds), or the Go files only. */
  readonly folders: ReadonlyMap<string, { readonly whole: boolean }>;
  /** Files beside those: sources that are named one by one, what the root of the module embeds. */
  readonly files: ReadonlySet<string>;
  /** Modules from elsewhere that are imported. */
  readonly external: readonly string[];
  /** Own files that ask how the program was built. */
  readonly asksBuild: string | undefined;
}

/** A package by its folder, or one of several files by their names. */
export interface GoPackage {
  readonly folder: string;
  /** The files that are named; undefined for the package of a folder. */
  readonly files: readonly string[] | undefined;
}

/** What is compiled beside Go files (pkg.go.dev/cmd/go, "File types"). */
const FOREIGN = /\.(?:c|cc|cpp|cxx|m|h|hh|hpp|hxx|f|F|for|f90|s|S|sx|swig|swigcxx|syso)$/;

const VENDORED = 'vendor/modules.txt';

/** Whether a file of a package's folder may be a part of the package: Go leaves out tests and what starts so. */
function isSource(path: string): boolean {
  return path.endsWith('.go') && !path.endsWith('_test.go') && !/^[_.]/.test(baseName(path));
}

interface Module {
  readonly path: string;
  readonly folder: string;
}

/** The folder of the module that a folder belongs to; undefined without one. */
export function goModuleFolder(visible: ReadonlySet<string>, folder: string): string | undefined {
  return [folder, ...foldersAbove(folder)].find((at) => visible.has(joinPath(at, 'go.mod')));
}

/**
 * All that `go build` reads of the context for these packages of one module, by import, whatever build constraints say;
 * a reason where that is not known.
 * @param visible the files that the build sees, sorted
 */
export function goClosure(
  project: ProjectFacts,
  visible: readonly string[],
  moduleFolder: string,
  packages: readonly GoPackage[],
): GoClosure | string {
  const facts = project.at.go(moduleFolder);
  const all = new Set(visible);
  const fault = facts === undefined ? 'go.mod could not be read' : moduleFault(facts, all, project);
  if (fault !== undefined) return fault;
  const modules = modulesOf(facts!, project);
  const vendored = all.has(joinPath(moduleFolder, VENDORED));
  const folders = new Map<string, { whole: boolean }>();
  const files = new Set<string>();
  const external = new Set<string>();
  let asksBuild: string | undefined;
  const open: GoPackage[] = [];
  const compiled: string[] = [];
  const visit = (one: GoPackage): void => {
    if (one.files === undefined && folders.has(one.folder)) return;
    if (one.files === undefined) folders.set(one.folder, { whole: all.has(joinPath(one.folder, 'default.pgo')) });
    open.push(one);
  };
  for (const one of packages) visit(one);
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const direct = filesBelow(visible, one.folder).filter((path) => folderOf(path) === one!.folder);
    const foreign = direct.find((path) => FOREIGN.test(path));
    if (foreign !== undefined) return `${foreign} is compiled too, and what it includes is not followed`;
    const sources = one.files ?? direct.filter(isSource);
    if (sources.length === 0) return `no Go file is in ${one.folder === '' ? 'the root' : one.folder}`;
    compiled.push(...sources);
    for (const path of sources) {
      if (one.files !== undefined) files.add(path);
      const source = all.has(path) ? goFile(project.context, path) : undefined;
      if (source === undefined) return `${path} could not be read`;
      for (const name of source.imports) {
        if (name === 'C') return `${path} is compiled with C`;
        if (name === 'runtime/debug') asksBuild ??= path;
        const found = resolveImport(name, modules, facts!.requires, vendored, all, visible);
        if (found === undefined) return `${path} imports ${name}, whose source is not in the build context`;
        if (found === 'external') external.add(name);
        else if (found !== 'standard') visit({ folder: found, files: undefined });
      }
      const embedded = embeddedBy(source, one.folder, visible);
      if (embedded === undefined) return `what ${path} embeds is not known`;
      if (embedded.length > 0 && one.folder !== moduleFolder && one.files === undefined)
        folders.set(one.folder, { whole: true });
      else for (const file of embedded) files.add(file);
    }
  }
  if (vendored) folders.set(joinPath(moduleFolder, 'vendor'), { whole: true });
  const manifests = facts!.manifests.filter((path) => all.has(path));
  // Files that are embedded have to be files, and folders of packages that are links are not found above.
  const brought = vendored ? filesBelow(visible, joinPath(moduleFolder, 'vendor')) : [];
  const link = [...manifests, ...compiled, ...brought].find((path) => project.context.links?.has(path));
  if (link !== undefined) return `${link} is a symbolic link`;
  return { manifests, folders, files, external: [...external].sort(), asksBuild };
}

function moduleFault(facts: GoProject, visible: ReadonlySet<string>, { context, complete }: ProjectFacts) {
  const { folder, module, unreadable } = facts;
  if (!complete) return 'not all files of the project were read';
  if (module === undefined || unreadable.length > 0) return 'go.mod is not understood';
  const work = [folder, ...foldersAbove(folder)]
    .map((at) => joinPath(at, 'go.work'))
    .find((at) => hasFile(context, at));
  if (work !== undefined) return `${work} joins modules, and go build may write beside it`;
  const hidden = facts.manifests.find((path) => !visible.has(path) && path !== joinPath(folder, VENDORED));
  return hidden === undefined ? undefined : `${hidden} is kept out of the build context`;
}

function modulesOf({ folder, module, localReplaces }: GoProject, project: ProjectFacts): readonly Module[] {
  const replaced = [...localReplaces].map(([path, at]) => ({ path, folder: at }));
  return [{ path: module!, folder }, ...replaced]
    .filter(({ folder: at }) => at === folder || project.at.go(at) !== undefined)
    .sort((a, b) => b.path.length - a.path.length);
}

/** The folder of an imported package of the context; undefined where it should be there and is not. */
function resolveImport(
  name: string,
  modules: readonly Module[],
  requires: GoProject['requires'],
  vendored: boolean,
  all: ReadonlySet<string>,
  visible: readonly string[],
): string | undefined {
  const owners = modules.filter(({ path }) => isBelow(name, path));
  for (const { path, folder } of owners) {
    const at = joinPath(folder, name.slice(path.length + 1));
    const nested = goModuleFolder(all, at) !== folder;
    const isPackage = filesBelow(visible, at).some((file) => folderOf(file) === at && isSource(file));
    if (!nested && isPackage) return at;
  }
  const required = [...requires.keys()].some(
    (path) => isBelow(name, path) && owners.every((owner) => owner.path !== path),
  );
  if (required || (owners.length > 0 && vendored)) return 'external';
  if (owners.length > 0) return undefined;
  return name.split('/', 1)[0]!.includes('.') ? 'external' : 'standard';
}

function isBelow(name: string, path: string): boolean {
  return name === path || name.startsWith(`${path}/`);
}

/** The files that patterns of a file embed; undefined where a pattern is more than the name of a file or folder. */
function embeddedBy({ embeds }: GoSource, folder: string, visible: readonly string[]): readonly string[] | undefined {
  const found: string[] = [];
  for (const pattern of embeds) {
    // Below its folder a package is copied whole where it embeds anything: only names of the first part matter.
    const start = pattern.split('/').findIndex((part) => /[*?[\\]/.test(part));
    const fixed = start < 0 ? pattern : pattern.split('/').slice(0, start).join('/');
    if (pattern.split('/').includes('..') || pattern === '') return undefined;
    const path = joinPath(folder, fixed === '.' ? '' : fixed);
    const files = visible.includes(path) ? [path] : filesBelow(visible, path);
    if (files.length === 0) return undefined;
    found.push(...files);
  }
  return found;
}

/** The name of the program that `go build` makes of a package without `-o`. */
export function goProgramName(project: ProjectFacts, moduleFolder: string, { folder, files }: GoPackage): string {
  if (files !== undefined) return baseName(files[0]!).slice(0, -3);
  const path = joinPath(
    project.at.go(moduleFolder)?.module ?? '',
    folder.slice(moduleFolder === '' ? 0 : moduleFolder.length + 1),
  );
  const parts = path.split('/');
  return parts.findLast((part, index) => index === 0 || !/^v\d+$/.test(part)) ?? path;
}
