import type { NodeProject } from '../../../src/project/manifests/node.js';
import { packageOf } from '../../../src/runtime/index.js';

/**
 * A script of package.json that an install runs and that fails without development dependencies, so that the install
 * fails too: `prepare` with husky above all. yarn 1 leaves `prepare` out of an install for production.
 */
export function failingScript(
  { lifecycleScripts, devDependencies, dependencies }: NodeProject,
  tool: string,
): string | undefined {
  for (const { name, command } of lifecycleScripts) {
    if (tool === 'yarn' && /^(?:prepublish|prepare|preprepare|postprepare)$/.test(name) && /^husky\b/.test(command))
      continue;
    if (/\|\|\s*(?:true|:|exit 0|echo [\w "']+)$/.test(command.trimEnd())) continue;
    const parts = command.split(/&&|\|\||;/).map((part) => part.trim());
    for (const part of parts) {
      const words = part.split(/\s+/).filter((word) => !/^[\w]+=/.test(word));
      const at = /^(?:npx|cross-env|yarn|pnpm)$/.test(words[0] ?? '') ? 1 : 0;
      const program = words[at] ?? '';
      if (/^(?:echo|true|exit|:|cd|mkdir|cp|rm|node)$/.test(program)) continue;
      const owner = packageOf(program);
      if (dependencies.has(owner)) continue;
      if (devDependencies.has(owner))
        return `the script ${name} runs ${owner}, a development dependency, and an install without it fails`;
      if (program === 'only-allow') continue;
      return `the script ${name} of package.json runs at install: ${part.slice(0, 60)}`;
    }
  }
  return undefined;
}
