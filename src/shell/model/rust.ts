import { NOTHING, PROXY, VERSION_MODES } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const environment = ['*'];
const folderVariables = ['CARGO_HOME', 'CARGO_TARGET_DIR', 'RUSTUP_HOME', 'SCCACHE_DIR', 'CARGO_BUILD_TARGET_DIR'];
const homes = ['~/.cargo/**', '/usr/local/cargo/**', '~/.rustup/**', '/usr/local/rustup/**'];
const caches = ['~/.cargo/**', '/usr/local/cargo/**', '~/.cache/**', '/tmp/**'];
const manifests = ['./Cargo.toml', './Cargo.lock', './.cargo/**', './rust-toolchain', './rust-toolchain.toml'];

const general = '-v -vv --verbose -q --quiet -h --help --locked --offline --frozen';
const generalValues = '--color --config -Z';
const buildFlags =
  '--workspace --all --lib --bins --examples --tests --benches --all-targets --all-features --no-default-features -r --release --keep-going --unit-graph ' +
  '--ignore-rust-version --future-incompat-report --build-plan --no-run --no-fail-fast --doc --no-deps --open';
const buildValues =
  '-p --package --exclude --bin --example --test --bench -F --features --profile -j --jobs --target --target-dir --artifact-dir --out-dir --manifest-path --message-format';

/** Build scripts (build.rs) and procedural macros of the project run; they may read all of it and every variable. */
const build: UseModel = {
  flags: buildFlags,
  values: buildValues,
  optional: '--timings',
  operands: 'text',
  network: true,
  reads: ['./**', ...homes],
  writes: ['./**', ...caches],
  runsProjectScripts: true,
  manifests: [...manifests, './src/**', './crates/**'],
  products: ['./target/**', './Cargo.lock'],
  environment,
  folderVariables,
  writesOption: ['--target-dir', '--artifact-dir', '--out-dir'],
  manifestOption: ['--manifest-path'],
};
const fetch: UseModel = {
  ...build,
  reads: ['./**', ...homes],
  writes: ['./Cargo.lock', './vendor/**', ...caches],
  runsProjectScripts: false,
  manifests: [],
  products: [],
};
/** cargo-chef (github.com/LukeMathWalker/cargo-chef): a recipe of the dependencies, and their build from dummy sources. */
const recipe: UseModel = {
  ...build,
  values: `${buildValues} --recipe-path`,
  runsProjectScripts: false,
  manifests: [],
  products: [],
};
const installFlags = `${buildFlags} -f --force -n --dry-run --no-track --list --debug`;
const installValues =
  '--version --vers --index --registry --git --branch --tag --rev --path --root --message-format --bin --example -F --features -j --jobs --profile --target --target-dir';
const run: UseModel = { ...build, opaque: 'runs code of the project' };

/** Files of the working directory and those above it that say which compiler and which settings hold. */
const toolchains = ['rust-toolchain', 'rust-toolchain.toml'];
const settings = ['.', '..', '../..'].flatMap((at) => [...toolchains, '.cargo/**'].map((name) => `${at}/${name}`));

const rustup: UseModel = {
  flags: '--no-self-update --force --force-non-host --allow-downgrade --no-update --skip-existing --self-uninstall',
  values: '--profile -c --component -t --target --toolchain --path --default-host',
  operands: 'text',
  network: true,
  reads: [...['.', '..'].flatMap((at) => toolchains.map((name) => `${at}/${name}`)), ...homes],
  writes: [...homes, '~/.profile', '~/.bashrc', '~/.bash_profile', '/tmp/**'],
  environment: ['RUSTUP_*', 'CARGO_HOME', ...PROXY],
  folderVariables,
};

