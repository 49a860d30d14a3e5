import type { ShellWord } from '../shell/index.js';
import { debianReleases } from '../facts/images/releases.js';
import { variantsOf } from '../facts/images/tags.js';
import { librariesOf } from './libraries.js';

/** Packages that only builds need, in Debian, Ubuntu and Alpine. */
const TOOLS =
  /^(gcc|g\+\+|make|build-base|build-essential|cmake|autoconf|autoconf-archive|automake|libtool|libtool-bin|pkgconf|pkgconfig|pkg-config|bison|flex|m4|nasm|yasm|ninja|ninja-build|samurai|meson|gfortran|cargo|rust|rustc|dpkg-dev|re2c|swig|patch|binutils)$/;
/** As the official images of PHP name what their extensions are built with. */
const PHP_TOOLS = /^"?\$\{?PHPIZE_DEPS\}?"?$/;
const NODE_TOOLS = /^(python|python2|python3|py3-setuptools|python3-setuptools|python3-minimal)$/;

/** Packages that stay and depend on compilers, so that they would go with those. */
const DEPENDENT =
  /^(ruby-full|ruby-dev|r-base.*|r-cran-.*|clang.*|llvm.*|ghc.*|dkms|golang.*|gcc-.*|g\+\+-.*|gnat.*|gobjc.*|ocaml.*|opam|erlang.*|devscripts|debhelper|dh-.*|checkinstall|postgresql-server-dev-.*|mono-.*|npm|node-gyp|crossbuild-essential.*|nvidia-.*|cuda-.*|haskell-.*|default-jdk.*|libtool.*|texlive-.*|perl-.*-dev|cython.*|ccache|distcc|sbcl|valac|python3?-all-dev)$/;

/** Packages of Debian that depend on nothing that goes here. */
const INDEPENDENT =
  /^(git|curl|wget|ca-certificates|bash|openssl|openssh-client|tini|dumb-init|gosu|procps|gnupg2?|unzip|zip|tar|xz-utils|gzip|bzip2|jq|vim|vim-tiny|nano|less|locales|tzdata|netcat(-openbsd|-traditional)?|iputils-ping|postgresql-client|default-mysql-client|mariadb-client|redis-tools|sqlite3|nginx|cron|rsync|ffmpeg|file|gettext(-base)?|apt-transport-https|lib(?:[\w.+]*-)*[A-Za-z_.+]*\d[\w.+]*)$/;

/** Whether a package may be purged by name beside this one without taking it along. */
export function isIndependent(name: string): boolean {
  return INDEPENDENT.test(name) && !/-dev$/.test(name);
}

/** One package of an install. */
export interface Package {
  readonly word: ShellWord;
  /** Without version and architecture; as written when it holds variables. */
  readonly name: string;
  readonly kind: 'build' | 'stays';
  /** What programs built with it need at run time. */
  readonly libraries: readonly string[];
}

/** Where packages are installed. */
export interface Distribution {
  readonly family: 'alpine' | 'debian';
  readonly release: string | undefined;
  /** Familiar name of the base image. */
  readonly image: string;
  /** Its tag, which tells the releases that it may stand for where it names none. */
  readonly tag?: string | undefined;
}

/** Reads the packages of an install; a reason when one is not understood. */
export function readPackages(words: readonly ShellWord[], distribution: Distribution): readonly Package[] | string {
  const packages: Package[] = [];
  const names = words.map(({ value, text }) => (value ?? text).replace(/^([^=<>~:@]+)[=<>~:@].*$/, '$1'));
  const compiles = names.some((name) => /^(make|g\+\+|build-base|build-essential)$/.test(name));
  for (const [i, word] of words.entries()) {
    const name = names[i]!;
    const php = PHP_TOOLS.test(word.text);
    if (word.value === undefined && !php) return `${word.text} may be any package`;
    if (/[/*]|-$/.test(name) && !php) return `${word.text} is not a plain package`;
    const node = /(^|\/)node$/.test(distribution.image) && compiles && NODE_TOOLS.test(name);
    if (TOOLS.test(name) && hasCompilers(distribution)) {
      packages.push({ word, name, kind: 'stays', libraries: [] });
      continue;
    }
    if (php || TOOLS.test(name) || node) {
      packages.push({
        word,
        name: php ? word.text : name,
        kind: 'build',
        libraries: toolLibraries(name, php, distribution),
      });
      continue;
    }
    const own = /^(?:python|ruby)/.exec(name)?.[0];
    const ofImage = own !== undefined && name.endsWith('-dev') && distribution.image.split('/').at(-1) === own;
    const libraries = ofImage ? [] : librariesFor(distribution, name);
    if (libraries !== undefined) packages.push({ word, name, kind: 'build', libraries });
    else if (/-dev$|-devel$|-headers(-|$)/.test(name))
      return `the libraries of ${name} are not known, which what was built with it may need`;
    else if (distribution.family === 'debian' && DEPENDENT.test(name)) return `${name} may depend on what would go`;
    else packages.push({ word, name, kind: 'stays', libraries: [] });
  }
  return packages;
}

/** Debian's releases, the newest first. */
const RELEASES = Object.values(debianReleases).reverse();

/** The libraries of a development package; for a tag that moves from release to release, where its last two agree. */
function librariesFor({ family, release, image, tag }: Distribution, name: string): readonly string[] | undefined {
  const known = librariesOf(family, release, name);
  if (known !== undefined || release !== undefined || family === 'alpine' || tag === undefined) return known;
  const variants = variantsOf(image, tag)?.variants ?? [];
  const [newest, ...older] = RELEASES.filter((one) => variants.some((variant) => variant.split('-').includes(one)))
    .slice(0, 2)
    .map((one) => librariesOf(family, one, name));
  return older.some((one) => one?.join(' ') !== newest?.join(' ')) ? undefined : newest;
}

/** The libraries that development packages bring anyway, in any of Debian's releases. */
export function broughtLibraries(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => RELEASES.flatMap((release) => librariesOf('debian', release, name) ?? [])));
}

/** Debian's images of PHP keep what extensions are built with. */
export function hasCompilers({ family, image }: Distribution): boolean {
  return (
    family === 'debian' &&
    /(^|\/)(php|wordpress|drupal|joomla|nextcloud|phpmyadmin|matomo|monica|backdrop|adminer)$/.test(image)
  );
}

/** Whether an installed package may depend on compilers and go with them. */
export function mayDepend(word: ShellWord): boolean {
  return word.value === undefined || DEPENDENT.test(word.value.replace(/[=:].*/s, ''));
}

/** What a compiler's programs need: Debian's images have libstdc++ and libgcc, of Alpine's only node's. */
function toolLibraries(name: string, php: boolean, { family, image, release }: Distribution): readonly string[] {
  if (name === 'gfortran')
    return family === 'alpine' ? ['libgfortran'] : release === 'stretch' ? ['libgfortran3'] : ['libgfortran5'];
  const cpp = php || /^(g\+\+|build-base|cargo|rust)$/.test(name);
  return family === 'alpine' && cpp && !/(^|\/)node$/.test(image) ? ['libstdc++'] : [];
}
