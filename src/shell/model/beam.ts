import type { ToolModel, UseModel } from './types.js';

const homes = ['~/.mix/**', '~/.hex/**', '~/.cache/**', '~/.config/**'];
const folderVariables = [
  'MIX_HOME',
  'HEX_HOME',
  'MIX_ARCHIVES',
  'MIX_BUILD_PATH',
  'MIX_DEPS_PATH',
  'REBAR_CACHE_DIR',
  'REBAR_BASE_DIR',
];
/** mix.exs and config/*.exs are programs of the project that every task runs. */
const project: UseModel = {
  flags:
    '--force --all --quiet --only-unlocked --no-archives-check --no-compile --no-deps-check --no-elixir-version-check --if-missing --warnings-as-errors --overwrite --skip-umbrella-children --include-children --build --no-optional-deps --no-protocol-consolidation --verbose',
  values: '--only --app --path',
  writesOption: ['--path'],
  operands: 'text',
  network: true,
  reads: ['./**', ...homes],
  writes: ['./**', ...homes, '/tmp/**'],
  environment: ['*'],
  folderVariables,
  runsProjectScripts: true,
};
const local: UseModel = {
  ...project,
  reads: ['./mix.exs', './config/**', ...homes],
  writes: [...homes, '/tmp/**'],
  packageFiles: ['.ez'],
};

/** mix (hexdocs.pm/mix), rebar3 (rebar3.org/docs). */
export const beam: readonly ToolModel[] = [
  {
    names: ['mix'],
    elsewhere: true,
    chain: 'do',
    uses: {
      '': { ...project, opaque: 'runs the default task of the project' },
      'deps.get': project,
      'deps.compile': project,
      'deps.update': project,
      'deps.clean': project,
      'deps.unlock': project,
      compile: project,
      do: project,
      'phx.digest': project,
      'phoenix.digest': project,
      release: project,
      'escript.build': project,
      'local.hex': local,
      'local.rebar': local,
      'archive.install': { ...local, operands: 'packages' },
      'hex.info': local,
      '*': { ...project, flags: '', opaque: 'runs a task of the project' },
    },
  },
  {
    names: ['rebar3', 'rebar'],
    elsewhere: true,
    uses: {
      '': { ...project, opaque: 'runs a task' },
      'get-deps': { ...project, flags: '' },
      compile: { ...project, flags: '' },
      release: { ...project, flags: '', values: '-n -o' },
      as: { ...project, flags: '' },
      local: { ...project, flags: '' },
      update: { ...project, flags: '' },
      unlock: { ...project, flags: '' },
      tar: { ...project, flags: '' },
    },
  },
];
