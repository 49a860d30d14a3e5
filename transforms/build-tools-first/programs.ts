import type { Instruction } from '../../src/dockerfile/index.js';
import { certainValue, type Facts, joinPath } from '../../src/facts/index.js';
import { filesBelow } from '../../src/project/context.js';
import { goModuleFolder, type GoPackage, goProgramName } from '../../src/project/go-closure.js';
import { baseName, folderOf, resolveInContext } from '../../src/project/paths.js';
import type { ProjectFacts } from '../../src/project/project.js';
import type { GoBuild } from './go-builds.js';
import { contextPath, type SourceCopy } from './source.js';

/** What a build makes, and of what. */
export interface Programs {
  readonly module: string;
  readonly packages: readonly GoPackage[];
  /** Absolute paths in the image. */
  readonly outputs: readonly string[];
}

/** Folders of the image that `-o` may name. */
const FOLDER = /^\/(?:(?:usr\/(?:local\/)?)?s?bin|go\/bin|opt|tmp|srv)$/;

/** The packages and programs of a build by their places; undefined where one is not known. */
export function programsOf(
  facts: Facts,
  run: Instruction,
  build: GoBuild,
  source: SourceCopy,
  { project, visible }: { readonly project: ProjectFacts; readonly visible: ReadonlySet<string> },
): Programs | undefined {
  const folder = contextPath(source, build.cwd);
  const module = folder === undefined ? undefined : goModuleFolder(visible, folder);
  if (folder === undefined || module === undefined) return undefined;
  const packages = packagesOf(build, folder, module, project);
  if (packages === undefined) return undefined;
  const names = packages.map((one) => (typeof one === 'string' ? one : goProgramName(project, module, one)));
  const outputs = outputsOf(facts, run, build, names, [...visible].sort(), source);
  const own = packages.filter((one) => typeof one !== 'string');
  return outputs === undefined ? undefined : { module, packages: own, outputs };
}

/** The packages that are named; of one that comes from another module, the name of its program. */
function packagesOf(
  { operands }: GoBuild,
  folder: string,
  module: string,
  project: ProjectFacts,
): readonly (GoPackage | string)[] | undefined {
  const path = project.at.go(module)?.module ?? '\0';
  if (operands.some((one) => one.endsWith('.go'))) {
    const files = operands.flatMap((one) => resolveInContext(folder, one) ?? []);
    const folders = new Set(files.map(folderOf));
    if (files.length < operands.length || folders.size > 1 || !files.every((one) => one.endsWith('.go')))
      return undefined;
    return [{ folder: [...folders][0]!, files }];
  }
  const found: (GoPackage | string)[] = [];
  for (const operand of operands) {
    const isOwn = operand === path || operand.startsWith(`${path}/`);
    if (isOwn)
      found.push({
        folder: [module, operand.slice(path.length + 1)].filter((part) => part !== '').join('/'),
        files: undefined,
      });
    else if (/^\.{1,2}(?:\/|$)/.test(operand)) {
      const at = resolveInContext(folder, operand);
      if (at === undefined) return undefined;
      found.push({ folder: at, files: undefined });
    } else if (/^(?:[\w-]+\.)+[a-z]+\/[\w./-]+$/.test(operand) && !operand.startsWith('.')) {
      found.push(operand.split('/').findLast((part, index) => index === 0 || !/^v\d+$/.test(part))!);
    } else return undefined;
  }
  return found;
}

function outputsOf(
  facts: Facts,
  run: Instruction,
  { cwd, output, isInstall }: GoBuild,
  names: readonly string[],
  visible: readonly string[],
  source: SourceCopy,
): readonly string[] | undefined {
  if (isInstall) {
    if (output !== undefined || certainValue(facts.before(run)!, 'GOPATH') !== '/go') return undefined;
    return names.map((name) => `/go/bin/${name}`);
  }
  if (output === undefined) return names.length === 1 ? [joinPath(cwd, names[0]!)] : undefined;
  const path = joinPath(cwd, output);
  const there = contextPath(source, path);
  if (output.endsWith('/') || FOLDER.test(path)) return names.map((name) => joinPath(path, name));
  // Where the source has a folder of that name the program would be put into it, and there is none without the source.
  if (names.length > 1 || path === cwd || (there !== undefined && filesBelow(visible, there).length > 0))
    return undefined;
  return baseName(path) === '' ? undefined : [path];
}
