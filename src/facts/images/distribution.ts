/** What is known of an image from its reference alone; only data, nothing is looked up. */
import type { ImageReference } from '../image-reference.js';
import { familyCommands } from './commands.js';
import { type KnownImage, knownImages, knownPrefixes, type PartialFacts, type TagRule } from './known.js';
import { families, type Family, readTag, releaseOf, type TagFacts } from './tag.js';

export type { Family } from './tag.js';

/** Facts about an image; what is not certain for its tag is undefined, or `unknown`. */
export interface ImageFacts {
  /** Familiar name: `node`, `ghcr.io/x/y`. */
  readonly image: string;
  /** Whether the image and its tag are known well enough that what is not said here is as in a plain base image. */
  readonly official: boolean;
  readonly os: 'linux' | 'windows' | 'unknown';
  readonly family: Family;
  /** `debian`, `ubuntu`, `alpine`, `fedora`, `amazonlinux`, … */
  readonly distribution: string | undefined;
  /** `bookworm`, `jammy`, `3.20`, `40`: only where the tag says it or it never changes for the tag. */
  readonly release: string | undefined;
  readonly libc: 'glibc' | 'musl' | 'none' | 'unknown';
  /** The default user, as a name or a number. */
  readonly user: string | undefined;
  /** Home directory of that user. */
  readonly home: string | undefined;
  /** Variables that the image sets, where they matter to package managers and builds. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables that it sets to values that the tag does not tell. */
  readonly alsoSet?: readonly string[];
  readonly workdir: string | undefined;
  readonly volumes: readonly string[];
  /** An `-onbuild` tag: building on it runs instructions that we do not see. */
  readonly onbuild: boolean;
  /** The default SHELL; `unknown` also where there is none, as in distroless images. */
  readonly shell: 'sh' | 'powershell' | 'cmd' | 'unknown';
  /** Notable commands that it has; not all. */
  readonly commands: readonly string[];
}

const linuxPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Registries and namespaces that mirror the official images under the same names. */
const mirrors =
  /^(?:public\.ecr\.aws\/docker\/library|mirror\.gcr\.io\/library|amd64|arm32v[567]|arm64v8|i386|mips64le|ppc64le|riscv64|s390x)\/(?=[^/]+$)/;

const windowsImages =
  /^(?:mcr\.microsoft\.com\/(?:windows|dotnet\/framework)\/|mcr\.microsoft\.com\/windows$|microsoft\/(?:windowsservercore|nanoserver|dotnet-framework|iis|aspnet)$)/;

/** The facts of the image that a reference names. */
export function describeImage(reference: ImageReference): ImageFacts {
  const image = reference.familiarName;
  if (reference.scratch) return scratchImage(image);
  if (windowsImages.test(image)) return windowsImage(image, image.includes('nanoserver'), undefined);
  const name = image.replace(mirrors, '');
  const known = findImage(name);
  const tag = reference.tag ?? (reference.digest === undefined ? 'latest' : undefined);
  const spelled = readTag(tag ?? '');
  if (spelled.windows !== undefined && known === undefined) return { ...unknownImage(image), os: 'windows' };
  if (known === undefined) return unknownOfficial(image, name, spelled);
  if (tag === undefined && !known.isDistribution && known.family !== 'distroless') return unknownImage(image);
  if (spelled.windows !== undefined) {
    return windowsImage(image, spelled.windows === 'nanoserver', known.servercoreShell, spelled.onbuild);
  }
  return knownImage(image, name, known, tag ?? '', spelled);
}

function findImage(name: string): KnownImage | undefined {
  if (Object.hasOwn(knownImages, name)) return knownImages[name];
  return knownPrefixes.find(([prefix]) => name.startsWith(prefix))?.[1];
}

