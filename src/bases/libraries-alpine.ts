/**
 * What development packages need at run time, in Alpine. Source: the dependencies of the packages in its archive. An empty
 * text: nothing but headers, or libraries that every image has.
 */

/** The minor version of the first Alpine 3 whose names are known. */
const OLDEST = 10;

/** Names that hold in all releases since then. */
const LIBRARIES: Readonly<Record<string, string>> = {
  'musl-dev': '',
  'libc-dev': '',
  'linux-headers': '',
  'zlib-dev': '',
  'openssl-dev': 'openssl',
  'python3-dev': 'python3',
  'python2-dev': 'python2',
  'python-dev': 'python2',
  'ruby-dev': 'ruby-libs',
  'libstdc++-dev': 'libstdc++',
  'libpq-dev': 'libpq',
  'postgresql-dev': 'libpq',
  'mariadb-dev': 'mariadb-connector-c',
  'mariadb-connector-c-dev': 'mariadb-connector-c',
  'mysql-dev': 'mariadb-connector-c',
  'jpeg-dev': 'libjpeg-turbo',
  'libjpeg-turbo-dev': 'libjpeg-turbo',
  'sqlite-dev': 'sqlite-libs',
  'bzip2-dev': 'libbz2',
  'xz-dev': 'xz-libs',
  'ncurses-dev': 'ncurses-libs',
  'icu-dev': 'icu-libs',
  'curl-dev': 'libcurl',
  'openldap-dev': 'libldap',
  'cyrus-sasl-dev': 'libsasl',
  'krb5-dev': 'krb5-libs',
  'zeromq-dev': 'libzmq',
  'util-linux-dev': 'libuuid',
  'gettext-dev': 'gettext-libs libintl',
  'nghttp2-dev': 'nghttp2-libs',
  'libmemcached-dev': 'libmemcached-libs',
  'tidyhtml-dev': 'tidyhtml-libs',
  'aspell-dev': 'aspell-libs',
  'lz4-dev': 'lz4-libs',
  'zstd-dev': 'zstd-libs',
  'brotli-dev': 'brotli-libs',
  'imagemagick-dev': 'imagemagick',
  'expat-dev': 'expat',
  'libexpat-dev': 'expat',
  'jansson-dev': 'jansson',
};

/** Packages whose library has the name without `-dev`. */
const PLAIN = new Set(
  (
    'libffi libxml2 libxslt yaml freetype libpng libwebp tiff lcms2 openjpeg readline libzip oniguruma gmp libsodium ' +
    'rabbitmq-c unixodbc freetds snappy leveldb geos gdal proj libevent libuv pcre pcre2 c-ares glib cairo pango giflib ' +
    'pixman vips libgit2 libssh2 hiredis gdbm tcl tk libexif libmcrypt openblas lapack hdf5 librdkafka libxpm ' +
    'libpcap libusb libcap libedit libev libidn jansson json-c libmicrohttpd libconfig lmdb opus libvorbis libssh libssh2 libbsd popt'
  )
    .split(' ')
    .map((name) => `${name}-dev`),
);

/** The packages that a program built with a development package needs; undefined when they are not known. */
export function alpineLibraries(release: string | undefined, name: string): string | undefined {
  const minor = /^3\.(\d+)/.exec(release ?? '')?.[1];
  if (minor !== undefined && Number(minor) < OLDEST && LIBRARIES[name] !== '') return undefined;
  if (Object.hasOwn(LIBRARIES, name)) return LIBRARIES[name]!;
  return PLAIN.has(name) ? name.replace(/-dev$/, '') : undefined;
}
