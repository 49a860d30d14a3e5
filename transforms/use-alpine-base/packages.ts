/**
 * Packages of Alpine by their Debian names: those that official images or long-used installers give for both, read in
 * their paired Dockerfiles. A name that is not here has no translation that is sure enough.
 */
const same =
  'automake libtool cmake file re2c patch ca-certificates curl git tar bzip2 tzdata libffi-dev libxml2-dev libyaml-dev libwebp-dev libpng-dev libxpm-dev libzip-dev libmemcached-dev librdkafka-dev libsodium-dev libmaxminddb-dev libevent-dev';

export const alpineNames: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(same.split(' ').map((name) => [name, [name]] as const)),
  'xz-utils': ['xz'],
  gnupg: ['gnupg'],
  sqlite3: ['sqlite'],
  'pkg-config': ['pkgconf'],
  libssl3: ['libssl3'],
  'libssl-dev': ['openssl-dev'],
  'zlib1g-dev': ['zlib-dev'],
  'libbz2-dev': ['bzip2-dev'],
  'liblzma-dev': ['xz-dev'],
  'libreadline-dev': ['readline-dev'],
  'libsqlite3-dev': ['sqlite-dev'],
  'libncurses-dev': ['ncurses-dev'],
  'libxslt1-dev': ['libxslt-dev'],
  'libcurl4-openssl-dev': ['curl-dev'],
  'libjpeg62-turbo-dev': ['libjpeg-turbo-dev'],
  'libjpeg-dev': ['libjpeg-turbo-dev'],
  'libfreetype6-dev': ['freetype-dev'],
  'libicu-dev': ['icu-dev'],
  'uuid-dev': ['util-linux-dev'],
};

/** What the Alpine variants need no package for. */
export const ownPackages: ReadonlySet<string> = new Set(['apt-transport-https', 'apt-utils']);
