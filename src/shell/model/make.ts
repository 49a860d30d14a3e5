import { NOTHING, VERSION_MODES } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const tree: UseModel = { operands: 'text', reads: ['./**'], writes: ['./**'], environment: ['*'] };
const version: UseModel = { flags: '--version --help -v -h', ...NOTHING };

const make: UseModel = {
  ...tree,
  flags:
    '-b -m -B --always-make -d -e --environment-overrides -i --ignore-errors -k --keep-going -L --check-symlink-times -n --just-print --dry-run --recon -p --print-data-base -q --question ' +
    '-r --no-builtin-rules -R --no-builtin-variables -s --silent --quiet -S --no-keep-going --stop -t --touch --trace -v --version -w --print-directory --no-print-directory --warn-undefined-variables -h --help',
  values:
    '-C --directory -f --file --makefile -I --include-dir -o --old-file --assume-old -W --what-if --new-file --assume-new -E --eval',
  optional: '-j --jobs -l --load-average --debug -O --output-sync --shuffle',
  readsOption: ['-f', '--file', '--makefile', '-I', '--include-dir'],
  directoryOption: ['-C', '--directory'],
  opaque: 'runs the rules of a Makefile',
  modes: { '-v': '--version', ...VERSION_MODES },
};

/** make(1), cmake(1), ninja; `configure`, autoreconf and their kin run scripts of the source tree. */
export const makeTools: readonly ToolModel[] = [
  { names: ['make', 'gmake'], uses: { '': make, '--version': version } },
  {
    names: ['cmake'],
    elsewhere: true,
    uses: {
      '': {
        ...tree,
        flags:
          '-Wno-dev -Wdev -Wdeprecated -Wno-deprecated -Werror=dev --fresh -N --log-context --trace --trace-expand --warn-uninitialized --warn-unused-vars --no-warn-unused-cli -v --verbose --clean-first --strip -h --help --version -L -LA -LAH',
        values:
          '-S -B -C -D -U -G -T -A --toolchain --install-prefix --log-level --preset --build -t --target --config --install --component --prefix -P -E -H --graphviz',
        optional: '-j --parallel',
        operands: 'reads',
        opaque: 'runs CMakeLists.txt',
        modes: VERSION_MODES,
      },
      '--version': version,
    },
  },
  {
    names: ['autogen.sh', 'bootstrap', 'bootstrap.sh', 'b2', 'bjam', 'waf'],
    elsewhere: true,
    noOptions: true,
    uses: { '': { ...tree, opaque: 'runs a build that is not seen' } },
  },
  {
    names: ['configure'],
    elsewhere: true,
    noOptions: true,
    uses: { '': { ...tree, opaque: 'runs a configure script' } },
  },
  {
    names: [
      'ninja',
      'meson',
      'scons',
      'qmake',
      'autoreconf',
      'autoconf',
      'automake',
      'aclocal',
      'autoheader',
      'libtoolize',
      'intltoolize',
      'rpmbuild',
      'dpkg-buildpackage',
      'debuild',
      'makepkg',
      'checkinstall',
      'abuild',
    ],
    elsewhere: true,
    uses: { '': { ...tree, opaque: 'runs a build that is not seen', modes: VERSION_MODES }, '--version': version },
  },
];
