import { NOTHING, VERSION_MODES } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const environment = [
  'CPATH',
  'C_INCLUDE_PATH',
  'CPLUS_INCLUDE_PATH',
  'LIBRARY_PATH',
  'LD_LIBRARY_PATH',
  'GCC_*',
  'COMPILER_PATH',
  'CCACHE_*',
  'SOURCE_DATE_EPOCH',
  'LANG',
  'LC_*',
  'TMPDIR',
];

/** Options are given glued (`-Wall`, `-O2`) or as the next word (`-o x`). Headers may be anywhere below the current directory. */
const compile: UseModel = {
  flags:
    '-c -S -E -v -w -s -r -p -pg -pipe -static -shared -pthread -rdynamic -nostdlib -nostdinc -nodefaultlibs -nostartfiles -ansi -pedantic -pedantic-errors -M -MM -MD -MMD -MP -pie -no-pie -static-libgcc -static-libstdc++ -dumpversion -dumpmachine -print-search-dirs',
  values:
    '-o -I -L -l -D -U -include -imacros -isystem -idirafter -iquote -isysroot -MF -MT -MQ -T -u -Xlinker -Xassembler -Xpreprocessor -x -z -framework -B',
  optional: '-O -W -f -m -g -std -Wl -Wa -Wp -specs --sysroot -rpath -print-file-name',
  operands: 'reads',
  reads: ['./**'],
  writes: ['./*'],
  environment,
  readsOption: ['-I', '-L', '-include', '-imacros', '-isystem', '-idirafter', '-iquote', '-isysroot', '-B', '-T'],
  writesOption: ['-o', '-MF'],
  opaqueOption: ['-fplugin', '-specs'],
  modes: { '-v': '--version', '-dumpversion': '--version', '-dumpmachine': '--version', ...VERSION_MODES },
};

/** gcc(1), clang, ld(1), ar(1), strip(1), ldconfig(8), ldd(1). */
export const compilers: readonly ToolModel[] = [
  {
    names: [
      'gcc',
      'g++',
      'cc',
      'c++',
      'clang',
      'clang++',
      ...['4.8', '4.9', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14'].flatMap((v) => [`gcc-${v}`, `g++-${v}`]),
    ],
    singleDash: true,
    uses: { '': compile, '--version': { flags: '--version --help -v -dumpversion -dumpmachine', ...NOTHING } },
  },
  {
    names: ['strip'],
    uses: {
      '': {
        flags:
          '-s --strip-all -g -S -d --strip-debug --strip-dwo --strip-unneeded -M --merge-notes --no-merge-notes -p --preserve-dates -D --enable-deterministic-archives -U --disable-deterministic-archives -w --wildcard -x --discard-all -X --discard-locals --keep-section-symbols --keep-file-symbols --only-keep-debug -V --version -v --verbose --help',
        values:
          '-F --target -I --input-target -O --output-target -R --remove-section --keep-section --remove-relocations -K --keep-symbol -N --strip-symbol -o',
        operands: 'updates',
        writesOption: ['-o'],
      },
    },
  },
  {
    names: ['ldconfig'],
    uses: {
      '': {
        flags: '-i --ignore-aux-cache -l -n -N -p --print-cache -v --verbose -V --version -X',
        values: '-c --format -C -f -r',
        operands: 'updates',
        reads: [
          '/etc/ld.so.conf',
          '/etc/ld.so.conf.d/**',
          '/lib/**',
          '/lib64/**',
          '/usr/lib/**',
          '/usr/lib64/**',
          '/usr/local/lib/**',
        ],
        writes: [
          '/etc/ld.so.cache',
          '/var/cache/ldconfig/**',
          '/lib/**',
          '/lib64/**',
          '/usr/lib/**',
          '/usr/lib64/**',
          '/usr/local/lib/**',
        ],
        readsOption: ['-f'],
        writesOption: ['-C'],
        opaqueOption: ['-r'],
      },
    },
  },
  {
    // patchelf(1)
    names: ['patchelf'],
    uses: {
      '': {
        flags:
          '--print-interpreter --print-soname --print-rpath --print-needed --print-os-abi --remove-rpath --shrink-rpath --force-rpath --no-default-lib --no-sort --clear-symbol-version --debug --version -h --help',
        values:
          '--set-interpreter --interpreter --set-rpath --add-rpath --set-soname --add-needed --remove-needed --page-size --output --allowed-rpath-prefixes',
        operands: 'updates',
        writesOption: ['--output'],
      },
    },
  },
  {
    // pkg-config(1), pkgconf(1): tells the options for a library, whatever it is asked.
    names: ['pkg-config', 'pkgconf'],
    noOptions: true,
    uses: {
      '': {
        operands: 'text',
        reads: ['/usr/**', '/opt/**', '/lib/**'],
        environment: ['PKG_CONFIG_*'],
        folderVariables: ['PKG_CONFIG_PATH', 'PKG_CONFIG_LIBDIR', 'PKG_CONFIG_SYSROOT_DIR'],
      },
    },
  },
  {
    names: ['ldd'],
    uses: {
      '': {
        flags: '-v --verbose -u --unused -d --data-relocs -r --function-relocs --version --help',
        operands: 'reads',
        environment: ['LD_*'],
      },
    },
  },
  {
    names: ['scanelf'],
    uses: {
      '': {
        flags:
          '-R -r -n -q -F -a -p -l -y -A -E -B -L --needed --nobanner --recursive --mount -m --quiet --ldpath --all --archives --symlink',
        values: '--format -N -s -k -g --etype',
        operands: 'reads',
      },
    },
  },
  {
    names: ['ar', 'ranlib'],
    bundled: true,
    uses: { '': { flags: '-c -r -s -u -v -D -U', operands: 'updates' } },
  },
];
