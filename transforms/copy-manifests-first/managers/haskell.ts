import { all, type Described, managerBy } from './described.js';

/** cabal.readthedocs.io; the image's own description copies the .cabal file first. */
const cabal: Described = {
  manager: 'Cabal',
  tools: /^cabal$/,
  installs: all('-j\\d*|all|-O\\d?|-v\\d?|--enable-tests', '(?:v2-|new-)?build', '--only-dependencies'),
  manifest: /\.cabal$/,
  reads: /^(?:[^/]+\.cabal|cabal\.project(?:\.local|\.freeze)?)$/,
  stops: [
    [/^[^/]+\.cabal$/, /^build-type:\s*Custom/im, 'its build is a program of the project'],
    [
      /^cabal\.project(?:\.local)?$/,
      /^(?:optional-packages|import|extra-packages)\b|^packages:(?![ \t]*(?:\.|\.\/|(?:\.\/)?\*?[\w-]*\.cabal)[ \t]*(?:\n+(?![ \t])|(?![^])))/m,
      'it names other packages',
    ],
  ],
  fills: ['dist-newstyle'],
  homes: ['CABAL_DIR'],
};

/** docs.haskellstack.org/en/stable/build_command. */
const stack: Described = {
  manager: 'Stack',
  tools: /^stack$/,
  installs: all(
    '-j\\d*|--system-ghc|--install-ghc|--no-install-ghc|--allow-different-user|--test|--no-terminal',
    'build',
    '--(?:only-dependencies|dependencies-only)',
  ),
  builds: all(
    '-j\\d*|--system-ghc|--install-ghc|--no-install-ghc|--allow-different-user|--copy-bins|--no-terminal|--local-bin-path[ =]\\S+|--ghc-options[ =]-\\S+',
    'build|install',
  ),
  step: {
    words: ['stack', 'build', '--only-dependencies'],
    keeps: /^(?:--system-ghc|--install-ghc|--no-install-ghc|--allow-different-user|--no-terminal)$/,
    done: /\bstack (?:build|install|test|setup)\b/,
    mounted: /\.stack/,
  },
  manifest: /^stack\.yaml$/,
  reads: /^(?:stack\.yaml(?:\.lock)?|package\.yaml|[^/]+\.cabal)$/,
  stops: [
    [
      /^stack\.yaml$/,
      /^packages:(?![ \t]*(?:\n[ \t]*-[ \t]*["']?\.["']?|\[(?:["']?\.["']?)?\])[ \t]*(?:\n+(?![ \t-])|(?![^])))/m,
      'it names other packages',
    ],
    [
      /^stack\.yaml$/,
      /^[ \t]*-[ \t]*["']?(?:\.\.?\/|[\w.-]+\/[\w./-]*["']?[ \t]*$|[\w-]+["']?[ \t]*$)|^(?:resolver|snapshot):[ \t]*["']?\.{0,2}\/|^(?:docker|nix|custom-\w+):/m,
      'it names folders or tools of the project',
    ],
    [/^[^/]+\.cabal$/, /^build-type:\s*Custom/im, 'its build is a program of the project'],
    [/^package\.yaml$/, /^_common|!include|^build-type:\s*Custom|^defaults:/m, 'it reads other files'],
  ],
  fills: ['.stack-work'],
  homes: ['STACK_ROOT'],
  moves: ['STACK_YAML', 'STACK_WORK'],
  level: 'review',
};

export const haskell = [cabal, stack].map(managerBy);
