import { NOTHING, PROXY } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const environment = ['GIT_*', 'SSH_*', 'USER', 'LOGNAME', 'EMAIL', 'XDG_CONFIG_HOME', ...PROXY];
const configuration = [
  '~/.gitconfig',
  '~/.config/git/**',
  '/etc/gitconfig',
  '~/.ssh/**',
  '~/.netrc',
  '~/.git-credentials',
];
/** Any git command in a work tree may read and write all of it, and its repository in the folders above. */
const base: UseModel = {
  operands: 'text',
  reads: ['./**', '../.git/**', '../../.git/**', ...configuration],
  environment,
};
const change: UseModel = { ...base, writes: ['./**', '../.git/**', '../../.git/**'] };
const remote: UseModel = { ...change, writes: ['./**', '../.git/**', '../../.git/**', '~/.ssh/**'], network: true };
const quiet = '-q --quiet -v --verbose --progress --no-progress';
const fetchFlags =
  '--all -a --append --atomic --unshallow --update-shallow --dry-run -f --force -k --keep --multiple --prefetch -p --prune -P --prune-tags -n --no-tags --refetch -t --tags --no-recurse-submodules ' +
  '--set-upstream -u --update-head-ok -4 --ipv4 -6 --ipv6 --commit --no-commit --edit -e --no-edit --ff-only --ff --no-ff --signoff --stat --no-stat --squash --no-squash --rebase --no-rebase --autostash --allow-unrelated-histories';
const fetchValues =
  '--depth --deepen --shallow-since --shallow-exclude -j --jobs --upload-pack -o --server-option -s --strategy -X --strategy-option --refmap --filter';

const clone: UseModel = {
  flags: `${quiet} -l --local --no-hardlinks -s --shared --dissociate -n --no-checkout --bare --sparse --also-filter-submodules --mirror --no-tags --single-branch --no-single-branch --recursive --shallow-submodules --no-shallow-submodules --remote-submodules --reject-shallow -4 -6 --ipv4 --ipv6`,
  values:
    '--server-option --filter -o --origin -b --branch -u --upload-pack --template -c --config --depth --shallow-since --shallow-exclude --separate-git-dir -j --jobs --reference --reference-if-able',
  optional: '--recurse-submodules --recurse',
  operands: 'writes',
  skip: 1,
  defaultWrites: ['./*'],
  network: true,
  reads: configuration,
  writes: ['~/.ssh/**'],
  environment,
  readsOption: ['--reference', '--reference-if-able', '--template'],
  writesOption: ['--separate-git-dir'],
};

