import { librariesOf } from '../../../src/bases/index.js';
import type { RuntimePackage } from '../types.js';

/** Libraries of the C library and of the compiler, which each Debian has. */
const OF_THE_SYSTEM =
  /^(?:m|c|pthread|dl|rt|util|crypt|resolv|nsl|anl|gcc|gcc_s|gcc_eh|gomp|atomic|quadmath|stdc\+\+|stdc\+\+fs|supc\+\+|tinfo)$/;

/** The development package of a linker's name, in Debian. */
const PACKAGES: Readonly<Record<string, string>> = {
  ssl: 'libssl-dev',
  crypto: 'libssl-dev',
  curl: 'libcurl4-openssl-dev',
  z: 'zlib1g-dev',
  bz2: 'libbz2-dev',
  lzma: 'liblzma-dev',
  sqlite3: 'libsqlite3-dev',
  pq: 'libpq-dev',
  mysqlclient: 'default-libmysqlclient-dev',
  mariadb: 'default-libmysqlclient-dev',
  xml2: 'libxml2-dev',
  xslt: 'libxslt1-dev',
  yaml: 'libyaml-dev',
  ffi: 'libffi-dev',
  readline: 'libreadline-dev',
  ncurses: 'libncurses-dev',
  ncursesw: 'libncurses-dev',
  curses: 'libncurses-dev',
  event: 'libevent-dev',
  event_core: 'libevent-dev',
  event_extra: 'libevent-dev',
  event_openssl: 'libevent-dev',
  event_pthreads: 'libevent-dev',
  'glib-2.0': 'libglib2.0-dev',
  'gobject-2.0': 'libglib2.0-dev',
  'gio-2.0': 'libglib2.0-dev',
  png: 'libpng-dev',
  jpeg: 'libjpeg-dev',
  webp: 'libwebp-dev',
  gmp: 'libgmp-dev',
  gmpxx: 'libgmp-dev',
  uuid: 'uuid-dev',
  gdbm: 'libgdbm-dev',
  maxminddb: 'libmaxminddb-dev',
};

/**
 * What programs need that the options of a linker name: on images with a full set of development packages the options
 * alone say so.
 * @param text commands, Makefiles and CMakeLists.txt
 * @param release codename of the Debian that ships; undefined on another system, for which no packages are known
 * @returns packages, or the name that is not known
 */
export function linkedPackages(text: string, release: string | undefined): readonly RuntimePackage[] | string {
  const found = new Map<string, string>();
  for (const name of namesIn(text)) {
    if (OF_THE_SYSTEM.test(name)) continue;
    const package_ = Object.hasOwn(PACKAGES, name) ? PACKAGES[name]! : undefined;
    const libraries =
      package_ === undefined || release === undefined ? undefined : librariesOf('debian', release, package_);
    if (libraries === undefined) return name;
    for (const library of libraries) found.set(library, `the program links ${name}`);
    if (/^(?:ssl|curl)$/.test(name)) found.set('ca-certificates', 'the program may call others over TLS');
  }
  return [...found].map(([name, why]) => ({ name, why }));
}

/** Libraries that come with the compiler, and their packages. */
export function compilerPackages(text: string, manager: 'apk' | 'apt'): readonly RuntimePackage[] {
  const why = 'the compiler brought it, and the program is built with it';
  const names = [
    ...(/-fopenmp\b|\bOpenMP\b/.test(text) ? ['gomp'] : []),
    ...(/-latomic\b|target_link_libraries\([^)]*\batomic\b/.test(text) ? ['atomic'] : []),
    ...(/-lquadmath\b/.test(text) ? ['quadmath'] : []),
  ];
  const versions: Readonly<Record<string, string>> = {
    gomp: 'libgomp1',
    atomic: 'libatomic1',
    quadmath: 'libquadmath0',
  };
  return names.map((name) => ({ name: manager === 'apk' ? `lib${name}` : versions[name]!, why }));
}

/** The names in `-lNAME`, target_link_libraries, find_package and pkg-config. */
function namesIn(text: string): readonly string[] {
  const options = [...text.matchAll(/(?:^|\s)-l([\w.+-]+)/g)].map((match) => match[1]!);
  const modules = [...text.matchAll(/pkg-config\s+([^`)\n]*)/g)].flatMap((match) => match[1]!.split(/\s+/));
  const checked = [...text.matchAll(/pkg_(?:check_modules|search_module)\s*\(\s*\w+\s([^)]*)\)/gi)].flatMap((match) =>
    match[1]!.split(/\s+/),
  );
  const linked = [...text.matchAll(/target_link_libraries\s*\(\s*[^\s()]+\s([^)]*)\)/gi)].flatMap((match) =>
    match[1]!.split(/\s+/),
  );
  const targets = new Set([...text.matchAll(/add_(?:library|executable)\s*\(\s*(\S+)/gi)].map((match) => match[1]!));
  const all = [...options, ...modules, ...checked, ...linked]
    .map((name) => name.replace(/^-l/, ''))
    .filter(
      (name) =>
        name !== '' &&
        !/^(?:-|PUBLIC$|PRIVATE$|INTERFACE$|REQUIRED$|QUIET$|IMPORTED_TARGET$|[<>=]|\d)/.test(name) &&
        !targets.has(name),
    );
  return [...new Set(all.map((name) => FOUND[name] ?? name))];
}

/** Names of pkg-config modules, and of CMake's own find modules. */
const FOUND: Readonly<Record<string, string>> = {
  libcurl: 'curl',
  openssl: 'ssl',
  libssl: 'ssl',
  libcrypto: 'crypto',
  zlib: 'z',
  libxml_2: 'xml2',
  'libxml-2.0': 'xml2',
  libpq: 'pq',
  libpng: 'png',
  'yaml-0.1': 'yaml',
  libevent: 'event',
  'Threads::Threads': 'pthread',
  '${CMAKE_THREAD_LIBS_INIT}': 'pthread',
  '${CMAKE_DL_LIBS}': 'dl',
  'OpenSSL::SSL': 'ssl',
  'OpenSSL::Crypto': 'crypto',
  'CURL::libcurl': 'curl',
  'ZLIB::ZLIB': 'z',
  'SQLite::SQLite3': 'sqlite3',
  'PostgreSQL::PostgreSQL': 'pq',
  'LibXml2::LibXml2': 'xml2',
  'OpenMP::OpenMP_C': 'm',
  'OpenMP::OpenMP_CXX': 'm',
};
