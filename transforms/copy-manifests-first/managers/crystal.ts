import { all, type Described, managerBy } from './described.js';

/** crystal-lang.org/reference/man/shards. */
const shards: Described = {
  manager: 'Shards',
  tools: /^shards$/,
  installs: all(
    '--production|--frozen|--without-development|--skip-postinstall|--skip-executables|--ignore-crystal-version|--no-color|-q|-v',
    'install',
  ),
  manifest: /^shard\.yml$/,
  reads: /^shard\.(?:yml|lock|override\.yml)$/,
  stops: [[/^shard\.(?:yml|override\.yml)$/, /^[ \t]+path:|\{[^{}\n]*\bpath:/m, 'a shard is a local path']],
  fills: ['lib', 'bin'],
  moves: ['SHARDS_OVERRIDE', 'SHARDS_INSTALL_PATH', 'SHARDS_BIN_PATH'],
  homes: ['SHARDS_CACHE_PATH'],
};

export const crystal = managerBy(shards);
