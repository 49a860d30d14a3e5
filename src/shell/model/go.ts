import { NOTHING, PROXY } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const environment = ['GO*', 'CGO_*', 'CC', 'CXX', 'AR', 'FC', 'PKG_CONFIG*', 'GIT_*', ...PROXY];
const folderVariables = ['GOPATH', 'GOCACHE', 'GOMODCACHE', 'GOBIN', 'GOTMPDIR'];
const configuration = [
  '~/.config/go/**',
  '~/.netrc',
  '~/.gitconfig',
  '~/.ssh/**',
  '/etc/gitconfig',
  '/usr/local/go/**',
];
/** A replacement may name a module in any folder (go.dev/ref/mod, "replace directive"). */
const otherModules = ['/**/go.mod', '/**/go.sum'];
const caches = ['/go/**', '~/go/**', '~/.cache/go-build/**', '/tmp/**'];
const manifests = ['./go.mod', './go.sum', './go.work', './go.work.sum'];
const above = ['../go.mod', '../go.sum', '../go.work', '../../go.mod', '../../go.work', '../../../go.mod'];

const buildFlags = '-a -i -n -v -x -race -msan -asan -cover -linkshared -modcacherw -trimpath -work -insecure';
const buildValues =
  '-C -o -p -asmflags -buildmode -compiler -gccgoflags -gcflags -installsuffix -ldflags -mod -modfile -overlay -pgo -pkgdir -tags -toolexec -covermode -vettool -coverpkg ' +
  '--ldflags --installsuffix --tags --mod';

/** Reads every Go file of the module and the caches; cgo and `-toolexec` run compilers, never code of the module. */
const build: UseModel = {
  flags: buildFlags,
  values: buildValues,
  optional: '-buildvcs',
  operands: 'text',
  network: true,
  reads: ['./**', ...above, ...configuration, ...caches],
  writes: ['./**', ...caches],
  environment,
  folderVariables,
  directoryOption: ['-C'],
  writesOption: ['-o', '-pkgdir'],
  readsOption: ['-modfile', '-overlay', '-pgo'],
  opaqueOption: ['-toolexec'],
};
const modules: UseModel = {
  flags: '-v -x -json -e -print -fmt -dropreplace',
  values: '-C -modfile -go -compat -require -droprequire -replace -exclude -module -reuse',
  operands: 'text',
  network: true,
  reads: [...manifests, ...above, ...otherModules, ...configuration, ...caches],
  writes: ['./go.mod', './go.sum', ...caches],
  environment,
  folderVariables,
  directoryOption: ['-C'],
};
const tree: UseModel = {
  ...modules,
  flags: '-v -x -e',
  values: '-C -go -compat -o',
  reads: ['./**', ...above, ...configuration, ...caches],
  writes: ['./**', ...caches],
  writesOption: ['-o'],
};
const run: UseModel = { ...build, environment: ['*'], opaque: 'runs code of the module' };

/** go (pkg.go.dev/cmd/go). */
export const go: readonly ToolModel[] = [
  {
    names: ['go'],
    elsewhere: true,
    singleDash: true,
    flags: '-h',
    values: '-C',
    uses: {
      '': NOTHING,
      build,
      install: { ...build, operandsLike: { pattern: /@/, unless: [], use: 'install -' } },
      // With a version it heeds no go.mod (go.dev/ref/mod#go-install).
      'install -': { ...build, reads: [...configuration, ...caches], writes: caches },
      get: { ...build, flags: `${buildFlags} -d -f -fix -t -tool`, optional: '-u --u' },
      vet: { ...build, flags: `${buildFlags} -json -fix` },
      list: {
        ...build,
        flags: `${buildFlags} -m -e -json -deps -test -u -versions -export -compiled -find -retracted`,
        values: `${buildValues} -f`,
        writes: caches,
      },
      test: { ...run, flags: `${buildFlags} -c -json -short -failfast -benchmem` },
      run,
      generate: run,
      tool: run,
      fmt: { flags: '-n -x', values: '-mod', operands: 'text', reads: ['./**'], writes: ['./**'] },
      'mod download': modules,
      'mod verify': modules,
      'mod graph': modules,
      'mod edit': { ...modules, network: false },
      'mod init': { ...tree, network: false },
      'mod tidy': tree,
      'mod vendor': { ...tree, values: '-C -o' },
      'mod why': tree,
      'work sync': tree,
      'work use': tree,
      'work init': tree,
      env: {
        flags: '-json -changed',
        values: '',
        operands: 'text',
        reads: ['~/.config/go/**', ...manifests],
        environment,
        modes: { '-w': 'env -w', '-u': 'env -w' },
      },
      'env -w': {
        flags: '-w -u',
        operands: 'text',
        reads: ['~/.config/go/**'],
        writes: ['~/.config/go/**'],
        environment,
      },
      version: { flags: '-m -v', operands: 'reads' },
      clean: {
        flags: '-i -r -n -x -cache -testcache -modcache -fuzzcache',
        operands: 'text',
        reads: ['./**', ...above],
        writes: ['./**', ...caches],
        environment,
        folderVariables,
      },
      bug: NOTHING,
      help: NOTHING,
    },
  },
  {
    names: ['dep', 'glide', 'govendor'],
    elsewhere: true,
    singleDash: true,
    uses: {
      '': {
        flags: '-v -vendor-only -update -no-vendor -q --strip-vendor -u --force --quiet --all-dependencies',
        operands: 'text',
        network: true,
        reads: ['./**', ...configuration, ...caches],
        writes: ['./**', '~/.glide/**', ...caches],
        environment,
        folderVariables,
      },
    },
  },
];
