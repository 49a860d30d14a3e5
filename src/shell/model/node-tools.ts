import { NOTHING, PROXY } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const project: Pick<UseModel, 'reads' | 'writes' | 'environment'> = {
  reads: ['./**'],
  writes: ['./**', '~/.cache/**', '~/.config/**', '/tmp/**'],
  environment: ['*'],
};
const runner = (opaque: string): UseModel => ({
  ...project,
  operands: 'text',
  opaque,
  modes: { '--version': '--version', '-v': '--version' },
});
const version: UseModel = { flags: '--version -v', ...NOTHING };

/** node(1), tsc (typescriptlang.org/docs/handbook/compiler-options), bower (bower.io/docs/api); gulp, grunt, ng and others run project code. */
export const nodeTools: readonly ToolModel[] = [
  {
    names: ['node', 'nodejs'],
    elsewhere: true,
    optionsFirst: true,
    programs: { 'npm-cli.js': 'npm', 'yarn.js': 'yarn' },
    uses: { '': { ...runner('runs a program in JavaScript'), operands: 'script' }, '--version': version },
  },
  {
    names: ['tsc', 'vue-tsc'],
    elsewhere: true,
    uses: {
      '': {
        flags:
          '--noEmit --declaration -d --sourceMap --strict --skipLibCheck --pretty --listFiles --listEmittedFiles --incremental --esModuleInterop ' +
          '--allowJs --checkJs --removeComments --noEmitOnError --resolveJsonModule --verbose --force -f --preserveWatchOutput --diagnostics ' +
          '--extendedDiagnostics -v --version -h --help --experimentalDecorators --emitDecoratorMetadata',
        values:
          '-p --project --outDir --rootDir --target -t --module -m --lib --jsx --moduleResolution --declarationDir --baseUrl --types --outFile',
        optional: '-b --build',
        operands: 'reads',
        ...project,
        environment: [],
        readsOption: ['-p', '--project'],
        writesOption: ['--outDir', '--declarationDir', '--outFile'],
        modes: { '-v': '--version', '--version': '--version', '-h': '--version', '--help': '--version' },
      },
      '--version': { flags: '-v --version -h --help', ...NOTHING },
    },
  },
  {
    names: ['bower'],
    elsewhere: true,
    flags:
      '--allow-root -V --verbose -q --quiet -s --silent -f --force -o --offline --no-color -j --json -v --version -h --help -p --production -F --force-latest -S --save -D --save-dev -E --save-exact',
    values: '-l --loglevel',
    uses: {
      '': NOTHING,
      ...Object.fromEntries(
        ['install', 'i', 'update', 'uninstall', 'prune'].map((name): [string, UseModel] => [
          name,
          {
            operands: 'text',
            network: true,
            reads: ['./**', '~/.bowerrc'],
            writes: ['./**', '~/.cache/bower/**', '~/.local/share/bower/**', '~/.config/**', '/tmp/**'],
            runsProjectScripts: true,
            environment: ['bower_*', ...PROXY],
          },
        ]),
      ),
      cache: { operands: 'text', writes: ['~/.cache/bower/**'] },
    },
  },
  ...(
    [
      [
        [
          'gulp',
          'grunt',
          'webpack',
          'rollup',
          'vite',
          'parcel',
          'esbuild',
          'nest',
          'next',
          'nuxt',
          'gatsby',
          'react-scripts',
          'vue-cli-service',
          'ember',
          'ionic',
          'ng',
          'jest',
          'mocha',
          'karma',
          'prisma',
          'pm2',
          'rimraf',
          'ts-node',
          'meteor',
          'node-gyp',
        ],
        'runs a build or program in JavaScript',
      ],
    ] as const
  ).map(([names, opaque]): ToolModel => ({
    names,
    elsewhere: true,
    optionsFirst: true,
    uses: { '': runner(opaque), '--version': version },
  })),
];
