import { PROXY, VERSION_MODES } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const curl: UseModel = {
  flags:
    '--anyauth -a --append --basic --cert-status --compressed-ssh --compressed --create-dirs --digest --disable-eprt --disable-epsv -q --disable --fail-early --fail-with-body -f --fail --ftp-create-dirs --ftp-pasv ' +
    '--ftp-skip-pasv-ip -G --get -g --globoff -I --head --http0.9 -0 --http1.0 --http1.1 --http2-prior-knowledge --http2 --http3 --ignore-content-length -i --include -k --insecure -4 --ipv4 -6 --ipv6 -j ' +
    '--junk-session-cookies -l --list-only --location-trusted -L --location --negotiate --netrc-optional -n --netrc --no-alpn -N --no-buffer --no-clobber --no-keepalive --no-progress-meter --no-sessionid --ntlm ' +
    '-Z --parallel --path-as-is --post301 --post302 --post303 -# --progress-bar -p --proxytunnel --raw -J --remote-header-name -O --remote-name --remote-name-all -R --remote-time --remove-on-error ' +
    '--retry-all-errors --retry-connrefused -S --show-error -s --silent --ssl-allow-beast --ssl-no-revoke --ssl-reqd --ssl -2 --sslv2 -3 --sslv3 --styled-output --tcp-fastopen --tcp-nodelay ' +
    '--tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 -1 --tlsv1 --tr-encoding -B --use-ascii -v --verbose -V --version --xattr --no-silent -M --manual --eprt --epsv --proxy-insecure --proxy-basic --proxy-anyauth',
  values:
    '--abstract-unix-socket --aws-sigv4 --cacert --capath --cert-type -E --cert --ciphers -K --config --connect-timeout --connect-to -C --continue-at -c --cookie-jar -b --cookie --create-file-mode --crlfile --curves ' +
    '--data-ascii --data-binary --data-raw --data-urlencode -d --data --dns-servers -D --dump-header --etag-compare --etag-save --form-string -F --form -P --ftp-port --happy-eyeballs-timeout-ms -H --header --interface --json ' +
    '--keepalive-time --key-type --key --limit-rate --local-port --max-filesize --max-redirs -m --max-time --netrc-file --noproxy --oauth2-bearer --output-dir -o --output --parallel-max --pass --pinnedpubkey --preproxy ' +
    '--proto-default --proto-redir --proto --proxy-header -U --proxy-user -x --proxy -Q --quote -r --range --rate -e --referer --request-target -X --request --resolve --retry-delay --retry-max-time --retry --socks4 --socks5 ' +
    '--socks5-hostname -Y --speed-limit -y --speed-time --stderr -t --telnet-option -z --time-cond --tls-max --trace-ascii --trace --unix-socket -T --upload-file --url -A --user-agent -u --user -w --write-out',
  operands: 'text',
  network: true,
  reads: ['~/.curlrc', '~/.netrc', '/etc/ssl/**'],
  environment: ['CURL_*', 'SSLKEYLOGFILE', 'NETRC', ...PROXY],
  code: [
    {
      options: ['-d', '--data', '--data-ascii', '--data-binary', '--data-urlencode', '-F', '--form'],
      isKnown: (data) => data.includes('@') || data.includes('=<'),
      use: '--data',
    },
  ],
  readsOption: [
    '--cacert',
    '--capath',
    '-E',
    '--cert',
    '--crlfile',
    '--netrc-file',
    '--key',
    '-T',
    '--upload-file',
    '-b',
    '--cookie',
    '--etag-compare',
  ],
  writesOption: [
    '-o',
    '--output',
    '-c',
    '--cookie-jar',
    '-D',
    '--dump-header',
    '--stderr',
    '--trace',
    '--trace-ascii',
    '--etag-save',
    '--output-dir',
  ],
  opaqueOption: ['-K', '--config'],
  modes: { '-O': '-O', '--remote-name': '-O', '--remote-name-all': '-O' },
};

const TREE = Object.fromEntries(
  [
    '-r',
    '--recursive',
    '-m',
    '--mirror',
    '-p',
    '--page-requisites',
    '-x',
    '--force-directories',
    '-H',
    '--span-hosts',
  ].map((option) => [option, '-r']),
);

