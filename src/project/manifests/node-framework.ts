import type { ContextFiles } from '../context.js';
import { hasFile } from '../context.js';
import { cleanPath, joinPath } from '../paths.js';
import { blankComments, parseJson } from './parse.js';
import { entries, field, fieldAt, text } from './values.js';

/** The framework that builds a project, and where its output goes. */
export interface NodeFramework {
  readonly name: string;
  /** The folder that a build writes, relative to the project's folder (it may start with `..`); undefined where the configuration does not tell. */
  readonly output: string | undefined;
  /** What the output is: files for any web server, or a program for Node. */
  readonly kind: 'static' | 'server' | undefined;
  /** Next.js: `output: 'standalone'`. */
  readonly standalone: boolean;
  /** The configuration file that was read. */
  readonly config: string | undefined;
}

interface Known {
  readonly name: string;
  readonly packages: readonly string[];
  readonly configs: readonly string[];
  readonly output: string | undefined;
  readonly kind: NodeFramework['kind'];
  /** The setting in the configuration file that moves the output. */
  readonly setting?: string;
}

const endings = ['.ts', '.mts', '.js', '.mjs', '.cjs'];
const configs = (name: string) => endings.map((ending) => name + ending);

/** In the order in which one hides another: SvelteKit, Astro and the like are built with Vite. */
const frameworks: readonly Known[] = [
  {
    name: 'next',
    packages: ['next'],
    configs: configs('next.config'),
    output: '.next',
    kind: 'server',
    setting: 'distDir',
  },
  { name: 'nuxt', packages: ['nuxt', 'nuxt3'], configs: configs('nuxt.config'), output: '.output', kind: 'server' },
  {
    name: 'sveltekit',
    packages: ['@sveltejs/kit'],
    configs: configs('svelte.config'),
    output: undefined,
    kind: undefined,
  },
  {
    name: 'astro',
    packages: ['astro'],
    configs: configs('astro.config'),
    output: 'dist',
    kind: 'static',
    setting: 'outDir',
  },
  { name: 'remix', packages: ['@remix-run/dev', '@react-router/dev'], configs: configs('remix.config'), output: 'build', kind: 'server' }, // prettier-ignore
  { name: 'nest', packages: ['@nestjs/core'], configs: ['nest-cli.json'], output: 'dist', kind: 'server' },
  { name: 'gatsby', packages: ['gatsby'], configs: configs('gatsby-config'), output: 'public', kind: 'static' },
  { name: 'angular', packages: ['@angular/core'], configs: ['angular.json'], output: undefined, kind: 'static' },
  { name: 'create-react-app', packages: ['react-scripts'], configs: [], output: 'build', kind: 'static' },
  { name: 'vue-cli', packages: ['@vue/cli-service'], configs: configs('vue.config'), output: 'dist', kind: 'static', setting: 'outputDir' }, // prettier-ignore
  {
    name: 'vite',
    packages: ['vite'],
    configs: configs('vite.config'),
    output: 'dist',
    kind: 'static',
    setting: 'outDir',
  },
];

/** The framework of a package by its dependencies, with what its configuration file says in plain literals. */
export function nodeFramework(
  context: ContextFiles,
  folder: string,
  dependencies: ReadonlyMap<string, string>,
  devDependencies: ReadonlyMap<string, string>,
): NodeFramework | undefined {
  const has = (name: string) => dependencies.has(name) || devDependencies.has(name);
  const known = frameworks.find(({ packages }) => packages.some(has));
  if (known === undefined) return undefined;
  const config = known.configs.map((name) => joinPath(folder, name)).find((path) => hasFile(context, path));
  const source = config === undefined ? undefined : context.read(config);
  const base = { name: known.name, output: known.output, kind: known.kind, standalone: false, config };
  if (config !== undefined && source === undefined) return { ...base, output: undefined, kind: undefined };
  if (known.name === 'angular') return { ...base, output: angularOutput(source) };
  if (known.name === 'nest') return { ...base, output: nestOutput(context, folder) };
  const code = blankComments(source ?? '', 'slash');
  if (known.name === 'sveltekit') return { ...base, ...svelteOutput(code, has) };
  const set = known.setting === undefined ? undefined : setting(code, known.setting);
  const literal = set?.literal === undefined ? undefined : cleanPath(set.literal);
  const output = set === undefined ? known.output : literal;
  if (known.name === 'nuxt')
    return { ...base, ...nuxtOutput(code, dependencies.get('nuxt') ?? devDependencies.get('nuxt')) };
  if (known.name === 'next') return { ...base, ...nextOutput(code, output) };
  if (known.name === 'astro') return { ...base, output, ...astroOutput(code, has) };
  if (known.name === 'vite' && setting(code, 'root') !== undefined) return { ...base, output: undefined };
  if (known.name === 'vite' && /\bssr\b|\blib\s*:/.test(code)) return { ...base, output, kind: undefined };
  return { ...base, output };
}

