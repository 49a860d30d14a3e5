import { NOTHING, PROXY } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const homes = [
  '~/.nuget/**',
  '~/.dotnet/**',
  '~/.local/share/NuGet/**',
  '~/.config/NuGet/**',
  '~/.microsoft/**',
  '~/.templateengine/**',
  '/tmp/**',
];
const folderVariables = ['NUGET_PACKAGES', 'DOTNET_CLI_HOME', 'NUGET_HTTP_CACHE_PATH'];
/** MSBuild also takes `/p:Name=Value` and `-p:Name=Value`. */
const values =
  '-c --configuration -o --output -f --framework -r --runtime -v --verbosity --arch -a --os --source -s --packages --configfile --version-suffix --manifest -p --property -t -l ' +
  '--artifacts-path --lock-file-path';
const flags =
  '--no-restore --no-build --no-dependencies --no-incremental --force --nologo -nologo --self-contained --no-self-contained --sc --no-cache --ignore-failed-sources --disable-parallel --interactive ' +
  '--force-evaluate --use-lock-file --locked-mode --use-current-runtime --disable-build-servers --debug --include-symbols --include-source -h --help -d --diagnostics --ucr';
const manifestReads = [
  './**',
  '../Directory.*',
  '../NuGet.config',
  '../nuget.config',
  '../global.json',
  '../../Directory.*',
  '../../NuGet.config',
  '../../global.json',
];

/** The project file may import others and run tasks: any file of the tree counts, and the project's operand with its folder. */
const build: UseModel = {
  flags,
  values,
  optional: '-m -maxcpucount -bl -tl --tl -nodeReuse -clp',
  operands: 'updates',
  network: true,
  reads: [...manifestReads, ...homes],
  writes: ['./**', ...homes],
  environment: ['*'],
  folderVariables,
  runsProjectScripts: true,
  readsOption: ['--configfile', '--manifest'],
  writesOption: ['-o', '--output', '--packages', '--artifacts-path'],
};
const tool: UseModel = {
  flags:
    '-g --global --local --no-cache --prerelease --ignore-failed-sources --disable-parallel --interactive --create-manifest-if-needed --allow-downgrade --force',
  values:
    '--version --tool-path --add-source --source --configfile --framework -v --verbosity --tool-manifest --arch -a',
  operands: 'text',
  network: true,
  reads: ['./**', ...homes],
  writes: ['./.config/**', ...homes],
  environment: ['DOTNET_*', 'NUGET_*', ...PROXY],
  folderVariables,
  readsOption: ['--configfile', '--tool-manifest'],
  writesOption: ['--tool-path'],
};
/** Not the project's own: no manifest of tools is read, only what NuGet and the SDK look for from here upwards. */
const toolApart: UseModel = {
  ...tool,
  reads: [
    ...['.', '..', '../..', '../../..'].flatMap((folder) =>
      ['nuget.config', 'NuGet.config', 'NuGet.Config', 'global.json'].map((name) => `${folder}/${name}`),
    ),
    ...homes,
  ],
  writes: homes,
  readsOption: ['--configfile', '--add-source', '--source'],
};
const run: UseModel = { ...build, opaque: 'runs code of the project' };
const edit: UseModel = {
  ...build,
  flags: '-n --no-restore --prerelease --interactive',
  values: '-v --version -f --framework -s --source --package-directory --name',
  operands: 'text',
};

/** Options that make tools nobody's but the machine's. */
const APART = {
  '--tool-path': 'tool install --tool-path',
  '-g': 'tool install --tool-path',
  '--global': 'tool install --tool-path',
};

/** dotnet (learn.microsoft.com/dotnet/core/tools), nuget. */
export const dotnet: readonly ToolModel[] = [
  {
    names: ['dotnet'],
    elsewhere: true,
    singleDash: true,
    flags: '--info --version --list-sdks --list-runtimes -h --help -d --diagnostics',
    uses: {
      '': {
        operands: 'text',
        environment: ['DOTNET_*'],
        reads: ['./global.json'],
        writes: ['~/.dotnet/**', '~/.nuget/**'],
      },
      restore: {
        ...build,
        products: ['./**/obj/**'],
        manifests: [
          './**/*.csproj',
          './**/*.fsproj',
          './**/*.vbproj',
          './**/*.sln',
          './**/*.props',
          './**/*.targets',
          './**/*.json',
          './**/*.config',
        ],
      },
      build,
      publish: build,
      pack: build,
      clean: build,
      msbuild: build,
      test: run,
      run,
      watch: run,
      exec: run,
      ef: run,
      vstest: run,
      'tool install': { ...tool, modes: APART },
      'tool install --tool-path': toolApart,
      'tool update': { ...tool, modes: APART },
      'tool restore': tool,
      'tool uninstall': { ...tool, network: false },
      'tool list': { ...tool, network: false },
      new: {
        ...edit,
        flags: '--force --no-restore --dry-run --no-https',
        values: '-n --name -o --output -lang --language -f --framework --auth --project',
        writesOption: ['-o', '--output'],
      },
      'add package': edit,
      'nuget locals': {
        flags: '-c --clear -l --list --force-english-output',
        operands: 'text',
        writes: homes,
        folderVariables,
      },
      'nuget add': {
        ...tool,
        values: '-n --name -u --username -p --password --configfile --valid-authentication-types',
        flags: '--store-password-in-clear-text',
        writes: ['./NuGet.config', './nuget.config', ...homes],
      },
      'dev-certs': {
        flags: '--trust -t --clean --check -q --quiet -v --verbose',
        values: '-ep --export-path -p --password --format',
        operands: 'text',
        writes: homes,
        writesOption: ['-ep', '--export-path'],
        environment: ['DOTNET_*'],
      },
      'workload install': { ...tool, writes: ['/usr/**', ...homes], writesPrefix: true },
      'workload restore': { ...tool, writes: ['/usr/**', ...homes], writesPrefix: true },
    },
  },
  {
    names: ['nuget'],
    elsewhere: true,
    singleDash: true,
    uses: {
      '': NOTHING,
      restore: {
        flags: '-NonInteractive -NoCache -Force',
        values: '-ConfigFile -PackagesDirectory -OutputDirectory -Source -Verbosity -SolutionDirectory -MSBuildPath',
        operands: 'text',
        network: true,
        reads: ['./**', ...homes],
        writes: ['./**', ...homes],
        environment: ['*'],
        folderVariables,
        readsOption: ['-ConfigFile'],
        writesOption: ['-PackagesDirectory', '-OutputDirectory', '-SolutionDirectory'],
      },
      install: {
        flags: '-NonInteractive -NoCache -ExcludeVersion -Prerelease',
        values: '-ConfigFile -OutputDirectory -Source -Version -Verbosity',
        operands: 'text',
        network: true,
        reads: ['./**', ...homes],
        writes: ['./**', ...homes],
        environment: ['*'],
        folderVariables,
        writesOption: ['-OutputDirectory'],
      },
    },
  },
];
