import type { ContextFiles } from '../../../src/project/context.js';
import type { NodeProject } from '../../../src/project/manifests/node.js';
import { packageOf } from '../../../src/runtime/index.js';
import { otherCommands } from './elsewhere.js';

/** A file of the project that starts the image with a command for development: `command: npm run dev`, `docker run app npm test`. */
export function otherCommand(context: ContextFiles, { scripts, devDependencies }: NodeProject): string | undefined {
  const isForDevelopment = (text: string): boolean => {
    const script = /\b(?:npm|yarn|pnpm)(?:\s+|["',\s-]+)(?:run(?:-script)?[\s"',-]+)?([\w:-]+)/.exec(text)?.[1];
    if (script !== undefined && script !== 'start' && (scripts.has(script) || /^(?:t|test)$/.test(script))) return true;
    return text.split(/[\s"'[\],]+/).some((word) => {
      const name = word.replace(/^.*node_modules\/\.bin\//, '');
      return devDependencies.has(name) || devDependencies.has(packageOf(name));
    });
  };
  const found = otherCommands(context).find(({ text }) => isForDevelopment(text));
  return found === undefined ? undefined : `${found.path} starts the image with a command for development`;
}