/** git(1) and its subcommands, hg(1), svn(1), bzr(1). */
export const vcs: readonly ToolModel[] = [
  {
    names: ['git'],
    flags:
      '-p --paginate -P --no-pager --bare --no-replace-objects --version -v --help -h --html-path --man-path --info-path --literal-pathspecs --no-optional-locks',
    values: '-C -c --git-dir --work-tree --namespace --config-env',
    optional: '--exec-path',
    directoryOption: ['-C'],
    uses: {
      '': NOTHING,
      clone,
      checkout: {
        ...change,
        flags: `${quiet} -f --force --ours --theirs --track -t --no-track -l -d --detach --ignore-skip-worktree-bits -m --merge -p --patch --ignore-other-worktrees --overwrite-ignore --no-overwrite-ignore --recurse-submodules --no-recurse-submodules --overlay --no-overlay --guess --no-guess`,
        values: '-b -B --orphan --conflict --pathspec-from-file',
      },
      switch: {
        ...change,
        flags: `${quiet} -d --detach -f --force --discard-changes -m --merge -t --track --no-track --recurse-submodules --guess --no-guess`,
        values: '-c --create -C --force-create --orphan --conflict',
      },
      submodule: {
        ...remote,
        flags: `${quiet} --all -f --force --cached --files --remote -N --no-fetch --checkout --merge --rebase --init --dissociate --recursive --recommend-shallow --no-recommend-shallow --single-branch --no-single-branch`,
        values: '-b --branch --reference -j --jobs --depth --name --filter',
      },
      fetch: { ...remote, flags: `${quiet} ${fetchFlags}`, values: fetchValues, optional: '--recurse-submodules' },
      pull: {
        ...remote,
        flags: `${quiet} ${fetchFlags} --no-signoff --verify-signatures --summary --no-summary --no-autostash`,
        values: fetchValues,
        optional: '-r --recurse-submodules --log',
      },
      push: {
        ...remote,
        flags: `${quiet} --all --tags -f --force -u --set-upstream --delete -d -n --dry-run --no-verify`,
        values: '--repo -o --push-option',
      },
      remote: {
        ...remote,
        flags: '-v --verbose -f --tags --no-tags --add --delete --push --all -n --dry-run --prune',
        values: '-t -m --mirror',
      },
      'remote add': { ...change, flags: '-f --tags --no-tags', values: '-t -m --mirror', network: true },
      'ls-remote': {
        ...base,
        network: true,
        flags: `${quiet} -h --heads -t --tags --refs --exit-code --get-url --symref -b --branches`,
        values: '--upload-pack --sort -o --server-option',
      },
      archive: {
        ...base,
        flags: '-v --verbose -l --list -0 -1 -9',
        values: '--format --prefix -o --output --remote',
        writesOption: ['-o', '--output'],
        network: true,
      },
      init: {
        flags: '-q --quiet --bare',
        values: '--template --separate-git-dir --object-format -b --initial-branch',
        optional: '--shared',
        operands: 'writes',
        defaultWrites: ['./.git/**'],
        reads: configuration,
        environment,
        readsOption: ['--template'],
      },
      config: {
        flags:
          '--replace-all --add --get --get-all --get-regexp --global --system --local --worktree --remove-section --rename-section --unset --unset-all -l --list --fixed-value --bool --int --path --no-type -z --null --name-only --show-origin --show-scope',
        values: '--get-urlmatch -f --file --blob --type --default',
        operands: 'text',
        reads: ['./.git/**', '../.git/**', '../../.git/**', ...configuration],
        writes: ['./.git/**', '../.git/**', '../../.git/**', ...configuration],
        writesOption: ['-f', '--file'],
        environment,
        modes: { '--global': 'config --global', '--system': 'config --system' },
      },
      'config --global': {
        flags: '--replace-all --add --get --get-all --global --unset --unset-all --bool --int --path -l --list',
        operands: 'text',
        reads: configuration,
        writes: ['~/.gitconfig', '~/.config/git/**'],
        environment,
      },
      'config --system': {
        flags: '--replace-all --add --get --get-all --system --unset --unset-all --bool --int --path -l --list',
        operands: 'text',
        reads: configuration,
        writes: ['/etc/gitconfig'],
        environment,
      },
      reset: {
        ...change,
        flags: '--soft --mixed --hard --merge --keep -q --quiet --refresh --no-refresh -N --intent-to-add -p --patch',
      },
      clean: { ...change, flags: '-d -f --force -n --dry-run -q --quiet -x -X', values: '-e --exclude' },
      add: {
        ...change,
        flags:
          '-n --dry-run -v --verbose -f --force --sparse -u --update -A --all --no-all -N --intent-to-add --refresh --ignore-errors --renormalize',
        values: '--chmod --pathspec-from-file',
      },
      rm: { ...change, flags: '-r -f --force --cached -q --quiet -n --dry-run --ignore-unmatch' },
      mv: { ...change, flags: '-f --force -k -n -v' },
      apply: {
        ...change,
        flags:
          '--stat --numstat --summary --check --index --cached -3 --3way -R --reverse --reject -z --unidiff-zero --apply --no-add --binary --ignore-space-change --ignore-whitespace -v --verbose -q --quiet --recount --unsafe-paths --allow-empty',
        values: '-p -C --exclude --include --whitespace --directory',
        operands: 'reads',
        writes: ['./**', '../**'],
      },
      am: {
        ...change,
        flags:
          '-s --signoff -k --keep -q --quiet -3 --3way --skip --continue -r --resolved --abort --keep-cr --no-gpg-sign',
        values: '-p -C --directory --whitespace --exclude --include',
        operands: 'reads',
      },
      tag: {
        ...change,
        flags: '-a --annotate -s --sign --no-sign -f --force -d --delete -l --list',
        values: '-m --message -F --file --sort --points-at --contains',
      },
      branch: {
        ...change,
        flags:
          '-d --delete -D -f --force -m --move -M -r --remotes -a --all -l --list --show-current -v -vv -q --quiet --no-track --track -t',
        values: '-u --set-upstream-to --contains --points-at --sort --format',
      },
      gc: {
        ...change,
        flags: '--aggressive --auto --quiet --force --no-prune --keep-largest-pack',
        optional: '--prune',
      },
      'rev-parse': {
        ...base,
        flags:
          '--verify -q --quiet --git-dir --git-common-dir --show-toplevel --is-inside-work-tree --symbolic-full-name --all',
        optional: '--short --abbrev-ref',
      },
      describe: {
        ...base,
        flags: '--all --tags --tag --contains --exact-match --long --always --first-parent',
        values: '--match --exclude --candidates',
        optional: '--abbrev --dirty --broken',
      },
      diff: {
        ...base,
        flags:
          '--no-ext-diff --no-textconv -q --quiet --exit-code --cached --staged --stat --shortstat --numstat --name-only --name-status --no-color --binary -p --patch -R -w',
      },
      log: {
        ...base,
        flags:
          '--oneline --no-merges --merges --first-parent --all --reverse --graph --name-only --no-color -p --no-patch -s -1 -2 -3 -5 -10',
        values: '-n --max-count --since --until --after --before --author --grep --skip -L -G -S',
        optional: '--pretty --format --date --decorate --stat --color --abbrev-commit --abbrev',
      },
      'rev-list': {
        ...base,
        flags: '--count --all --no-merges --reverse -1',
        values: '-n --max-count --since --before --until --after',
      },
      show: {
        ...base,
        flags: '-s --no-patch --name-only -q --quiet --no-color',
        optional: '--pretty --format --date --stat',
      },
      status: { ...base, flags: '-s --short -b --branch --porcelain -v --verbose' },
      'ls-files': { ...base, flags: '-c -d -m -o -s -z --cached --deleted --others --error-unmatch' },
      'symbolic-ref': { ...change, flags: '-q --quiet --short -d --delete' },
      'update-index': { ...change, flags: '--assume-unchanged --refresh -q', values: '--chmod' },
      'sparse-checkout': { ...change, flags: '--cone --no-cone --stdin' },
      lfs: {
        ...remote,
        flags: '--system --local --skip-repo --skip-smudge --force -f',
        values: '-I --include -X --exclude',
      },
    },
  },
  {
    names: ['hg'],
    flags: '-q --quiet -v --verbose -y --noninteractive --insecure --version',
    values: '-R --repository --cwd --config --color --encoding',
    directoryOption: ['--cwd'],
    uses: {
      '': NOTHING,
      clone: {
        flags: '-U --noupdate --pull --uncompressed --stream --insecure',
        values: '-u --updaterev -r --rev -b --branch -e --ssh --remotecmd',
        operands: 'writes',
        skip: 1,
        defaultWrites: ['./*'],
        network: true,
        reads: ['~/.hgrc', '/etc/mercurial/**', '~/.ssh/**'],
        environment: ['HG*', ...PROXY],
      },
      ...Object.fromEntries(
        ['update', 'up', 'checkout', 'co', 'pull', 'revert'].map((name): [string, UseModel] => [
          name,
          {
            flags: '-C --clean -c --check -u --update -f --force -a --all --no-backup',
            values: '-r --rev -d --date -b --branch -e --ssh',
            operands: 'text',
            network: true,
            reads: ['./**', '~/.hgrc', '/etc/mercurial/**'],
            writes: ['./**'],
            environment: ['HG*', ...PROXY],
          },
        ]),
      ),
      id: { flags: '-i --id -n --num -b --branch -t --tags', operands: 'text', reads: ['./**', '~/.hgrc'] },
    },
  },
  {
    names: ['svn'],
    flags: '-q --quiet --non-interactive --no-auth-cache --trust-server-cert --version',
    values: '--username --password --config-dir --config-option --trust-server-cert-failures',
    uses: {
      '': NOTHING,
      ...Object.fromEntries(
        ['checkout', 'co', 'export'].map((name): [string, UseModel] => [
          name,
          {
            flags: '--force --ignore-externals -N --ignore-keywords',
            values: '-r --revision --depth --native-eol',
            operands: 'writes',
            skip: 1,
            defaultWrites: ['./*'],
            network: true,
            reads: ['~/.subversion/**', '/etc/subversion/**'],
            writes: ['~/.subversion/**'],
            environment: ['SVN_*', ...PROXY],
          },
        ]),
      ),
      update: {
        flags: '--force',
        values: '-r --revision --depth',
        operands: 'updates',
        defaultWrites: ['./**'],
        network: true,
        reads: ['~/.subversion/**', './**'],
        writes: ['~/.subversion/**'],
        environment: ['SVN_*', ...PROXY],
      },
      up: {
        flags: '--force',
        values: '-r --revision --depth',
        operands: 'updates',
        defaultWrites: ['./**'],
        network: true,
        reads: ['~/.subversion/**', './**'],
        writes: ['~/.subversion/**'],
        environment: ['SVN_*', ...PROXY],
      },
      info: { values: '-r --revision', operands: 'reads', network: true, reads: ['./**', '~/.subversion/**'] },
    },
  },
];