/** cargo (doc.rust-lang.org/cargo/commands), rustup (rust-lang.github.io/rustup), rustc. */
export const rust: readonly ToolModel[] = [
  {
    names: ['cargo'],
    elsewhere: true,
    flags: `${general} -V --version --list`,
    values: `${generalValues} -C`,
    directoryOption: ['-C'],
    uses: {
      '': NOTHING,
      build,
      b: build,
      check: build,
      c: build,
      clippy: build,
      rustc: build,
      doc: build,
      install: {
        ...build,
        flags: installFlags,
        values: installValues,
        operands: 'text',
        readsOption: ['--path'],
        writesOption: ['--root', '--target-dir', '--path'],
        operandsLike: { pattern: /^[\w-]+(?:@\S+)?$/, unless: ['--path'], use: 'install -' },
      },
      // A crate of the registry is built in a temporary folder (doc.rust-lang.org/cargo/commands/cargo-install.html).
      'install -': {
        ...build,
        flags: installFlags,
        values: installValues,
        operands: 'text',
        reads: [...settings, ...homes],
        writes: [...caches, '/tmp/**'],
        writesOption: ['--root', '--target-dir'],
        runsProjectScripts: false,
        manifests: [],
        products: [],
      },
      uninstall: { ...fetch, values: '--root -p --package --bin', network: false },
      fetch,
      update: {
        ...fetch,
        flags: '-w --workspace --aggressive --recursive --dry-run --breaking',
        values: '-p --package --precise --manifest-path',
      },
      'generate-lockfile': fetch,
      vendor: {
        ...fetch,
        flags: '--no-delete --versioned-dirs --respect-source-config',
        values: '-s --sync --manifest-path',
      },
      metadata: {
        ...fetch,
        flags: '--no-deps --all-features --no-default-features',
        values: '--format-version -F --features --filter-platform --manifest-path',
      },
      new: {
        flags: '--bin --lib',
        values: '--vcs --edition --name --registry',
        operands: 'writes',
        reads: homes,
        environment: ['CARGO_*', 'USER', 'NAME', 'EMAIL', 'GIT_*'],
        folderVariables,
      },
      init: {
        flags: '--bin --lib',
        values: '--vcs --edition --name --registry',
        operands: 'writes',
        defaultWrites: ['./**'],
        reads: homes,
        environment: ['CARGO_*', 'USER', 'NAME', 'EMAIL', 'GIT_*'],
        folderVariables,
      },
      clean: {
        ...build,
        network: false,
        flags: '-r --release --doc --dry-run',
        values: '-p --package --target --target-dir --manifest-path --profile',
        runsProjectScripts: false,
      },
      'chef prepare': {
        ...recipe,
        network: false,
        writes: ['./recipe.json'],
        writesOption: ['--recipe-path'],
      },
      'chef cook': { ...recipe, readsOption: ['--recipe-path'] },
      // github.com/cargo-bins/cargo-binstall: downloads programs, or lets cargo compile them.
      binstall: {
        ...fetch,
        flags:
          '-y --no-confirm --force --no-symlinks --dry-run --no-cleanup --no-track --only-signed --continue-on-failure',
        values:
          '--version --targets --root --install-path --strategies --disable-strategies --rate-limit --registry --index',
        writes: caches,
        writesOption: ['--root', '--install-path'],
      },
      version: NOTHING,
      run,
      r: run,
      test: run,
      t: run,
      bench: run,
    },
  },
  {
    names: ['rustup', 'rustup-init'],
    elsewhere: true,
    flags: '-v --verbose -q --quiet -V --version -h --help -y --no-modify-path',
    values: '--default-toolchain --default-host --profile --component -c --target -t',
    uses: {
      '': rustup,
      default: rustup,
      update: rustup,
      install: rustup,
      toolchain: rustup,
      target: rustup,
      component: rustup,
      set: rustup,
      self: rustup,
      override: rustup,
      show: {
        operands: 'text',
        network: true,
        reads: ['./rust-toolchain', './rust-toolchain.toml', ...homes],
        writes: homes,
        environment: ['RUSTUP_*', 'CARGO_HOME', ...PROXY],
        folderVariables,
      },
      run: { opaque: 'runs a program of a toolchain' },
    },
  },
  {
    names: ['rustc'],
    elsewhere: true,
    uses: {
      '': {
        ...NOTHING,
        opaque: 'compiles with options that are not modelled',
        modes: { '-V': '--version', '-vV': '--version', ...VERSION_MODES },
      },
      '--version': { flags: '-V --version --help -h -v --verbose', ...NOTHING },
    },
  },
];
