import type { ContextFiles } from '../project/context.js';
import type { NodeProject } from '../project/manifests/node.js';

/** Code and configuration that may name a package when the program runs. */
const SOURCES = /\.(?:[cm]?[jt]sx?|json|ya?ml|vue|svelte)$/;
/** What only builds, tests and the tools of a developer load. */
const OUTSIDE =
  /(?:^|\/)(?:node_modules|tests?|__tests__|__mocks__|specs?|e2e|cypress|docs?|\.github|\.vscode|\.husky|\.storybook|coverage)\/|\.(?:test|spec|stories|d)\.[cm]?[jt]sx?$|(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|tsconfig[\w.-]*\.json|jsconfig\.json|nest-cli\.json|renovate\.json|nodemon\.json|angular\.json|tslint\.json|biome\.json|lerna\.json|\.?\w+rc(?:\.[\w.]+)?|\.[\w.-]+\.(?:ya?ml|json|[cm]?js)|(?:docker-)?compose[\w.-]*\.ya?ml|[gG]ulpfile\.\w+|[gG]runtfile\.\w+|(?:jest|webpack|rollup|vite|vitest|babel|eslint|prettier|postcss|tailwind|tsup|commitlint|cypress|playwright|karma|lint-staged|rspack|esbuild|metro|drizzle)\.[\w.]*(?:config|setup|common|dev|prod)[\w.]*)$/;
const MOST_FILES = 4000;

/** The first development dependency that code of the project names, and where; or that there is too much to look at. */
export function reachedDevDependency(
  context: ContextFiles,
  { devDependencies, dependencies, optionalDependencies }: NodeProject,
): { readonly name: string; readonly path: string } | 'too much' | undefined {
  const names = [...devDependencies.keys()].filter(
    (name) => !name.startsWith('@types/') && !dependencies.has(name) && !optionalDependencies.has(name),
  );
  if (names.length === 0) return undefined;
  const paths = context.paths.filter((path) => SOURCES.test(path) && !OUTSIDE.test(path));
  if (paths.length > MOST_FILES) return 'too much';
  const wanted = new Set(names);
  for (const path of paths) {
    const text = context.read(path);
    if (text === undefined) return 'too much';
    // Types are gone once compiled; every other literal that is a package's name, or a path in it, may load it.
    const code = text.replace(/^[ \t]*(?:import|export)\s+type\s[^;'"]*from\s*(?:'[^'\n]*'|"[^"\n]*")/gm, '');
    for (const [, , literal] of code.matchAll(/(['"`])([@\w][\w.@/-]{0,120})\1/g)) {
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(literal!)?.[0];
      if (name !== undefined && wanted.has(name)) return { name, path };
    }
    if (!/\.ya?ml$/.test(path)) continue;
    const plain = names.find((name) =>
      new RegExp(`:\\s*${name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}\\s*$`, 'm').test(text),
    );
    if (plain !== undefined) return { name: plain, path };
  }
  return undefined;
}
