/**
 * What becomes of a recommended package when nothing asks for it any more. `idle`: documentation, translations, drivers
 * and desktop parts that no program needs to do its work in a container. `keep`: what programs commonly fail without; it is
 * then named in the install. `program`: it matters when its commands are used, by code that is not seen too. `plugin`: it
 * matters when something is named that works with it. Sources: the packages' descriptions in
 * Debian's index, and the commands in their `bin` folders.
 */
export type Kind =
  | { readonly kind: 'idle' }
  | { readonly kind: 'keep' }
  | { readonly kind: 'program' | 'plugin'; readonly used: RegExp }
  | { readonly kind: 'unknown' };

const IDLE = new RegExp(
  `^(${[
    '.*-(doc|l10n|locales|doc-html)|manpages(-dev)?|krb5-locales|libldap-common|publicsuffix|libgpm2|libc-devtools',
    'xdg-user-dirs|libglib2.0-data|libfile-fcntllock-perl|liblocale-gettext-perl|libalgorithm-merge-perl|libpam-cap',
    'libpam-systemd|alsa-(topology|ucm)-conf|systemd-timesyncd|libnss-(systemd|mdns)|dbus-user-session|appstream',
    'packagekit-tools|libatm1|ncurses-term|javascript-common|fonts-lato|libjs-jquery|libgdk-pixbuf2.0-bin|libpng-tools',
    'vdpau-driver-all|va-driver-all|mesa-vulkan-drivers|libdecor-0-plugin-1-cairo|libaacs0|pocketsphinx-en-us',
    'libgtk-?[23].0?-bin|libgail-common|at-spi2-core|bash-completion|libgts-bin|qttranslations5-l10n',
    'libatk-wrapper-java-jni|fonts-dejavu-extra|libxt-dev',
  ].join('|')})$`,
);

/** What compiles and links, and what https and pages need. */
const KEEP =
  /^(ca-certificates|libc6-dev|gcc|g\+\+|make|automake|libfl-dev|libltdl-dev|pkg-config|build-essential|python3-dev|python-all-dev|python-setuptools|python-wheel|apache2)$/;

/** Commands by which something asks for a package. */
const PROGRAMS: Readonly<Record<string, RegExp>> = {
  // add-apt-repository imports the key of a personal archive with gpg and its agent.
  gnupg: /\b(gpg\w*|apt-key|dirmngr|keyserver|debuild|dpkg-buildpackage)\b|\bppa:|-repository\b[^&|;]*\$/,
  'openssh-client': /\bssh\b|\bscp\b|\bsftp\b|\bssh-|git@|\bsshpass\b|\.ssh\b/,
  patch: /\bpatch\b/,
  psmisc: /\b(killall|fuser|pstree|prtstat|peekfd)\b/,
  unzip: /\bunzip\b/,
  xxd: /\bxxd\b/,
  zip: /\bzip\b/,
};

/** Words of a Dockerfile by which something asks for a package. */
const PLUGINS: Readonly<Record<string, RegExp>> = {
  dbus: /\bdbus\b/,
  'exim4-daemon-light': /\b(mail|sendmail|exim\w*)\b/i,
  fakeroot: /\b(fakeroot|dpkg-buildpackage|debuild)\b/,
  less: /\bless\b/,
  'libsasl2-modules': /sasl|ldap|kafka|kerberos|krb5|postfix|imap|smtp|(?<!e)mail/i,
  logrotate: /logrotate/,
  'shared-mime-info': /\b(gem|bundle|bundler|rails|ruby|mime)\b/i,
  'ssl-cert': /\bssl\b|snakeoil|https|a2enmod/i,
  sysstat: /\b(sar|iostat|mpstat|sysstat|pidstat)\b/,
  xauth: /xvfb|X11|DISPLAY|xauth|ssh -[XY]/,
};

/** The kind of a recommended package. */
export function kindOf(name: string): Kind {
  if (IDLE.test(name)) return { kind: 'idle' };
  if (KEEP.test(name)) return { kind: 'keep' };
  const program = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
  if (program !== undefined) return { kind: 'program', used: program };
  const plugin = Object.hasOwn(PLUGINS, name) ? PLUGINS[name] : undefined;
  return plugin === undefined ? { kind: 'unknown' } : { kind: 'plugin', used: plugin };
}

/** Packages that bring others along as dependencies, not as recommendations. */
export const BRINGS: Readonly<Record<string, readonly string[]>> = {
  'build-essential': ['gcc', 'g++', 'make', 'libc6-dev'],
  'g++': ['gcc', 'libc6-dev'],
  'php-dev': ['automake', 'make'],
};

/** The present names of packages that are, or were, called otherwise. */
export function presentName(name: string): string {
  return name === 'git-core' ? 'git' : name.replace(/^openjdk-\d+-/, 'openjdk-17-');
}

/** What packages recommend that Debian's present index does not hold: packages.debian.org of the releases that had them. */
export const OLDER: Readonly<Record<string, string>> = {
  'python-pip': 'build-essential python-all-dev python-setuptools python-wheel',
};

/** Such packages that recommend nothing that any program needs. */
export const OLDER_IDLE =
  /^(python|python2\.7|python-dev|python2\.7-dev|python-setuptools|python-virtualenv|mysql-client|default-mysql-client|libmysqlclient-dev|libpng12-dev|libxslt-dev|libjasper-dev|netcat|libcurl3|libssl1\.[01]\.[0-2]|libffi6|libreadline6(-dev)?|libz-dev|libicu\d+|libgcc1|apt-transport-https)$/;

/** Recommended packages of less than half a megabyte: no change is worth leaving out only these. */
export const TRIFLES: ReadonlySet<string> = new Set(
  'krb5-locales libatm1 libgpm2 libldap-common libpam-cap libsasl2-modules publicsuffix xxd libpng-tools'.split(' '),
);
