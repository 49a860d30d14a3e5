import { NOTHING, PROXY } from './shared.js';
import type { ToolModel, UseModel } from './types.js';

const home = ['~/.gnupg/**'];
const gpg: UseModel = {
  flags:
    '--batch --no-tty --yes --no --quiet -q --verbose -v --recv-keys --recv --receive-keys --recv-key --refresh-keys --import --fetch-keys --export --export-ownertrust --import-ownertrust --verify --decrypt -d --list-keys -k -K --list-secret-keys --list-public-keys --fingerprint --delete-keys --delete-key --dearmor --enarmor --armor -a ' +
    '--no-default-keyring --no-symkeys-cache --no-autostart --version --help --no-options --always-trust --with-colons --with-fingerprint --allow-weak-digest-algos --no-permission-warning --no-use-agent --update-trustdb --check-trustdb --ignore-time-conflict --no-auto-check-trustdb --show-keys --disable-dirmngr',
  values:
    '--keyserver --keyserver-options --keyring --primary-keyring --secret-keyring --homedir --output -o --trust-model --status-fd --logger-fd --passphrase --passphrase-file --pinentry-mode --options --trustdb-name --import-options --keyid-format --command-fd --weak-digest --auto-key-locate --local-user -u --recipient -r --cipher-algo --digest-algo --trusted-key',
  operands: 'reads',
  network: true,
  reads: home,
  writes: home,
  readsOption: ['--options', '--passphrase-file'],
  writesOption: ['--keyring', '--primary-keyring', '--secret-keyring', '--homedir', '--output', '-o', '--trustdb-name'],
  environment: ['GNUPGHOME', ...PROXY],
  folderVariables: ['GNUPGHOME'],
};
const local: UseModel = { ...gpg, network: false, environment: ['GNUPGHOME'], modes: {} };
/** Keys are no paths. */
const keys: UseModel = { ...gpg, operands: 'text', modes: {} };
const commands = (names: readonly string[], use: string) => Object.fromEntries(names.map((name) => [name, use]));

const openssl: UseModel = {
  flags:
    '-nodes -new -x509 -batch -text -noout -verify -subject -dates -hash -fingerprint -binary -hex -base64 -d -e -a -A -salt -pbkdf2 -sha1 -sha256 -sha384 -sha512 -md5 -aes-256-cbc -des3 -aes256 -aes128 -req -CAcreateserial -pubout -topk8 -nocrypt -clcerts -nokeys -nocerts -utf8 -1 -5 -6 -apr1 -export -noenc',
  values:
    '-out -keyout -in -inkey -key -newkey -days -subj -config -extensions -extfile -CA -CAkey -CAserial -passout -passin -pass -k -K -iv -addext -reqexts -set_serial -outform -inform -sign -signature -name -certfile -CAfile -CApath -rand -algorithm -pkeyopt -password',
  operands: 'text',
  reads: ['/etc/ssl/**', '/usr/lib/ssl/**', './*'],
  writes: ['~/.rnd', './*'],
  readsOption: [
    '-in',
    '-inkey',
    '-key',
    '-config',
    '-extfile',
    '-CA',
    '-CAkey',
    '-certfile',
    '-CAfile',
    '-CApath',
    '-sign',
    '-signature',
  ],
  writesOption: ['-out', '-keyout', '-CAserial'],
  environment: ['OPENSSL_*', 'RANDFILE', 'HOME'],
};