/** A setting written `name: 'value'`; a value that is no literal gives no text. */
function setting(code: string, name: string): { readonly literal: string | undefined } | undefined {
  const match = new RegExp(`\\b${name}\\b['"]?\\s*[:=]\\s*(?:'([^'\\n]*)'|"([^"\\n]*)"|\`([^\`$\\n]*)\`)?`).exec(code);
  if (match === null) return new RegExp(`[{,]\\s*${name}\\s*[,}]`).test(code) ? { literal: undefined } : undefined;
  return { literal: match[1] ?? match[2] ?? match[3] };
}

/** Nuxt 2 builds to .nuxt, Nuxt 3 and later to .output; a Nitro preset or output setting may move it. */
function nuxtOutput(code: string, range: string | undefined): Partial<NodeFramework> {
  if (/\b(?:output|preset|buildDir|distDir)\b/.test(code)) return { output: undefined, kind: undefined };
  return { output: /^[\^~]?2(?:\.|$)/.test(range ?? '') ? '.nuxt' : '.output' };
}

/** Pages are static unless an adapter serves them; one that is set to other folders is not followed. */
function astroOutput(code: string, has: (name: string) => boolean): Partial<NodeFramework> {
  const mode = setting(code, 'output');
  if (has('@astrojs/node') && /\badapter\b/.test(code))
    return /\b(?:client|server|serverEntry)\s*:\s*['"`]/.test(code)
      ? { output: undefined, kind: 'server' }
      : { kind: 'server' };
  return mode === undefined || mode.literal === 'static' ? {} : { kind: 'server' };
}

function nextOutput(code: string, output: string | undefined): Partial<NodeFramework> {
  const mode = setting(code, 'output');
  if (mode === undefined) return { output };
  if (mode.literal === 'standalone') return { output, standalone: true };
  if (mode.literal === 'export') return { output: output === '.next' ? 'out' : output, kind: 'static' };
  return { output: undefined, kind: undefined };
}

function svelteOutput(code: string, has: (name: string) => boolean): Partial<NodeFramework> {
  const out = setting(code, 'out') ?? setting(code, 'pages');
  const output = out === undefined ? 'build' : out.literal;
  if (has('@sveltejs/adapter-node')) return { output, kind: 'server' };
  return has('@sveltejs/adapter-static') ? { output, kind: 'static' } : {};
}

function nestOutput(context: ContextFiles, folder: string): string | undefined {
  for (const name of ['tsconfig.build.json', 'tsconfig.json']) {
    const result = parseJson(context.read(joinPath(folder, name)) ?? '{}', { comments: true });
    if (!('value' in result)) return undefined;
    const outDir = text(fieldAt(result.value, 'compilerOptions', 'outDir'));
    if (outDir !== undefined) return cleanPath(outDir);
  }
  return 'dist';
}

/** The one output path of the projects in an angular.json; undefined when there are several. */
function angularOutput(source: string | undefined): string | undefined {
  const result = parseJson(source ?? '{}', { comments: true });
  const projects = 'value' in result ? entries(field(result.value, 'projects')) : [];
  const paths = projects
    .map(([, project]) =>
      fieldAt(field(project, 'architect') ?? field(project, 'targets'), 'build', 'options', 'outputPath'),
    )
    .map((path) => text(path) ?? text(field(path, 'base')))
    .filter((path) => path !== undefined);
  return paths.length === 1 ? paths[0] : undefined;
}
