import type { ContextFiles } from '../project/context.js';
import type { NodeProject } from '../project/manifests/node.js';

/** Code and configuration that may name a package when the program runs. */
const SOURCES = /\.(?:[cm]?[jt]sx?|json|ya?ml|vue|svelte)$/;
/** What only builds, tests and the tools of a developer load. */
const OUTSIDE =
  /(?:^|\/)(?:node_modules|tests?|test-(?:utils?|helpers?)|__tests__|__mocks__|specs?|e2e|cypress|docs?|\.github|\.vscode|\.husky|\.storybook|coverage)\/|\.(?:test|spec|stories|d)\.[cm]?[jt]sx?$|(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|tsconfig[\w.-]*\.json|jsconfig\.json|nest-cli\.json|renovate\.json|nodemon\.json|angular\.json|tslint\.json|biome\.json|lerna\.json|\.?\w+rc(?:\.[\w.]+)?|\.[\w.-]+\.(?:ya?ml|json|[cm]?js)|(?:docker-)?compose[\w.-]*\.ya?ml|[gG]ulpfile\.\w+|[gG]runtfile\.\w+|(?:jest|webpack|rollup|vite|vitest|babel|eslint|prettier|postcss|tailwind|tsup|commitlint|cypress|playwright|karma|lint-staged|rspack|esbuild|metro|drizzle|astro|remix|react-router|svelte|uno|unocss|windi)\.[\w.]*(?:config|setup|common|dev|prod)[\w.]*)$/;
/** Settings that Astro reads when it serves what it has built. */
const OF_ASTRO = /(?:^|\/)(?:vite|astro)\.config\.\w+$/;
/** Programs that compile or bundle what they start, by plugins and compilers that their configuration names. */
const BUILDS =
  /^(?:vite|vite-node|webpack|webpack-dev-server|rollup|parcel|snowpack|react-scripts|react-app-rewired|craco|vue-cli-service|ng|nest|gatsby|babel|babel-node|tsc|ts-node|ts-node-dev|tsnd|tsx|swc-node|nodemon|gulp|grunt|quasar|ember|expo|storybook|start-storybook|docusaurus)(?=\s|$)|^(?:next|nuxt|nuxi|astro|remix|react-router|svelte-kit|medusa|strapi|keystone|umi)\s+(?:dev|develop|build)\b/;

/** Packages that others load by a name which stands in no source: their place among development dependencies is a mistake. */
const LOADED_UNSEEN =
  /^(?:pg|pg-hstore|pg-native|mysql2?|mariadb|sqlite3|better-sqlite3|tedious|oracledb|mongodb|mongoose|ioredis|redis|ejs|pug|jade|hbs|handlebars|nunjucks|mustache|express-handlebars|bufferutil|utf-8-validate|reflect-metadata|dotenv|tslib|core-js|regenerator-runtime|graphql|react|react-dom|next|express|fastify|koa|sharp|pino-pretty|prisma|nan|node-addon-api|node-gyp(?:-build)?|prebuild-install|cmake-js)$|^@(?:babel\/runtime|swc\/helpers|prisma\/client)/;
const MOST_FILES = 4000;
/** Settings in TypeScript that a package compiles when it starts; next does so under a server of the project, too. */
const COMPILED_SETTINGS: readonly (readonly [of: string, settings: RegExp, by: RegExp])[] = [
  ['next', /(?:^|\/)next\.config\.[cm]?ts$/, /^typescript$/],
  ['knex', /(?:^|\/)knexfile\.[cm]?ts$/, /^(?:ts-node|tsx|typescript|esbuild-register|@swc\/.+)$/],
];

/**
 * The first development dependency that code of the project names, or that compiles its settings, as a text about the
 * file and the package; or that there is too much to look at.
 * @param started names of the programs that the container starts
 */
export function reachedDevDependency(
  context: ContextFiles,
  { devDependencies, dependencies, optionalDependencies }: NodeProject,
  started: ReadonlySet<string>,
): { readonly what: string } | 'too much' | undefined {
  const names = [...devDependencies.keys()].filter(
    (name) => !name.startsWith('@types/') && !dependencies.has(name) && !optionalDependencies.has(name),
  );
  if (names.length === 0) return undefined;
  for (const [of, settings, by] of COMPILED_SETTINGS) {
    if (!started.has(of) && !(of === 'next' && dependencies.has(of))) continue;
    const name = names.find((one) => by.test(one));
    const path = name === undefined ? undefined : context.paths.find((one) => settings.test(one));
    if (path !== undefined) return { what: `${path} is compiled, when the program starts, by ${name!}` };
  }
  const paths = context.paths.filter(
    (path) => SOURCES.test(path) && (!OUTSIDE.test(path) || (started.has('astro') && OF_ASTRO.test(path))),
  );
  if (paths.length > MOST_FILES) return 'too much';
  const wanted = new Set(names);
  for (const path of paths) {
    const text = context.read(path);
    if (text === undefined) return 'too much';
    // Types are gone once compiled; every other literal that is a package's name, or a path in it, may load it.
    const code = text.replace(/^[ \t]*(?:import|export)\s+type\s[^;'"]*from\s*(?:'[^'\n]*'|"[^"\n]*")/gm, '');
    for (const [, , literal] of code.matchAll(/(['"`])([@\w][\w.@/-]{0,120})\1/g)) {
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(literal!)?.[0];
      if (name !== undefined && wanted.has(name)) return { what: `${path} names ${name}` };
    }
    if (!/\.ya?ml$/.test(path)) continue;
    const plain = names.find((name) =>
      new RegExp(`:\\s*${name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}\\s*$`, 'm').test(text),
    );
    if (plain !== undefined) return { what: `${path} names ${plain}` };
  }
  return undefined;
}

/** Whether a program that the container starts compiles or bundles first, with what development dependencies bring. */
export function buildsOnStart(program: string): boolean {
  return BUILDS.test(program);
}

/** What must stand in a file for a package to be loaded unseen. */
const ASKED: Readonly<Record<string, { readonly in: RegExp; readonly by: RegExp }>> = {
  tslib: { in: /(?:^|\/)tsconfig[\w.-]*\.json$/, by: /"importHelpers"/ },
  'pino-pretty': { in: SOURCES, by: /\bprettyPrint\b/ },
};
/** Packages that others load when they are installed alone. */
const AT_INSTALL = /^(?:prisma|nan|node-addon-api|node-gyp|prebuild-install|cmake-js)$/;

/**
 * A development dependency that other packages, or what a compiler writes, may load by a name which stands in no source.
 * @param installed whether the other packages were installed with it beside them
 */
export function unseenDevDependency(
  context: ContextFiles,
  { devDependencies, dependencies, optionalDependencies }: NodeProject,
  installed: boolean,
): string | undefined {
  return [...devDependencies.keys()].find((name) => {
    if (!LOADED_UNSEEN.test(name) || dependencies.has(name) || optionalDependencies.has(name)) return false;
    if (installed && AT_INSTALL.test(name)) return false;
    const asked = ASKED[name];
    return (
      asked === undefined ||
      context.paths.some((path) => asked.in.test(path) && asked.by.test(context.read(path) ?? ''))
    );
  });
}
