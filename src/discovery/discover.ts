import { messageOf } from '../errors.js';
import { baseName, folderOf } from '../project/paths.js';
import { bakeHclBuilds, bakeJsonBuilds, isBakeName } from './bake.js';
import { type ComposeFile, composeBuilds, isComposeName } from './compose.js';
import { gitlabBuilds, isGitlabPath } from './gitlab.js';
import { makefileBuilds } from './makefile.js';
import { mayBuild, type ScriptBuild, scriptBuilds } from './shell-builds.js';
import { type BuildUse, type DiscoveryNote, toUse, type WrittenBuild } from './use.js';
import { isWorkflowPath, placed, workflowBuilds } from './workflow.js';

export type { Builder, BuildField, BuildKind, BuildUse, DiscoveryNote } from './use.js';
export { buildsOf, type DockerfileBuilds } from './builds-of.js';

/** The files of a repository, paths relative to its root. */
interface RepositoryFiles {
  readonly paths: readonly string[];
  read(path: string): string | undefined;
}

interface Discovery {
  /** In the order of the files that say so. */
  readonly uses: readonly BuildUse[];
  /** Files that could not be read as what they seem to be; the others are still used. */
  readonly notes: readonly DiscoveryNote[];
}

/**
 * How a repository builds its Dockerfiles, from its compose files, bake files, GitHub workflows, GitLab pipelines,
 * Makefiles and shell scripts. Nothing is run; it never throws for what the files hold.
 */
export async function discoverBuilds(files: RepositoryFiles): Promise<Discovery> {
  const known = new Set(files.paths);
  const exists = (path: string): boolean => known.has(path);
  const written: WrittenBuild[] = [];
  const notes: DiscoveryNote[] = [];
  const composeFiles = new Map<string, ComposeFile[]>();
  for (const path of files.paths) {
    const reader = readerOf(path);
    const text = reader === undefined ? undefined : files.read(path);
    if (reader === undefined || text === undefined || !isWorthReading(reader, text)) continue;
    try {
      if (reader === 'shell' || reader === 'makefile') {
        written.push(...startedSomewhere(text, path, reader, exists));
      } else if (reader === 'hcl') written.push(...bakeHclBuilds(text, path));
      else {
        // A third of the start-up time of a small run: only where there is such a file.
        const { parseJson, parseYaml } = await import('../config/data.js');
        const parsed = reader === 'json' ? parseJson(text) : parseYaml(text);
        if ('problem' in parsed) {
          const { position, problem: message } = parsed;
          notes.push({ source: position === undefined ? path : `${path}:${position.line}`, message });
        } else if (reader === 'compose') {
          const folder = folderOf(path);
          composeFiles.set(folder, [...(composeFiles.get(folder) ?? []), { path, ...parsed }]);
        } else {
          const builds = { json: bakeJsonBuilds, workflow: workflowBuilds, gitlab: gitlabBuilds }[reader];
          written.push(...builds(parsed.value, parsed.locate, path));
        }
      }
    } catch (error) {
      notes.push({ source: path, message: `cannot be understood: ${messageOf(error)}` });
    }
  }
  for (const group of composeFiles.values()) written.push(...composeBuilds(group));
  const uses = written.map((build) => toUse(fromRoot(build, exists), exists)).filter((use) => use !== undefined);
  return { uses: uses.sort((a, b) => compareSources(a.source, b.source)), notes };
}

type Reader = 'compose' | 'hcl' | 'json' | 'workflow' | 'gitlab' | 'makefile' | 'shell';

/** Whether a text can say anything of a build: to read YAML takes as long as all else that is done for a file. */
function isWorthReading(reader: Reader, text: string): boolean {
  if (reader === 'hcl' || reader === 'json') return true;
  return reader === 'compose' ? /\bbuild\b/.test(text) : mayBuild(text);
}

function readerOf(path: string): Reader | undefined {
  const name = baseName(path);
  if (isComposeName(name)) return 'compose';
  if (isBakeName(name)) return name.endsWith('.hcl') ? 'hcl' : 'json';
  if (isWorkflowPath(path)) return 'workflow';
  if (isGitlabPath(path)) return 'gitlab';
  if (/^(?:GNU)?[Mm]akefile(?:\.\w+)?$|\.mk$/.test(name)) return 'makefile';
  return /\.(?:sh|bash)$/.test(name) ? 'shell' : undefined;
}

/**
 * Nobody tells where a script is started: in the root or in its own folder, whichever has the Dockerfiles that it names;
 * both when both have.
 */
function startedSomewhere(
  text: string,
  path: string,
  kind: 'shell' | 'makefile',
  exists: (path: string) => boolean,
): readonly WrittenBuild[] {
  const own = folderOf(path);
  const read = (folder: string): readonly ScriptBuild[] =>
    kind === 'shell' ? scriptBuilds(text, path, folder) : makefileBuilds(text, path, folder);
  const place = (build: ScriptBuild): WrittenBuild => placed(build, `${path}:${build.line}`, kind);
  const first = read(kind === 'shell' ? '' : own).map(place);
  if (own === '') return first;
  const second = read(kind === 'shell' ? own : '').map(place);
  const isThere = (build: WrittenBuild): boolean => exists(toUse(build, exists)?.dockerfile ?? '');
  const said = (build: WrittenBuild): string => JSON.stringify(toUse(build, exists));
  return first.flatMap((build, index) => {
    const other = second[index]!;
    if (!isThere(other) || said(build) === said(other)) return [build];
    return isThere(build) ? [build, other] : [other];
  });
}

/** Bake files are often kept in a folder and run from the root: their paths start where the Dockerfile is. */
function fromRoot(build: WrittenBuild, exists: (path: string) => boolean): WrittenBuild {
  if (build.kind !== 'bake' || build.folder === '' || exists(toUse(build, exists)?.dockerfile ?? '')) return build;
  const moved = { ...build, folder: '' };
  return exists(toUse(moved, exists)?.dockerfile ?? '') ? moved : build;
}

function compareSources(a: string, b: string): number {
  const [fileA, lineA] = splitSource(a);
  const [fileB, lineB] = splitSource(b);
  if (fileA !== fileB) return fileA < fileB ? -1 : 1;
  return lineA - lineB;
}

function splitSource(source: string): readonly [string, number] {
  const colon = source.lastIndexOf(':');
  return [source.slice(0, colon), Number(source.slice(colon + 1))];
}