const wget: UseModel = {
  flags:
    '-V --version -h --help -b --background -d --debug -q --quiet -v --verbose -nv --no-verbose --xattr -F --force-html -nc --no-clobber --no-netrc -c --continue --show-progress -N --timestamping ' +
    '--no-if-modified-since --no-use-server-timestamps -S --server-response --spider --random-wait --no-proxy --no-dns-cache -4 --inet4-only -6 --inet6-only --retry-connrefused --no-iri --unlink -nd --no-directories -nH ' +
    '--no-host-directories -x --force-directories --protocol-directories -E --adjust-extension --no-http-keep-alive --no-cache --no-cookies --keep-session-cookies --ignore-length --content-disposition --content-on-error --trust-server-names ' +
    '--auth-no-challenge --retry-on-host-error --https-only --no-check-certificate --no-hsts --no-glob --no-passive-ftp --preserve-permissions --retr-symlinks -r --recursive --delete-after -k --convert-links -K --backup-converted ' +
    '-m --mirror -p --page-requisites --follow-ftp -H --span-hosts -L --relative -np --no-parent --passive-ftp --no-cookie --no-config',
  values:
    '-e --execute -o --output-file -a --append-output --report-speed -i --input-file -B --base --config --bind-address -t --tries -O --output-document --backups --progress -T --timeout --dns-timeout --connect-timeout --read-timeout ' +
    '--limit-rate -w --wait --waitretry -Q --quota --restrict-file-names --prefer-family --user --password --cut-dirs -P --directory-prefix --default-page --http-user --http-password --http-passwd --load-cookies --save-cookies --header --compression ' +
    '--max-redirect --proxy-user --proxy-password --referer -U --user-agent --post-data --post-file --method --body-data --body-file --retry-on-http-error --secure-protocol --certificate --private-key --ca-certificate --ca-directory ' +
    '--ftp-user --ftp-password -l --level -A --accept -R --reject --accept-regex --reject-regex -D --domains --exclude-domains -I --include-directories -X --exclude-directories --ciphers --hsts-file -Y',
  operands: 'text',
  network: true,
  reads: ['~/.wgetrc', '/etc/wgetrc', '~/.netrc', '/etc/ssl/**'],
  writes: ['./*', '~/.wget-hsts'],
  environment: ['WGETRC', ...PROXY],
  readsOption: [
    '-i',
    '--input-file',
    '--load-cookies',
    '--post-file',
    '--body-file',
    '--certificate',
    '--private-key',
    '--ca-certificate',
    '--ca-directory',
    '--config',
  ],
  writesOption: ['-o', '--output-file', '-a', '--append-output', '--save-cookies'],
  targetOption: ['-P', '--directory-prefix'],
  opaqueOption: ['-e', '--execute'],
  modes: { ...TREE, '-O': '-O', '--output-document': '-O', '--spider': '-O', ...VERSION_MODES, '-V': '--version' },
};

/** curl(1), wget(1), rsync(1), ssh(1), scp(1); also wget of busybox. */
export const transfer: readonly ToolModel[] = [
  {
    names: ['curl'],
    // `-d @file`, `-F part=@file`: what is sent comes from a file.
    uses: {
      '': curl,
      '--data': { ...curl, reads: ['/**'], writes: ['./*'] },
      '-O': { ...curl, writes: ['./*'], targetOption: ['--output-dir'] },
    },
  },
  {
    names: ['wget'],
    uses: {
      '': wget,
      '-r': {
        ...wget,
        writes: ['./**', '~/.wget-hsts'],
        writesOption: ['-O', '--output-document', '-o', '--output-file', '-a', '--append-output', '--save-cookies'],
        modes: {},
      },
      '-O': {
        ...wget,
        writes: ['~/.wget-hsts'],
        modes: {},
        targetOption: [],
        writesOption: ['-O', '--output-document', '-o', '--output-file', '-a', '--append-output', '--save-cookies'],
      },
      '--version': { operands: 'text' },
    },
  },
  {
    names: ['rsync'],
    uses: {
      '': {
        flags:
          '-a --archive -v --verbose -q --quiet -r --recursive -R --relative -u --update -l --links -L --copy-links -H --hard-links -p --perms -E -A --acls -X --xattrs -o --owner -g --group -D -t --times -z --compress -h -P --partial --progress --delete --delete-after --delete-excluded --ignore-existing -c --checksum -n --dry-run -x --one-file-system -W --inplace --numeric-ids --safe-links --no-owner --no-group --no-perms',
        values: '-e --rsh --exclude --include -f --filter --chmod --chown --timeout --max-size --min-size',
        operands: 'copies',
        network: true,
        environment: ['RSYNC_*', 'SSH_*'],
        reads: ['~/.ssh/**'],
      },
    },
  },
  {
    names: ['scp'],
    uses: {
      '': {
        flags: '-r -p -q -v -C -B -3 -4 -6',
        values: '-i -P -o -c -F -l -S',
        operands: 'copies',
        network: true,
        environment: ['SSH_*'],
        reads: ['~/.ssh/**'],
        writes: ['~/.ssh/**'],
        readsOption: ['-i', '-F'],
      },
    },
  },
];
