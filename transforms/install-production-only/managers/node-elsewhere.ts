import type { ContextFiles } from '../../../src/project/context.js';
import type { NodeProject } from '../../../src/project/manifests/node.js';

const COMPOSE = /(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/;
const AUTOMATION =
  /(?:^|\/)(?:\.github\/workflows\/[^/]+\.ya?ml|\.gitlab-ci\.yml|\.circleci\/config\.yml|[Mm]akefile|Jenkinsfile|package\.json|[^/]+\.sh)$/;

/** A file of the project that starts the image with a command for development: `command: npm run dev`, `docker run app npm test`. */
export function otherCommand(context: ContextFiles, { scripts, devDependencies }: NodeProject): string | undefined {
  const isForDevelopment = (text: string): boolean => {
    const script = /\b(?:npm|yarn|pnpm)(?:\s+|["',\s]+)(?:run(?:-script)?[\s"',]+)?([\w:-]+)/.exec(text)?.[1];
    if (script !== undefined && script !== 'start' && (scripts.has(script) || /^(?:t|test)$/.test(script))) return true;
    return [...devDependencies.keys()].some((name) =>
      new RegExp(`(?:^|[\\s"'\\[/])${name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}(?=$|[\\s"',\\]])`).test(text),
    );
  };
  for (const path of context.paths) {
    const compose = COMPOSE.test(path);
    if (!compose && !AUTOMATION.test(path)) continue;
    const text = context.read(path) ?? '';
    const commands = compose
      ? [...text.matchAll(/^\s*(?:command|entrypoint|test):((?:[^\n]*)(?:\n\s+-[^\n]*)*)/gm)]
      : [...text.matchAll(/\bdocker(?:-compose| compose)? (?:run|exec)\b([^\n]*)/g)];
    if (commands.some((match) => isForDevelopment(match[1]!)))
      return `${path} starts the image with a command for development`;
  }
  return undefined;
}
