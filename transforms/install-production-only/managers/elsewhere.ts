import type { ContextFiles } from '../../../src/project/context.js';

/** A command that a file of the project has run in the image. */
interface OtherCommand {
  readonly path: string;
  readonly text: string;
}

/** The value of a YAML key: what stands behind it, and the list items below it. */
const yaml = (keys: string): RegExp =>
  new RegExp(`^[ \\t]*(?:- )?(?:${keys}):((?:[^\\n]*)(?:\\n\\s+- [^\\n]*)*)`, 'gm');

/** Files that say what starts in an image, and where in them. */
const PLACES: readonly (readonly [path: RegExp, command: RegExp])[] = [
  [/(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/, yaml('command|entrypoint|test')],
  [/(?:^|\/)(?:heroku|render)\.ya?ml$/, yaml('command|web|worker|release|dockerCommand|preDeployCommand')],
  [/(?:^|\/)fly[\w.-]*\.toml$/, /^[ \t]*(?:release_command|cmd|entrypoint|app|web|worker)\s*=([^\n]*)/gm],
  [/(?:^|\/)railway\.(?:toml|json)$/, /(?:startCommand|preDeployCommand)"?\s*[=:]([^\n]*)/g],
  [/(?:^|\/)Procfile$/, /^\w+:([^\n]*)/gm],
  [
    /(?:^|\/)(?:\.github\/workflows\/[^/]+\.ya?ml|\.gitlab-ci\.yml|\.circleci\/config\.yml|[Mm]akefile|Jenkinsfile|package\.json|[^/]+\.sh|[^/]+\.md)$/,
    /\bdocker(?:-compose| compose)? (?:run|exec)\b((?:[^\n]*\\\r?\n)*[^\n]*)/g,
  ],
];
/** A manifest of Kubernetes, by what it must have. */
const CONTAINERS = /^[ \t]*(?:- )?(?:initContainers|containers):/m;

/** What files of the project start in the image beside its own command: compose, deployments, CI, notes. */
export function otherCommands({ paths, read }: ContextFiles): readonly OtherCommand[] {
  const found: OtherCommand[] = [];
  for (const path of paths) {
    const patterns = PLACES.filter(([file]) => file.test(path)).map(([, command]) => command);
    const isYaml = /\.ya?ml$/.test(path) && patterns.length === 0;
    if (patterns.length === 0 && !isYaml) continue;
    const text = read(path) ?? '';
    if (isYaml && CONTAINERS.test(text)) patterns.push(yaml('command|args'));
    for (const pattern of patterns) for (const match of text.matchAll(pattern)) found.push({ path, text: match[1]! });
  }
  return found;
}

const STARTS = /(?:^|\/)[\w.-]*(?:entrypoint|start|run|init)[\w.-]*$|\.(?:conf|ini)$/;
const NEVER = /(?:^|[/_.-])(?:vendor|node_modules|tests?|spec|ci|lint|qa)(?=[/_.-]|$)/i;

/** Scripts and settings of the project by whose name they may start what runs in the container. */
export function startScripts({ paths, read }: ContextFiles): readonly OtherCommand[] {
  return paths
    .filter((path) => STARTS.test(path) && !NEVER.test(path))
    .map((path) => ({ path, text: read(path) ?? '' }));
}
