import { mountsOf } from '../../src/dockerfile/index.js';
import { likelyHome, type Run, type Use } from '../../src/cache-mounts/index.js';
import { certainValue, type Facts } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { berry, yarn } from './yarn.js';

/** A package manager whose cache can be emptied without harm once it has installed. */
export interface Row {
  readonly tools: RegExp;
  /** Subcommands that fill the cache. */
  readonly fills: RegExp;
  /** Subcommands that empty it. */
  readonly cleans: RegExp;
  /** The words behind the program's that empty it; undefined where `command` says all. */
  readonly cleaner?: string;
  readonly command?: (folders: readonly string[]) => string;
  /** Where the cache is; none where that is not known. */
  readonly folders: (run: Run, facts: Facts, use: Use, project: ProjectFacts | undefined) => readonly string[];
  /** Whether it is this manager of those with the same program. */
  readonly applies?: (facts: Facts, project: ProjectFacts | undefined) => boolean;
  /** What in a RUN puts it elsewhere, or turns it off … */
  readonly moves: RegExp;
  /** … and the variables that do. */
  readonly variables: readonly string[];
  /** Options by which later steps take everything from it. */
  readonly offline: RegExp;
  /** What of the folders goes. */
  readonly gone: string;
  /** Why the cache stays whatever the RUN does. */
  readonly keeps?: (use: Use, run: Run, facts: Facts, project: ProjectFacts | undefined) => string | undefined;
}

const NEVER = /$^/;

/** `composer clear-cache`: getcomposer.org/doc/03-cli.md; the folders are those of `cache-dir` in 06-config.md. */
const composer: Row = {
  tools: /^composer(\.phar)?$/,
  fills: /^(install|i|update|upgrade|u|require|reinstall|create-project|global require|global install|global update)$/,
  cleans: /^(clear-cache|clearcache|cc)\b/,
  cleaner: 'clear-cache',
  folders: ({ state }, _facts, use) => {
    const home = certainValue(state, 'COMPOSER_HOME');
    if (home !== undefined) return [`${home}/cache`];
    return [`${likelyHome(state, use)}/.composer/cache`, `${likelyHome(state, use)}/.cache/composer`];
  },
  moves: /COMPOSER_CACHE_DIR=|COMPOSER_HOME=|--no-cache|\bcache-dir\b/,
  variables: ['COMPOSER_CACHE_DIR'],
  offline: NEVER,
  gone: '**',
};

/** `conda clean`: docs.conda.io, commands/clean; packages are hard links into environments, so those stay whole. */
const conda: Row = {
  tools: /^(conda|mamba|micromamba)$/,
  fills: /^(install|create|update|upgrade|env create|env update)$/,
  cleans: /^clean\b/,
  cleaner: 'clean -afy',
  folders: ({ state, instruction }) => {
    const named = ['CONDA_DIR', 'MAMBA_ROOT_PREFIX'].flatMap((name) => {
      const root = certainValue(state, name);
      return root === undefined ? [] : `${root}/pkgs`;
    });
    // A mount tells it where the image does not.
    const mounted = mountsOf(instruction).flatMap(({ type, target }) =>
      type === 'cache' && target !== undefined ? target : [],
    );
    return named.length > 0 ? named : mounted.filter((target) => target.endsWith('/pkgs'));
  },
  moves: /CONDA_PKGS_DIRS|pkgs_dirs|allow_softlinks|always_softlink|--download-only/,
  variables: ['CONDA_PKGS_DIRS'],
  offline: /^--(offline|use-index-cache)$/,
  gone: '**',
  keeps: (_use, _run, { file }) =>
    OLD_CONDA.test(file.text) ? 'conda may be too old to know --force-pkgs-dirs' : undefined,
};

/** A conda before 4.6, which brought `clean -f`, by the version of it or of the Anaconda that it comes with. */
const OLD_CONDA =
  /\bminiconda[23]?[:-](?:3|4\.[0-5])\.|\banaconda[23]?[:-](?:[1-5]\.|2018\.)|conda\w*_VER\w*[= ]["']?(?:3|4\.[0-5])\.\d/i;

/** The words, in order, of an install of the distribution's Ruby, and where that puts gems. */
const SYSTEM_RUBY: Readonly<Record<string, { readonly words: readonly RegExp[]; readonly gems: string }>> = {
  debian: { words: [/\bapt(?:-get)?\b/, /\binstall\b/, /\bruby/], gems: '/var/lib/gems' },
  alpine: { words: [/\bapk\b/, /\badd\b/, /\bruby/], gems: '/usr/lib/ruby/gems' },
};

/** What brings a Ruby of its own, whose gems lie elsewhere. */
const OTHER_RUBY = /rvm|rbenv|asdf|ruby-build|ruby-install|ruby-lang\.org/;

function inOrder(text: string, words: readonly RegExp[]): boolean {
  let rest = text;
  return words.every((word) => {
    const found = word.exec(rest);
    rest = found === null ? '' : rest.slice(found.index + found[0].length);
    return found !== null;
  });
}

/** The archives of gems: guides.rubygems.org/command-reference; nothing reads them once a gem is installed. */
const gem: Row = {
  tools: /^(gem|bundle|bundler)$/,
  fills: /^(|install|i|update)$/,
  cleans: NEVER,
  command: ([folder]) => `rm -rf ${folder!}/*.gem`,
  folders: ({ state }, { file }) => {
    const home = certainValue(state, 'GEM_HOME');
    if (home !== undefined) return [`${home}/cache`];
    const system = SYSTEM_RUBY[state.image.family ?? ''];
    if (system === undefined || OTHER_RUBY.test(file.text)) return [];
    return file.instructions.some(({ logical }) => inOrder(logical.text, system.words))
      ? [`${system.gems}/*/cache`]
      : [];
  },
  moves:
    /BUNDLE_(PATH|DEPLOYMENT|CACHE_PATH)|\bbundler? config (set )?(--\w+ )?(path|deployment|cache_path)\b|GEM_HOME=|--path\b|--deployment\b|--install-dir|--user-install|\bgem install (\S+ )*-i\b/,
  variables: ['BUNDLE_PATH', 'BUNDLE_DEPLOYMENT', 'BUNDLE_CACHE_PATH', 'GEM_PATH'],
  offline: /^--(local|prefer-local)$/,
  gone: '*.gem',
  keeps: ({ invocation: { tool } }, { instruction }, { file }) => {
    const mover = file.instructions.find(({ logical }) => BUNDLE_SETTINGS.test(logical.text));
    return tool !== 'gem' && mover !== undefined && mover.index < instruction.index
      ? `line ${mover.lines.first} may move the cache of bundle`
      : undefined;
  },
};

/** Bundler remembers where gems go. */
const BUNDLE_SETTINGS = /\bbundler? config (?:set )?(?:--\w+ )?(?:path|deployment|cache_path)\b/;

export const rows: readonly Row[] = [yarn, berry, composer, conda, gem];

/** Questions, which install nothing. */
const ASKS = /^(-v|-V|--version|-h|--help)$/;

/** Whether a command puts something into the cache. */
export function fills(
  { tools, fills: subcommands, offline }: Row,
  { tool, subcommand, options, args }: Use['invocation'],
): boolean {
  return (
    tool !== undefined &&
    tools.test(tool) &&
    subcommands.test(subcommand) &&
    !(subcommand === '' && args.some(({ text }) => ASKS.test(text))) &&
    !options.some(({ name }) => offline.test(name))
  );
}
