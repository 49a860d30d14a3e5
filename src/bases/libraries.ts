/**
 * What development packages need at run time. Sources: the dependencies of the packages in Debian's, Ubuntu's and Alpine's
 * archives. An empty text: nothing but headers, or libraries that every image of the distribution has.
 */

/** The minor version of the first Alpine 3 whose names are known. */
const OLDEST_ALPINE = 10;

/** Alpine: names that hold in all releases since then. */
const ALPINE: Readonly<Record<string, string>> = {
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
};

/** Alpine: packages whose library has the name without `-dev`. */
const ALPINE_PLAIN = new Set(
  (
    'libffi libxml2 libxslt yaml freetype libpng libwebp tiff lcms2 openjpeg readline libzip oniguruma gmp libsodium ' +
    'rabbitmq-c unixodbc freetds snappy leveldb geos gdal proj libevent libuv pcre pcre2 c-ares glib cairo pango giflib ' +
    'pixman vips libgit2 libssh2 hiredis gdbm tcl tk libexif libmcrypt openblas lapack hdf5 librdkafka libxpm ' +
    'libpcap libusb libcap libedit libev libidn'
  )
    .split(' ')
    .map((name) => `${name}-dev`),
);

type Names = string | Readonly<Record<string, string>>;

const OLD = ['stretch', 'buster', 'bullseye', 'bookworm', 'bionic', 'focal', 'jammy'];
const NEW = ['trixie', 'noble'];

/** A library that got the ending `t64` with the 64-bit time of 2024. */
function renamed(name: string, since: readonly string[] = OLD): Names {
  return Object.fromEntries([
    ...since.map((release) => [release, name] as const),
    ...NEW.map((release) => [release, name.replace(/(?= |$)/g, 't64')] as const),
  ]);
}