/** gpg(1), openssl(1), ssh-keygen(1), ssh-keyscan(1). */
export const crypto: readonly ToolModel[] = [
  {
    names: ['gpg', 'gpg1', 'gpg2', 'gpgv'],
    uses: {
      '--import': local,
      '--verify': local,
      '--recv-keys': keys,
      '--list-keys': { ...keys, network: false },
      '': {
        ...gpg,
        modes: {
          ...commands(['--import', '--import-ownertrust', '--dearmor', '--show-keys'], '--import'),
          ...commands(['--verify', '--decrypt', '-d'], '--verify'),
          ...commands(
            ['--recv-keys', '--recv', '--receive-keys', '--recv-key', '--refresh-keys', '--fetch-keys'],
            '--recv-keys',
          ),
          ...commands(
            [
              '--list-keys',
              '-k',
              '-K',
              '--list-secret-keys',
              '--list-public-keys',
              '--fingerprint',
              '--export',
              '--export-ownertrust',
              '--delete-keys',
              '--delete-key',
              '--version',
              '--update-trustdb',
              '--check-trustdb',
            ],
            '--list-keys',
          ),
        },
      },
    },
  },
  {
    names: ['gpgconf', 'gpg-agent', 'dirmngr', 'gpg-connect-agent'],
    uses: {
      '': {
        flags: '--daemon --batch --quiet --list-dirs --version',
        values: '--kill --launch --homedir',
        ...NOTHING,
        reads: home,
        writes: home,
        folderVariables: ['GNUPGHOME'],
        environment: ['GNUPGHOME'],
      },
    },
  },
  {
    names: ['openssl'],
    singleDash: true,
    uses: {
      '': NOTHING,
      req: openssl,
      x509: openssl,
      genrsa: openssl,
      rsa: openssl,
      gendsa: openssl,
      genpkey: openssl,
      ecparam: { ...openssl, flags: `${openssl.flags ?? ''} -genkey`, values: '-out -in -name -outform -inform' },
      dhparam: { ...openssl, flags: `${openssl.flags ?? ''} -dsaparam -2` },
      pkcs12: openssl,
      pkcs8: openssl,
      rand: openssl,
      passwd: openssl,
      enc: openssl,
      dgst: { ...openssl, operands: 'reads' },
      sha1: { ...openssl, operands: 'reads' },
      sha256: { ...openssl, operands: 'reads' },
      md5: { ...openssl, operands: 'reads' },
      base64: openssl,
      version: { ...openssl, flags: '-a -d -v' },
      s_client: {
        ...openssl,
        values: `${openssl.values ?? ''} -connect -servername`,
        flags: `${openssl.flags ?? ''} -showcerts`,
        network: true,
      },
    },
  },
  {
    names: ['ssh-keygen'],
    uses: {
      '': {
        flags: '-A -B -c -e -H -h -i -l -p -q -U -u -v -y',
        values: '-a -b -C -D -E -F -f -I -m -M -N -n -O -P -R -r -s -t -V -w -Y -Z -z -K',
        operands: 'text',
        reads: ['~/.ssh/**', '/etc/ssh/**'],
        writes: ['~/.ssh/**', '/etc/ssh/**'],
        writesOption: ['-f'],
        writesBeside: true,
      },
    },
  },
  {
    names: ['ssh-keyscan'],
    uses: {
      '': { flags: '-4 -6 -c -D -H -v', values: '-f -p -T -t', operands: 'text', network: true, readsOption: ['-f'] },
    },
  },
  { names: ['ssh-add', 'ssh-agent'], uses: { '': { opaque: 'starts or feeds a key agent' } } },
  {
    names: ['keytool'],
    elsewhere: true,
    singleDash: true,
    uses: {
      '': {
        flags:
          '-importcert -import -genkey -genkeypair -list -delete -export -exportcert -noprompt -trustcacerts -v -rfc -cacerts -importkeystore -storepasswd',
        values:
          '-alias -keystore -storepass -keypass -file -dname -keyalg -keysize -validity -storetype -ext -destkeystore -srckeystore -deststorepass -srcstorepass -srcstoretype -deststoretype -sigalg -new',
        operands: 'text',
        reads: ['/etc/ssl/**', '/usr/lib/jvm/**', '/opt/**'],
        writes: ['/etc/ssl/**', '/usr/lib/jvm/**', '/opt/**', '~/.keystore'],
        readsOption: ['-file', '-srckeystore'],
        writesOption: ['-keystore', '-file', '-destkeystore'],
        folderVariables: ['JAVA_HOME'],
      },
    },
  },
];
