import type { Instruction } from '../../src/dockerfile/index.js';
import { mountsOf } from '../../src/dockerfile/index.js';
import { commandEffects, type Facts, globsMeet, placesIn, variable } from '../../src/facts/index.js';
import { type Invocation, readInvocation } from '../../src/shell/index.js';
import { isSystem } from './commands.js';
import type { ContextCopy } from './copies.js';
import { bringsElsewhere, FILE_TOOLS, staysInPlace } from './neighbours.js';
import { isRead, isWorthwhile, type Plan, type Walked } from './plan.js';
import { reaches } from './plan-ahead.js';
import { isBroughtBy } from './passing.js';
import { type RunScan } from './scan-run.js';

/**
 * An install that goes above COPYs and above RUNs of the project's own scripts, which have nothing to do with it: those of
 * package.json with what other managers install; builds and tests with tools that are put in a folder of their own.
 */
export function planOver(
  facts: Facts,
  walked: Pick<Walked, 'homes'> & { readonly copies: readonly ContextCopy[] },
  instruction: Instruction,
  scan: RunScan,
): Plan | undefined {
  const { homes, copies } = walked;
  const { installs, needed, changed, blocked } = scan;
  if (installs.length === 0 || changed.size > 0 || blocked?.install === true) return undefined;
  const filled = installs.flatMap(({ needs }) => [
    ...needs.fills,
    ...(needs.ownFolder === undefined ? [] : [needs.ownFolder]),
  ]);
  const ownFolders = installs.map(({ needs }) => needs.ownFolder);
  if (ownFolders.some((folder) => folder !== undefined && isUsed(facts, instruction, folder, homes, copies)))
    return undefined;
  const isNamed = ownFolders.every((folder) => folder !== undefined);
  const isNode = installs.some(({ needs }) => /^(?:npm|yarn|pnpm|bun)$/.test(needs.manager));
  const over: Instruction[] = [];
  const allows = (between: Instruction): boolean => {
    if (mountsOf(between).some(({ type }) => type !== 'cache')) return false;
    const body = facts.body(between);
    if (body.kind !== 'script') return false;
    const places = placesIn(body.script, facts.before(between)!);
    return body.script.commands.every((command) => {
      const invocation = readInvocation(command);
      if (isPackageScript(invocation)) return !isNode && places.get(command)!.cwd !== undefined;
      if (isNamed && isDotnetWork(invocation)) return true;
      const { opaque, reads, writes, removes } = commandEffects(invocation, places.get(command)!);
      if (opaque !== undefined || !FILE_TOOLS.test(invocation.tool ?? 'unknown')) return false;
      const written = [...writes, ...removes].map((glob) => intoFolder(invocation, glob));
      return (
        !written.some((glob) => [...needed, ...filled].some((path) => globsMeet(glob, path))) &&
        !reads.some((glob) => filled.some((path) => globsMeet(glob, path))) &&
        written.every((glob) => !isSystem(glob, homes))
      );
    });
  };
  const deferred = copies.filter((copy) => !isRead(copy, needed));
  for (const [at, first] of deferred.entries()) {
    const passed = deferred.slice(at);
    const folders = passed.flatMap((copy) => copy.folders.map(({ to }) => to));
    // What comes with a later COPY only would be there too early for the RUNs between.
    if (!isWorthwhile(passed, needed) || !isBroughtBy(needed, copies, first, [first])) continue;
    if (passed.some(({ files }) => [...files.keys()].some((path) => isSystem(path, homes)))) continue;
    if (!staysInPlace(facts, first.instruction, instruction, homes, allows, () => true)) continue;
    if (bringsElsewhere(facts, copies, first.instruction, instruction, folders, [...needed, ...filled])) continue;
    if (!reaches(scan, homes, needed)) continue;
    over.push(
      ...facts.file.instructions
        .slice(first.instruction.index, instruction.index)
        .filter(({ keyword }) => keyword === 'RUN'),
    );
    return {
      deferred: passed,
      needed,
      redundant: new Set(),
      brought: new Set(copies.slice(0, copies.indexOf(first)).flatMap(({ files }) => [...files.keys()])),
      installs,
      after: instruction,
      split: blocked === undefined ? undefined : { scan, blocked },
      followers: [],
      hoisted: instruction,
      over,
      download: undefined,
    };
  }
  return undefined;
}

/** `npm run build` and its like: a script of package.json, which the project names after what it makes of its front end. */
function isPackageScript({ tool, subcommand }: Invocation): boolean {
  if (!/^(?:npm|yarn|pnpm|bun)$/.test(tool ?? '')) return false;
  return /^(?:run|run-script|test|t|build|lint|generate|bundle|compile)(?:$|[ :])/.test(subcommand);
}

/** What MSBuild does with the project. */
function isDotnetWork({ tool, subcommand }: Invocation): boolean {
  return tool === 'dotnet' && /^(?:restore|build|publish|pack|test|vstest|clean|msbuild)$/.test(subcommand);
}

/** Whether a folder of tools is looked into by other steps: on the search path, among the source, or a working directory. */
function isUsed(
  facts: Facts,
  instruction: Instruction,
  folder: string,
  homes: ReadonlySet<string>,
  copies: readonly ContextCopy[],
): boolean {
  const path = variable(facts.before(instruction)!, 'PATH');
  if (path !== undefined && path.value === undefined) return true;
  const search = (path?.value ?? '').split(':').filter((entry) => entry !== '');
  const places = [
    ...homes,
    ...copies.flatMap(({ files, folders }) => [...files.keys(), ...folders.map(({ to }) => to)]),
  ];
  return (
    isSystem(`${folder}/tool`, homes) ||
    search.some((entry) => globsMeet(entry, folder)) ||
    places.some((place) => place !== '/' && globsMeet(place, folder))
  );
}

/** Where `cp` or `mv` puts one thing into a folder, which is there if manifests lie in it: below its own name. */
function intoFolder({ tool, operands, options }: Invocation, glob: string): string {
  const [source, target, more] = operands;
  if (!/^(?:cp|mv)$/.test(tool ?? '') || more !== undefined || options.some(({ name }) => /^-[tT]$|target/.test(name)))
    return glob;
  const name = /^(?:.*\/)?([^/.*?[][^/*?[]*)$/.exec(source?.value ?? '')?.[1];
  const folder = glob.replace(/\/\*\*$/, '');
  return name !== undefined && target?.value?.endsWith('/') === true && glob.endsWith('/**')
    ? `${folder}/${name}/**`
    : glob;
}
