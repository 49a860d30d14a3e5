/**
 * The commands of Debian's minimal images, and those that the full variants of the language images add (docker-library's
 * buildpack-deps and what its packages depend on), by the package that brings them.
 */
const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** Shell builtins, Debian's essential packages, apt. */
export const minimalCommands: ReadonlySet<string> = new Set(
  words(`
  . : [ [[ alias bg break cd command continue declare dirname eval exec exit export false fg getopts hash jobs let local printf pwd
  read readonly return set shift shopt source test times trap true type typeset ulimit umask unalias unset wait kill echo
  arch b2sum base32 base64 basename basenc cat chcon chgrp chmod chown chroot cksum comm cp csplit cut date dd df dir dircolors du
  env expand expr factor fmt fold groups head hostid id install join link ln logname ls md5sum mkdir mkfifo mknod mktemp mv
  nice nl nohup nproc numfmt od paste pathchk pinky pr printenv ptx readlink realpath rm rmdir runcon seq sha1sum sha224sum
  sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac tail tee timeout touch tr truncate tsort
  tty uname unexpand uniq unlink users vdir wc who whoami yes
  awk mawk bash sh dash rbash cmp diff diff3 sdiff find xargs grep egrep fgrep gzip gunzip zcat gzexe hostname domainname sed tar
  which tempfile run-parts ischroot savelog clear tput tset reset infocmp login mount umount mountpoint findmnt lsblk blkid
  getopt flock logger more rev setsid su runuser setpriv ionice renice taskset nsenter unshare script fallocate dmesg last
  useradd userdel usermod groupadd groupdel groupmod passwd chpasswd gpasswd newgrp chage chsh chfn vipw pwck grpck getent ldd
  ldconfig locale localedef iconv getconf pldd tzselect dpkg dpkg-query dpkg-deb dpkg-divert dpkg-statoverride dpkg-split
  dpkg-reconfigure dpkg-preconfigure debconf-set-selections debconf-show update-alternatives start-stop-daemon apt apt-get
  apt-cache apt-mark apt-config invoke-rc.d update-rc.d service update-passwd nologin
  gosu tini dumb-init`),
);

const byPackage: Readonly<Record<string, string>> = {
  curl: 'curl',
  wget: 'wget',
  gnupg: 'gpg gpg2 gpgconf gpg-agent dirmngr apt-key',
  git: 'git git-upload-pack',
  mercurial: 'hg',
  subversion: 'svn svnadmin svnversion',
  'openssh-client': 'ssh scp sftp ssh-keygen ssh-keyscan ssh-add ssh-agent',
  procps: 'ps top free uptime pgrep pkill pidwait vmstat watch sysctl w slabtop pmap tload pwdx',
  patch: 'patch',
  unzip: 'unzip zipinfo funzip',
  bzip2: 'bzip2 bunzip2 bzcat',
  'xz-utils': 'xz unxz xzcat lzma unlzma',
  file: 'file',
  imagemagick: 'convert identify mogrify montage composite compare import display',
  openssl: 'openssl c_rehash',
  'ca-certificates': 'update-ca-certificates',
  'pkg-config': 'pkg-config pkgconf',
  'libpq-dev': 'pg_config',
  'default-libmysqlclient-dev': 'mysql_config mariadb_config',
};

/** The package that brings a command which slim variants lack. */
export const lostCommands: ReadonlyMap<string, string> = new Map(
  Object.entries(byPackage).flatMap(([name, commands]) => words(commands).map((command) => [command, name] as const)),
);

/** Commands of the full variants that build native code: what they link against cannot be told. */
export const compilerCommands: ReadonlySet<string> = new Set(
  words(`gcc cc cpp g++ c++ make gmake cmake ninja meson autoconf autoreconf automake aclocal autoheader libtool libtoolize m4 ld as ar
  ranlib nm strip objdump objcopy readelf gdb configure ./configure dpkg-buildpackage dpkg-architecture go rustc cargo`),
);

/** Packages that bring others of the above. */
const bundles: Readonly<Record<string, readonly string[]>> = {
  'build-essential': ['gcc', 'g++', 'make', 'libc6-dev', 'patch', 'xz-utils', 'bzip2', 'dpkg-dev'],
  gcc: ['libc6-dev'],
  'g++': ['gcc', 'libc6-dev'],
  gnupg2: ['gnupg'],
  gpg: ['gnupg'],
  'git-core': ['git'],
  git: ['git-man'],
  'git-all': ['git'],
  'openssh-server': ['openssh-client'],
  ssh: ['openssh-client'],
  'ca-certificates': ['openssl'],
  'default-libmysqlclient-dev': ['libmariadb-dev', 'libmariadb3'],
  'libpq-dev': ['libpq5'],
  pkgconf: ['pkg-config'],
};

/** All that a list of apt packages is known to bring, itself included. */
export function withBundles(packages: Iterable<string>): ReadonlySet<string> {
  const all = new Set(packages);
  for (const name of all) for (const inner of bundles[name] ?? []) all.add(inner);
  return all;
}

/** What the full variants have over the slim ones, as far as people ask for it by name: for the report. */
export const fullPackages: readonly string[] = words(
  `autoconf automake bzip2 curl default-libmysqlclient-dev file g++ gcc git gnupg imagemagick libbz2-dev libcurl4-openssl-dev
  libevent-dev libffi-dev libglib2.0-dev libjpeg-dev libmagickwand-dev libpng-dev libpq-dev libreadline-dev libsqlite3-dev libssl-dev
  libtool libwebp-dev libxml2-dev libxslt-dev libyaml-dev make mercurial openssh-client patch procps subversion unzip wget xz-utils
  zlib1g-dev`,
);

/** Packages that a slim variant has beyond Debian's minimal ones: the Dockerfiles that docker-library and rust-lang build them from. */
export const slimPackages: Readonly<Record<string, readonly string[]>> = {
  python: ['ca-certificates', 'netbase', 'tzdata'],
  pypy: ['ca-certificates'],
  ruby: ['ca-certificates', 'procps', 'bzip2', 'libssl-dev', 'libyaml-dev', 'zlib1g-dev', 'libffi-dev', 'libgmp-dev'],
  rust: ['ca-certificates', 'gcc', 'libc6-dev'],
};