/** Debian and Ubuntu: one name, or names by release. */
const DEBIAN: Readonly<Record<string, Names>> = {
  'libc6-dev': '',
  'libc-dev': '',
  'linux-libc-dev': '',
  'linux-headers-generic': '',
  'zlib1g-dev': '',
  'uuid-dev': '',
  'liblzma-dev': '',
  'libbz2-dev': 'libbz2-1.0',
  'liblz4-dev': 'liblz4-1',
  'libzstd-dev': 'libzstd1',
  'python3-dev': 'python3',
  'python2-dev': 'python2',
  'python-dev': { stretch: 'python', buster: 'python', bionic: 'python' },
  'libpq-dev': 'libpq5',
  'libmariadb-dev': 'libmariadb3',
  'libmariadb-dev-compat': 'libmariadb3',
  'default-libmysqlclient-dev': {
    buster: 'libmariadb3',
    bullseye: 'libmariadb3',
    bookworm: 'libmariadb3',
    trixie: 'libmariadb3',
    focal: 'libmysqlclient21',
    jammy: 'libmysqlclient21',
    noble: 'libmysqlclient21',
  },
  'libmysqlclient-dev': {
    bionic: 'libmysqlclient20',
    focal: 'libmysqlclient21',
    jammy: 'libmysqlclient21',
    noble: 'libmysqlclient21',
  },
  'libsqlite3-dev': 'libsqlite3-0',
  'libxml2-dev': 'libxml2',
  'libxslt-dev': 'libxslt1.1',
  'libxslt1-dev': 'libxslt1.1',
  'libyaml-dev': 'libyaml-0-2',
  'libexpat1-dev': 'libexpat1',
  'libfreetype6-dev': 'libfreetype6',
  'libfreetype-dev': 'libfreetype6',
  'libjpeg62-turbo-dev': 'libjpeg62-turbo',
  'liblcms2-dev': 'liblcms2-2',
  'libopenjp2-7-dev': 'libopenjp2-7',
  'libgif-dev': 'libgif7',
  'libcairo2-dev': 'libcairo2 libcairo-gobject2',
  'libpango1.0-dev': 'libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0',
  'libpixman-1-dev': 'libpixman-1-0',
  'libxpm-dev': 'libxpm4',
  'libmcrypt-dev': 'libmcrypt4',
  'libsasl2-dev': 'libsasl2-2',
  'libkrb5-dev': 'libkrb5-3 libgssapi-krb5-2',
  'libgmp-dev': 'libgmp10 libgmpxx4ldbl',
  'libzmq3-dev': 'libzmq5',
  'librdkafka-dev': 'librdkafka1 librdkafka++1',
  'librabbitmq-dev': 'librabbitmq4',
  'libsnappy-dev': 'libsnappy1v5',
  'libpcre3-dev': 'libpcre3',
  'libpcre2-dev': 'libpcre2-8-0',
  'libaspell-dev': 'libaspell15',
  'libpspell-dev': 'libaspell15',
  'libmaxminddb-dev': 'libmaxminddb0',
  'libblas-dev': 'libblas3',
  'liblapack-dev': 'liblapack3',
  'libatlas-base-dev': 'libatlas3-base',
  'portaudio19-dev': 'libportaudio2',
  'libsndfile1-dev': 'libsndfile1',
  'libusb-1.0-0-dev': 'libusb-1.0-0',
  'libbluetooth-dev': 'libbluetooth3',
  'libcap-dev': 'libcap2',
  'libsystemd-dev': 'libsystemd0',
  'libdbus-1-dev': 'libdbus-1-3',
  'libedit-dev': 'libedit2',
  'libvips-dev': { buster: 'libvips42', bullseye: 'libvips42', bookworm: 'libvips42' },
  'libpng-dev': renamed('libpng16-16'),
  'libcurl4-openssl-dev': renamed('libcurl4', ['buster', 'bullseye', 'bookworm', 'bionic', 'focal', 'jammy']),
  'libglib2.0-dev': renamed('libglib2.0-0'),
  'libmagic-dev': renamed('libmagic1'),
  'libpcap-dev': renamed('libpcap0.8'),
  'libgdbm-dev': renamed('libgdbm6', ['buster', 'bullseye', 'bookworm', 'focal', 'jammy']),
  'libmemcached-dev': renamed('libmemcached11 libmemcachedutil2'),
  'libuv1-dev': renamed('libuv1'),
  'libasound2-dev': renamed('libasound2'),
  'libreadline-dev': renamed('libreadline8', ['bullseye', 'bookworm', 'focal', 'jammy']),
  'libevent-dev': renamed(
    'libevent-2.1-7 libevent-openssl-2.1-7 libevent-pthreads-2.1-7 libevent-extra-2.1-7 libevent-core-2.1-7',
    ['bullseye', 'bookworm', 'focal', 'jammy'],
  ),
  'libssl-dev': {
    stretch: 'libssl1.1',
    buster: 'libssl1.1',
    bullseye: 'libssl1.1',
    bookworm: 'libssl3',
    trixie: 'libssl3t64',
    bionic: 'libssl1.1',
    focal: 'libssl1.1',
    jammy: 'libssl3',
    noble: 'libssl3t64',
  },
  'libffi-dev': {
    stretch: 'libffi6',
    buster: 'libffi6',
    bullseye: 'libffi7',
    bookworm: 'libffi8',
    trixie: 'libffi8',
    bionic: 'libffi6',
    focal: 'libffi7',
    jammy: 'libffi8',
    noble: 'libffi8',
  },
  'libicu-dev': {
    stretch: 'libicu57',
    buster: 'libicu63',
    bullseye: 'libicu67',
    bookworm: 'libicu72',
    trixie: 'libicu76',
    bionic: 'libicu60',
    focal: 'libicu66',
    jammy: 'libicu70',
    noble: 'libicu74',
  },
  'libonig-dev': {
    buster: 'libonig5',
    bullseye: 'libonig5',
    bookworm: 'libonig5',
    trixie: 'libonig5',
    bionic: 'libonig4',
    focal: 'libonig5',
    jammy: 'libonig5',
    noble: 'libonig5',
  },
  'libzip-dev': {
    stretch: 'libzip4',
    buster: 'libzip4',
    bullseye: 'libzip4',
    bookworm: 'libzip4',
    trixie: 'libzip5',
    focal: 'libzip5',
    jammy: 'libzip4',
    noble: 'libzip4t64',
  },
  'libldap2-dev': {
    stretch: 'libldap-2.4-2',
    buster: 'libldap-2.4-2',
    bullseye: 'libldap-2.4-2',
    bookworm: 'libldap-2.5-0',
    trixie: 'libldap2',
    bionic: 'libldap-2.4-2',
    focal: 'libldap-2.4-2',
    jammy: 'libldap-2.5-0',
    noble: 'libldap2',
  },
  'libjpeg-dev': {
    stretch: 'libjpeg62-turbo',
    buster: 'libjpeg62-turbo',
    bullseye: 'libjpeg62-turbo',
    bookworm: 'libjpeg62-turbo',
    trixie: 'libjpeg62-turbo',
    bionic: 'libjpeg-turbo8',
    focal: 'libjpeg-turbo8',
    jammy: 'libjpeg-turbo8',
    noble: 'libjpeg-turbo8',
  },
  'libtiff-dev': {
    buster: 'libtiff5',
    bullseye: 'libtiff5',
    bookworm: 'libtiff6',
    trixie: 'libtiff6',
    bionic: 'libtiff5',
    focal: 'libtiff5',
    jammy: 'libtiff5',
    noble: 'libtiff6',
  },
  'libwebp-dev': {
    stretch: 'libwebp6',
    buster: 'libwebp6',
    bullseye: 'libwebp6',
    bookworm: 'libwebp7 libwebpmux3 libwebpdemux2',
    trixie: 'libwebp7 libwebpmux3 libwebpdemux2',
    bionic: 'libwebp6',
    focal: 'libwebp6',
    jammy: 'libwebp7 libwebpmux3 libwebpdemux2',
    noble: 'libwebp7 libwebpmux3 libwebpdemux2',
  },
  'unixodbc-dev': {
    stretch: 'libodbc1',
    buster: 'libodbc1',
    bullseye: 'libodbc1',
    bookworm: 'libodbc2 libodbcinst2',
    trixie: 'libodbc2 libodbcinst2',
    bionic: 'libodbc1',
    focal: 'libodbc1',
    jammy: 'libodbc2 libodbcinst2',
    noble: 'libodbc2 libodbcinst2',
  },
};

/**
 * The packages that a program built with a development package needs when it runs.
 * @param release codename; undefined when it is not known.
 * @returns undefined when the package or its libraries in that release are not known.
 */
export function librariesOf(
  family: 'alpine' | 'debian',
  release: string | undefined,
  name: string,
): readonly string[] | undefined {
  const split = (text: string): readonly string[] => text.split(' ').filter((part) => part !== '');
  if (family === 'alpine') {
    const minor = /^3\.(\d+)/.exec(release ?? '')?.[1];
    if (minor !== undefined && Number(minor) < OLDEST_ALPINE && ALPINE[name] !== '') return undefined;
    if (Object.hasOwn(ALPINE, name)) return split(ALPINE[name]!);
    return ALPINE_PLAIN.has(name) ? [name.replace(/-dev$/, '')] : undefined;
  }
  const names = Object.hasOwn(DEBIAN, name) ? DEBIAN[name]! : undefined;
  if (names === undefined || typeof names === 'string') return names === undefined ? undefined : split(names);
  const found = release === undefined ? undefined : names[release];
  return found === undefined ? undefined : split(found);
}
