import type { ContextFiles } from './context.js';
import { hasFile } from './context.js';
import { ignoreTest, parseDockerignore, visiblePaths, type VisiblePaths } from './dockerignore.js';
import type { ProjectFacts } from './project.js';

/** The build context as the Dockerfile sees it. */
export interface View {
  readonly project: ProjectFacts;
  readonly visible: VisiblePaths;
  /** The ignore file that holds, and its text; a new one is made where there is none. */
  readonly ignoreFile: string;
  readonly ignoreText: string | undefined;
  readonly ignored: (contextPath: string) => boolean;
  /** True when the context is not known, but for the files that the Dockerfile names. */
  readonly lone: boolean;
}

/** What the Dockerfile sees of its context, or why that is not known. */
export function viewOf(project: ProjectFacts, dockerfile: string | undefined): View | string {
  const { context } = project;
  const own = context.paths.find((path) => /[^/]\.dockerignore$/.test(path));
  if (dockerfile === undefined && own !== undefined && own !== 'Dockerfile.dockerignore')
    return `${own} may hold for this Dockerfile instead of .dockerignore`;
  const visible = visiblePaths(context, dockerfile ?? 'Dockerfile');
  if (!visible.complete) return 'the listing of the build context or its .dockerignore is not complete';
  const text = visible.ignoreFile === undefined ? undefined : context.read(visible.ignoreFile);
  const ignored = ignoreTest(parseDockerignore(text ?? '').patterns);
  return {
    project,
    visible,
    ignoreFile: visible.ignoreFile ?? '.dockerignore',
    ignoreText: text,
    ignored,
    lone: false,
  };
}

/** Whether everything below a folder is kept out of the context, whatever it holds. */
export function keptOut({ ignored, ignoreText }: View, folder: string): boolean {
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  const brought = parseDockerignore(ignoreText ?? '').patterns.some(({ negated, line }) => {
    return negated && (ignoreText ?? '').split('\n')[line - 1]!.includes(`${name}/`);
  });
  return !brought && [folder, `${folder}/a`, `${folder}/.b`, `${folder}/a/b.json`].every(ignored);
}

/** Folders that a rewrite must keep out of the context, as the ignore file with these lines at its end. */
export function withLines({ ignoreText }: View, lines: readonly string[]): string {
  const text = ignoreText ?? '';
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const joint = text === '' || text.endsWith('\n') ? '' : eol;
  return text + joint + lines.map((line) => line + eol).join('');
}

/** Lines for folders: one that stands in several places is named wherever it is, where no file of the context is in another such. */
export function ignoreLines({ visible }: View, folders: readonly string[]): readonly string[] {
  const byName = new Map<string, string[]>();
  for (const folder of folders) {
    const name = folder.slice(folder.lastIndexOf('/') + 1);
    byName.set(name, [...(byName.get(name) ?? []), folder]);
  }
  const isWanted = (name: string): boolean => visible.paths.some((path) => `/${path}`.includes(`/${name}/`));
  return [...byName]
    .flatMap(([name, places]) => (places.length === 1 || isWanted(name) ? places : [`**/${name}`]))
    .sort();
}

const DOCKERFILE = /(?:^|\/)(?:[Dd]ockerfile|[Cc]ontainerfile)(?:\.[\w.-]+)?$|\.[Dd]ockerfile$/;

/** A Dockerfile of the same context that copies such folders from it by name, and why the ignore file may not change. */
export function siblingThatCopies(context: ContextFiles, folders: readonly string[]): string | undefined {
  const names = [...new Set(folders.map((folder) => folder.slice(folder.lastIndexOf('/') + 1)))];
  for (const path of context.paths) {
    if (!DOCKERFILE.test(path) || hasFile(context, `${path}.dockerignore`)) continue;
    for (const line of context.read(path)?.split('\n') ?? []) {
      if (!/^\s*(?:COPY|ADD)\s/i.test(line) || /\s--from=/.test(line)) continue;
      const name = names.find((one) =>
        line
          .split(/[\s/"',[\]]+/)
          .slice(1, -1)
          .includes(one),
      );
      if (name !== undefined) return `${path} copies ${name} from the build context`;
    }
  }
  return undefined;
}
