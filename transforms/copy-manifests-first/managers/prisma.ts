import { filesBelow, hasFile } from '../../../src/project/context.js';
import { folderOf, resolveInContext } from '../../../src/project/paths.js';
import type { Question } from './types.js';

/** Generators of schema.prisma that write into the client or nowhere where they are given no output. */
const IN_THE_CLIENT = /^prisma-(?:client|client-js|json-types-generator|client-py)$/;

/**
 * Paths in the context that generators of Prisma schemas among some files write when a client is generated, but for
 * node_modules; a reason where they are not known. prisma.io/docs/orm/prisma-schema/overview/generators
 */
export function prismaFills(
  { project: { context } }: Pick<Question, 'project'>,
  paths: readonly string[],
): readonly string[] | string {
  const schemas = paths
    .flatMap((path) => (hasFile(context, path) ? [path] : filesBelow(context.paths, path)))
    .filter((path) => path.endsWith('.prisma'));
  const fills: string[] = [];
  for (const schema of schemas) {
    const text = (context.read(schema) ?? '').replace(/^[ \t]*\/\/.*$/gm, '');
    for (const [, body = ''] of text.matchAll(/^[ \t]*generator\s+\w+\s*\{([^}]*)\}/gm)) {
      const provider = settingOf(body, 'provider');
      const output = settingOf(body, 'output');
      if (provider === undefined) continue;
      if (/[\s/.]/.test(provider)) return `${schema}: a generator of the project's own runs at install`;
      if (output === undefined && IN_THE_CLIENT.test(provider)) continue;
      if (output === undefined) return `${schema}: where ${provider} writes is not known`;
      const path = resolveInContext(folderOf(schema), output);
      if (path !== undefined && !/(?:^|\/)node_modules(?:\/|$)/.test(path)) fills.push(path);
    }
  }
  return fills;
}

function settingOf(body: string, name: string): string | undefined {
  return new RegExp(`(?:^|\\s)${name}\\s*=\\s*"([^"]*)"`).exec(body)?.[1];
}
