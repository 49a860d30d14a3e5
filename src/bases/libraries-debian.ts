/**
 * What development packages need at run time, in Debian and Ubuntu. Source: the dependencies of the packages in their
 * archives. An empty text: nothing but headers, or libraries that every image has.
 */

type ByRelease = Readonly<Record<string, string>>;
type Names = string | ByRelease;

const OLD = ['stretch', 'buster', 'bullseye', 'bookworm', 'bionic', 'focal', 'jammy'];
const NEW = ['trixie', 'noble'];

/** A library that got the ending `t64` with the 64-bit time of 2024. */
function renamed(name: string, since: readonly string[] = OLD): Names {
  const later = name.split(' ').map((one) => `${one}t64`);
  return { ...byRelease(name, since), ...byRelease(later.join(' '), NEW) };
}

function byRelease(name: string, releases: readonly string[]): ByRelease {
  return Object.fromEntries(releases.map((release) => [release, name]));
}

const NCURSES: ByRelease = {
  ...byRelease('libncurses5 libncursesw5', ['stretch', 'bionic']),
  ...byRelease('libncurses6 libncursesw6', ['buster', 'bullseye', 'bookworm', 'trixie', 'focal', 'jammy', 'noble']),
};

/** The version of Boost in each release: its libraries carry it in their names. */
const BOOST: Readonly<Record<string, string>> = {
  buster: '1.67.0',
  bullseye: '1.74.0',
  bookworm: '1.74.0',
  trixie: '1.83.0',
  bionic: '1.65.1',
  focal: '1.71.0',
  jammy: '1.74.0',
  noble: '1.83.0',
};
const BOOST_PART =
  /^libboost-(atomic|chrono|container|context|coroutine|date-time|fiber|filesystem|iostreams|locale|log|program-options|random|regex|serialization|system|thread|timer|wave)-dev$/;

/** One name, or names by release. */
const LIBRARIES: Readonly<Record<string, Names>> = {
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
  'libtiff5-dev': {
    ...byRelease('libtiff5', ['stretch', 'buster', 'bullseye', 'bionic', 'focal', 'jammy']),
    bookworm: 'libtiff6',
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
  'libncurses-dev': NCURSES,
  'libncurses5-dev': NCURSES,
  'libncursesw5-dev': NCURSES,
  'libboost-dev': '',
  'libgtest-dev': '',
  'nlohmann-json3-dev': '',
  'rapidjson-dev': '',
  'libeigen3-dev': '',
  'libasio-dev': '',
  'libjansson-dev': 'libjansson4',
  'liblua5.3-dev': 'liblua5.3-0',
  'libsodium-dev': 'libsodium23',
  'libmosquitto-dev': 'libmosquitto1',
  'libcjson-dev': 'libcjson1',
  'liblmdb-dev': 'liblmdb0',
  'libleveldb-dev': 'libleveldb1d',
  'libopus-dev': 'libopus0',
  'libvorbis-dev': 'libvorbis0a libvorbisenc2 libvorbisfile3',
  'libnghttp2-dev': 'libnghttp2-14',
  'libpam0g-dev': 'libpam0g',
  'libseccomp-dev': 'libseccomp2',
  'libacl1-dev': 'libacl1',
  'libudev-dev': 'libudev1',
  'libpopt-dev': 'libpopt0',
  'libbsd-dev': 'libbsd0',
  'libpugixml-dev': 'libpugixml1v5',
  'libgflags-dev': 'libgflags2.2',
  'libelf-dev': renamed('libelf1'),
  'libev-dev': renamed('libev4'),
  'libmicrohttpd-dev': renamed('libmicrohttpd12', ['buster', 'bullseye', 'bookworm', 'focal', 'jammy']),
  'libarchive-dev': renamed('libarchive13'),
  'libssh2-1-dev': renamed('libssh2-1'),
  'libaio-dev': renamed('libaio1'),
  'libjson-c-dev': byRelease('libjson-c5', ['bullseye', 'bookworm', 'trixie', 'jammy', 'noble']),
  'libhiredis-dev': {
    ...byRelease('libhiredis0.14', ['buster', 'bullseye', 'bookworm', 'focal', 'jammy']),
    trixie: 'libhiredis1.1.0',
  },
  'libconfig-dev': {
    ...byRelease('libconfig9', ['buster', 'bullseye', 'bookworm', 'focal', 'jammy']),
    trixie: 'libconfig11',
  },
  'libconfig++-dev': {
    ...byRelease('libconfig++9v5', ['buster', 'bullseye', 'bookworm', 'focal', 'jammy']),
    trixie: 'libconfig++11',
  },
  'libfmt-dev': { bullseye: 'libfmt7', bookworm: 'libfmt9', trixie: 'libfmt10', jammy: 'libfmt8', noble: 'libfmt9' },
  'libspdlog-dev': { bullseye: 'libspdlog1', bookworm: 'libspdlog1.10 libfmt9', trixie: 'libspdlog1.15 libfmt10' },
  'libprotobuf-dev': {
    buster: 'libprotobuf17',
    bullseye: 'libprotobuf23',
    bookworm: 'libprotobuf32',
    trixie: 'libprotobuf32t64',
    focal: 'libprotobuf17',
    jammy: 'libprotobuf23',
    noble: 'libprotobuf32t64',
  },
  'libyaml-cpp-dev': {
    buster: 'libyaml-cpp0.6',
    bullseye: 'libyaml-cpp0.6',
    bookworm: 'libyaml-cpp0.7',
    trixie: 'libyaml-cpp0.8',
    focal: 'libyaml-cpp0.6',
    jammy: 'libyaml-cpp0.7',
    noble: 'libyaml-cpp0.8',
  },
  'libjsoncpp-dev': {
    buster: 'libjsoncpp1',
    bullseye: 'libjsoncpp24',
    bookworm: 'libjsoncpp25',
    trixie: 'libjsoncpp26',
    focal: 'libjsoncpp1',
    jammy: 'libjsoncpp25',
    noble: 'libjsoncpp25',
  },
  'libtinyxml2-dev': { bookworm: 'libtinyxml2-9', trixie: 'libtinyxml2-11' },
  'libmbedtls-dev': {
    bookworm: 'libmbedcrypto7 libmbedtls14 libmbedx509-1',
    trixie: 'libmbedcrypto16 libmbedtls21 libmbedx509-7',
  },
  'libwebsockets-dev': { bookworm: 'libwebsockets17', trixie: 'libwebsockets19t64' },
  'libgsl-dev': { bookworm: 'libgsl27', trixie: 'libgsl28' },
  'libtbb-dev': { bookworm: 'libtbb12', trixie: 'libtbb12' },
};

/**
 * The packages that a program built with a development package needs.
 * @param release codename; undefined when it is not known.
 * @returns undefined when the package or its libraries in that release are not known.
 */
export function debianLibraries(release: string | undefined, name: string): string | undefined {
  const part = BOOST_PART.exec(name)?.[1];
  if (part !== undefined) return boost(release, part);
  const names = Object.hasOwn(LIBRARIES, name) ? LIBRARIES[name]! : undefined;
  if (names === undefined || typeof names === 'string') return names;
  return release === undefined ? undefined : names[release];
}

function boost(release: string | undefined, part: string): string | undefined {
  const version = release === undefined ? undefined : BOOST[release];
  if (version === undefined) return undefined;
  return `libboost-${part}${version}${part === 'chrono' && NEW.includes(release!) ? 't64' : ''}`;
}