function knownImage(image: string, name: string, known: KnownImage, tag: string, spelled: TagFacts): ImageFacts {
  const rules = (known.rules ?? []).filter((rule) => applies(rule, tag));
  const alone = rules.findLastIndex((rule) => rule.replaces === true);
  const parts: readonly PartialFacts[] = [known, ...rules.map((rule) => rule.facts)].slice(alone + 1);
  const last = <Key extends keyof PartialFacts>(key: Key): PartialFacts[Key] | undefined =>
    parts.findLast((part) => Object.hasOwn(part, key))?.[key];
  const all = <Item>(pick: (part: PartialFacts) => readonly Item[] | undefined): Item[] =>
    parts.flatMap((part) => pick(part) ?? []);

  const { family, distribution, release } = place(name, known, last, tag, spelled);
  const full = family === 'alpine' || family === 'distroless' || spelled.slim ? [] : (known.fullCommands ?? []);
  const env: Record<string, string> = Object.assign({}, ...parts.map((part) => part.env ?? {}));
  const alsoSet = new Set(all((part) => part.alsoSet));
  for (const variable of last('versionVariables') ?? []) {
    const version = /^\d+\.\d+\.\d+(?=-|$)/.exec(tag)?.[0];
    if (version === undefined) alsoSet.add(variable);
    else env[variable] = version;
  }
  const path = parts.toReversed().flatMap((part) => part.path ?? []);
  if (!alsoSet.has('PATH') && (known.official !== false || path.length > 0)) {
    env['PATH'] = [...path, linuxPath].join(':');
  }
  const shellLess = family === 'distroless' || family === 'scratch';
  return {
    image,
    official: known.official !== false && !spelled.onbuild,
    os: 'linux',
    family,
    distribution,
    release,
    libc: last('libc') ?? libcOf(family, distribution),
    user: last('user'),
    home: last('home'),
    env: Object.fromEntries(Object.entries(env).filter(([variable]) => !alsoSet.has(variable))),
    ...(alsoSet.size === 0 ? {} : { alsoSet: [...alsoSet].sort() }),
    workdir: spelled.onbuild ? undefined : (last('workdir') ?? (known.official === false ? undefined : '/')),
    volumes: last('volumes') ?? [],
    onbuild: spelled.onbuild,
    shell: shellLess ? 'unknown' : 'sh',
    commands: [...new Set([...familyCommands[family], ...full, ...all((part) => part.commands)])].sort(),
  };
}

/** Family, distribution and release: what the tag spells, else what is known of the image. */
function place(
  name: string,
  known: KnownImage,
  last: <Key extends keyof PartialFacts>(key: Key) => PartialFacts[Key] | undefined,
  tag: string,
  spelled: TagFacts,
): Pick<ImageFacts, 'family' | 'distribution' | 'release'> {
  const family = last('family') ?? 'unknown';
  if (known.isDistribution) {
    const distribution = known.distribution!;
    const version = /^v?(\d+(?:\.\d+)*)(?=[-_]|$)/.exec(tag)?.[1];
    const numbered = version === undefined ? undefined : releaseOf(distribution, version);
    const rolling = tag === 'edge' || tag === 'rawhide' ? tag : undefined;
    const named = spelled.distribution === distribution ? spelled.release : undefined;
    const stream = /^stream(\d+)/.exec(tag)?.[1];
    const latest = tag === 'latest' ? known.latest : undefined;
    return { family, distribution, release: named ?? numbered ?? stream ?? rolling ?? latest };
  }
  const inName = family === 'distroless' ? readTag(name.slice(name.lastIndexOf('/') + 1)) : undefined;
  const found = spelled.distribution !== undefined ? spelled : inName?.distribution !== undefined ? inName : undefined;
  const leading = found ?? leadingUbuntu(known, tag);
  if (leading === undefined) {
    return {
      family: spelled.distroless ? 'distroless' : family,
      distribution: last('distribution'),
      release: last('release'),
    };
  }
  const distribution = leading.distribution!;
  const own = distribution === last('distribution') ? last('release') : undefined;
  return {
    family: spelled.distroless || family === 'distroless' ? 'distroless' : (families[distribution] ?? 'unknown'),
    distribution,
    release: leading.release ?? (distribution === 'alpine' ? undefined : own),
  };
}

