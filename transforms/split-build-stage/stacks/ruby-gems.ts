import { gemNeeds, librariesOf, stageNeeds } from '../../../src/bases/index.js';
import type { Instruction } from '../../../src/dockerfile/index.js';
import { isRoot, isWithin, joinPath } from '../../../src/facts/index.js';
import type { RubyProject } from '../../../src/project/manifests/ruby.js';
import type { Effect } from '../file-steps.js';
import { declined, type Declined, type RuntimePackage, type Step, type Subject } from '../types.js';
import type { SlimImage } from './slim-image.js';

/** Where Ruby's images keep gems and Bundler's settings: github.com/docker-library/ruby (GEM_HOME, BUNDLE_APP_CONFIG). */
const HOME = '/usr/local/bundle';
/** What a script of the container does that needs a compiler. */
export const COMPILES_LATE =
  /^[ \t]*(?:exec\s+)?(?:bundle (?:install|check|update)|bundle\s*\|\||bundle\s*$|gem install|make|gcc)\b/m;
/** Programs of the project and of Node that write below the folder that they run in. */
const RUNNERS =
  /^(?:bundle|bundler|rake|rails|ruby|(?:\.\/)?bin\/(?:rails|rake|bundle|setup|webpack|yarn|vite)|npm|npx|yarn|node|webpack)$/;

/** `bundle install`, by itself or with another name. */
export function isInstall({ invocation: { tool, subcommand, args } }: Step): boolean {
  return (
    /^bundler?$/.test(tool ?? '') &&
    (subcommand === 'install' ||
      (args.every(({ text }) => text.startsWith('-')) &&
        !args.some(({ text }) => /^(?:-v|--version|--help)$/.test(text))))
  );
}

/** The effect of a command of the Ruby world; undefined for other commands. */
export function rubyEffect(step: Step, root: string): Effect | undefined {
  const { tool, subcommand, args } = step.invocation;
  if (tool === 'gem') {
    const plain = !args.some(({ text }) => /^(?:--system|--user-install|-i|--install-dir|-n|--bindir)/.test(text));
    return plain && /^(?:install|sources|list|env|--version|cleanup)$/.test(subcommand || '--version')
      ? 'none'
      : 'unknown';
  }
  if (!RUNNERS.test(tool ?? '')) return undefined;
  const config = /^bundler?$/.test(tool!) && subcommand.startsWith('config');
  if (config) return args.some(({ text }) => text === '--global') ? 'outside' : 'none';
  if (/^(?:npm|yarn)$/.test(tool!) && args.some(({ text }) => /^(?:-g|--global|global)$/.test(text))) return 'unknown';
  if (isInstall(step)) return 'none';
  return step.cwd !== undefined && isWithin(step.cwd, root) ? 'inside' : 'unknown';
}

/** The folders outside the program's that hold what Bundler installs. */
export function gemFolders(
  { steps }: Subject,
  installs: readonly Step[],
  root: string,
): { readonly paths: readonly string[] } | Declined {
  const folders = new Set([HOME]);
  for (const step of steps.filter(({ invocation }) => /^(?:gem|bundler?)$/.test(invocation.tool ?? ''))) {
    if (isRoot(step.state) !== true)
      return declined('gems are installed as a user whose folder is not copied', step.instruction);
    for (const name of ['GEM_HOME', 'BUNDLE_PATH', 'BUNDLE_APP_CONFIG', 'BUNDLE_BIN']) {
      const written = step.state.env.get(name);
      const value = written === undefined ? undefined : step.variable(name);
      if (written?.from !== undefined && value === undefined)
        return declined(`${name} is not known, where gems are put`, step.instruction);
      if (value !== undefined && value !== '') folders.add(joinPath(step.cwd ?? root, value));
    }
    const words = step.invocation.args.map((word) => step.text(word));
    const path =
      /^config(?:\s+set)?$/.test(step.invocation.subcommand) && words.includes('path') ? words.at(-1) : undefined;
    const option = step.invocation.options.find(({ name }) => name === '--path');
    const value =
      option === undefined ? path : option.valueWord === undefined ? option.value : step.text(option.valueWord);
    if (option !== undefined && value === undefined)
      return declined('where gems are put is not known', step.instruction);
    if (value !== undefined) folders.add(joinPath(step.cwd ?? root, value));
    if (step.invocation.subcommand === 'install' && words.includes('--system') && installs.length > 1)
      return declined('gems are put at two places', step.instruction);
  }
  return { paths: [...folders].filter((path) => !isWithin(path, root)).sort() };
}

/**
 * What the slim image lacks that the program needs: libraries of gems with native code, and programs that are started.
 * @param places the instructions that the final stage repeats
 */
export function gemLibraries(
  own: RubyProject,
  { facts, project, stage }: Subject,
  { image, slim, release }: SlimImage,
  places: ReadonlyMap<Instruction, unknown>,
): { readonly packages: readonly RuntimePackage[] } | Declined {
  const needs = gemNeeds(own, project!.context);
  if (typeof needs === 'string') return declined(needs, stage.from);
  if (!slim) return { packages: [] };
  const started = stageNeeds(
    facts,
    stage,
    'ruby',
    project,
    (one) => places.has(one) || /^(?:CMD|ENTRYPOINT|HEALTHCHECK|ENV)$/.test(one.keyword),
  );
  const [missing] = started.reasons;
  if (missing !== undefined) return declined(`${image} may lack what the program needs: ${missing.reason}`, missing.at);
  const [unknown] = needs.beyond;
  if (unknown !== undefined) return declined(`the gem ${unknown} needs libraries that are not known`, stage.from);
  const packages: RuntimePackage[] = [...started.packages]
    .filter(([name]) => !name.endsWith('-dev'))
    .map(([name, { why }]) => ({ name, why }));
  if (needs.git) packages.push({ name: 'git', why: 'Bundler may ask for it, as a gem comes from a repository' });
  for (const [gem, names] of needs.packages)
    for (const name of names) {
      if (name === 'build-essential') continue;
      const libraries = name.endsWith('-dev') ? librariesOf('debian', release, name) : [name];
      if (libraries === undefined)
        return declined(`the libraries of ${name} are not known, which the gem ${gem} needs`, stage.from);
      for (const library of libraries) packages.push({ name: library, why: `the gem ${gem} needs it` });
    }
  return { packages };
}
