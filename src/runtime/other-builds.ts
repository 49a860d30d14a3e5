import type { Stage } from '../dockerfile/index.js';
import { joinPath } from '../facts/index.js';
import type { ContextFiles } from '../project/context.js';

const BUILD_FILES =
  /(?:^|\/)(?:[^/]*\.(?:ya?ml|hcl|sh|toml)|[Mm]akefile[^/]*|[Jj]ustfile|Jenkinsfile|docker-bake[^/]*|package\.json|devcontainer\.json)$/;

/** The file of a project that builds a stage as its target, where somebody may want all of it; undefined when none does. */
export function stageBuilder({ paths, read }: ContextFiles, { name }: Stage): string | undefined {
  if (name === undefined || !/^[\w.-]+$/.test(name)) return undefined;
  const between = `["']?(?:\\s*[:=,]\\s*|\\s+(?:-\\s+)?)["'[]*`;
  const target = new RegExp(`target${between}${name.replaceAll('.', '\\.')}(?![\\w.-])`, 'i');
  return paths.find((path) => BUILD_FILES.test(path) && target.test(read(path) ?? ''));
}

const FOR_DEVELOPERS = /(?:^|[./_-])(dev|devel|development|local|tests?|testing|e2e)(?=[./_-]|$)/i;

/** The word by which a Dockerfile's path says that it is for those who develop or test: `Dockerfile.dev`. */
export function developmentWord(dockerfile: string): string | undefined {
  return FOR_DEVELOPERS.exec(dockerfile)?.[1];
}

/** The devcontainer.json by which people work in what a Dockerfile builds; undefined when there is none. */
export function devcontainerOf({ paths, read }: ContextFiles, dockerfile: string | undefined): string | undefined {
  return paths.find((path) => {
    if (!/(?:^|\/)\.?devcontainer\.json$/.test(path)) return false;
    const text = read(path) ?? '';
    const folder = joinPath('/', path).slice(0, -'devcontainer.json'.length);
    const built = /"dockerfile"\s*:\s*"([^"]+)"/i.exec(text)?.[1];
    if (built !== undefined) return joinPath(folder, built).slice(1) === (dockerfile ?? 'Dockerfile');
    const composed = /"dockerComposeFile"\s*:\s*(\[[^\]]*\]|"[^"]*")/.exec(text)?.[1] ?? '';
    return [...composed.matchAll(/"([^"]+)"/g)].some(([, name]) =>
      /^[ \t]*build:/m.test(read(joinPath(folder, name!).slice(1)) ?? ''),
    );
  });
}