/** Tags of images that come on Debian or Ubuntu and start with Ubuntu's version: `buildpack-deps:22.04`. */
function leadingUbuntu(known: KnownImage, tag: string): Pick<TagFacts, 'distribution' | 'release'> | undefined {
  const version = known === knownImages['buildpack-deps'] || known === knownImages['phusion/baseimage'] ? tag : '';
  const release = releaseOf('ubuntu', /^\d\d\.\d\d(?=-|$)/.exec(version)?.[0] ?? '');
  return release === undefined ? undefined : { distribution: 'ubuntu', release };
}

function applies(rule: TagRule, tag: string): boolean {
  if (rule.tag !== undefined && !rule.tag.test(tag)) return false;
  if (rule.from === undefined && rule.before === undefined) return true;
  const version = /^v?(\d+(?:\.\d+)*)/.exec(tag)?.[1];
  if (version === undefined) return false;
  return (
    (rule.from === undefined || atLeast(version, rule.from)) &&
    (rule.before === undefined || below(version, rule.before))
  );
}

/** Whether every version that a tag may stand for (`20` for any 20.x) is at or above a bound. */
function atLeast(version: string, bound: string): boolean {
  return compareVersions(version, bound, 0) >= 0;
}

/** Whether every version that a tag may stand for is below a bound: `3` is not below 3.13. */
function below(version: string, bound: string): boolean {
  return compareVersions(version, bound, Number.POSITIVE_INFINITY) < 0;
}

/** Compares part by part, as far as the bound goes; parts that the version leaves out count as `missing`. */
function compareVersions(version: string, bound: string, missing: number): number {
  const parts = version.split('.').map(Number);
  for (const [index, part] of bound.split('.').map(Number).entries()) {
    const difference = (parts[index] ?? missing) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}

function libcOf(family: Family, distribution: string | undefined): ImageFacts['libc'] {
  if (family === 'alpine') return 'musl';
  if (['debian', 'rhel', 'suse', 'arch', 'distroless'].includes(family)) return 'glibc';
  return distribution === 'azurelinux' || distribution === 'mariner' ? 'glibc' : 'unknown';
}

/** An official image outside the table follows the conventions for tags; of any other image nothing is known. */
function unknownOfficial(image: string, name: string, spelled: TagFacts): ImageFacts {
  const none = unknownImage(image);
  if (name.includes('/') || spelled.distribution === undefined) return { ...none, onbuild: spelled.onbuild };
  const family = spelled.distroless ? 'distroless' : (families[spelled.distribution] ?? 'unknown');
  return {
    ...none,
    os: 'linux',
    family,
    distribution: spelled.distribution,
    release: spelled.release,
    libc: libcOf(family, spelled.distribution),
    onbuild: spelled.onbuild,
  };
}

function unknownImage(image: string): ImageFacts {
  return {
    image,
    official: false,
    os: 'unknown',
    family: 'unknown',
    distribution: undefined,
    release: undefined,
    libc: 'unknown',
    user: undefined,
    home: undefined,
    env: {},
    workdir: undefined,
    volumes: [],
    onbuild: false,
    shell: 'unknown',
    commands: [],
  };
}

function scratchImage(image: string): ImageFacts {
  return {
    ...unknownImage(image),
    official: true,
    os: 'linux',
    family: 'scratch',
    libc: 'none',
    user: 'root',
    env: { PATH: linuxPath },
    workdir: '/',
  };
}

function windowsImage(
  image: string,
  nano: boolean,
  servercoreShell: 'powershell' | undefined,
  onbuild = false,
): ImageFacts {
  const shell = nano || windowsImages.test(image) ? 'cmd' : (servercoreShell ?? 'unknown');
  return { ...unknownImage(image), os: 'windows', onbuild, shell };
}
