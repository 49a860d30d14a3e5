import { mayInstallUnseen, type Run, type Use } from '../../src/cache-mounts/index.js';

/** Programs that compile, or install what may have to be compiled. */
const BUILDERS =
  /^(pip[\d.]*|pipenv|poetry|uv|pdm|npm|npx|yarn|pnpm|node-gyp|gem|bundle|bundler|cpan|cpanm|pecl|pear|phpize|docker-php-ext-.*|make|gmake|cmake|ninja|meson|gcc|g\+\+|cc|c\+\+|ld|ar|go|cargo|rustc|configure|luarocks|mix|rebar3|stack|cabal|tox|autoconf|automake|autoreconf|libtool|pkg-config|patch|swig|bison|flex|nasm|easy_install.*)$/;
const HARMLESS = /^(cache|config|--version|-v|version|help|list|freeze|show|check)$/;

/** Whether a command may need compilers and headers. */
export function mayBuild({ invocation }: Use): boolean {
  const { tool, subcommand, args } = invocation;
  if (tool === undefined) return true;
  const name = tool.replace(/^.*\//, '');
  if (/^python[\d.]*$/.test(name))
    return args.some(({ value }) => value === 'setup.py' || value === 'pip' || value === 'build');
  if (!BUILDERS.test(name)) return false;
  return !HARMLESS.test(subcommand) && !HARMLESS.test(args[0]?.value ?? '');
}

/** Whether a RUN may build, or runs code that is not seen and may. */
export function runMayBuild(run: Run): boolean {
  return run.opaque !== undefined || run.uses.some(mayBuild) || mayInstallUnseen(run);
}

/** Programs that compile when they run, not when they are installed. */
export const COMPILES_LATE =
  /(^|[\s"'=])(node-gyp|theano|pytensor|pymc\d*|triton|pythran|torch|tensorflow|jax|pyximport|nvcc|rstan|cmdstanpy)([\s"'=<>~[]|$)/i;

/** Words of a start command or script that mean that something is built when the container runs. */
export const BUILDS_AT_START =
  /(^|[\s"'/;&|([,])(make|gcc|g\+\+|cc|cmake|cargo|phpize|pecl|docker-php-ext-install|node-gyp|go (run|build)|pip[\d.]* install|npm (ci|i|install|rebuild)|yarn install|bundle install|gem install|python3? setup\.py)([\s"';&|)\],]|$)/;
