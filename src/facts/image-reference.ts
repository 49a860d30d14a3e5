/**
 * Image references as the container tools read them: the grammar and the normal form of distribution/reference
 * (Apache-2.0), ParseNormalizedNamed there.
 */
import type { Span } from '../dockerfile/text.js';

export interface ImageReference {
  /** The reference as written. */
  readonly text: string;
  /** Registry host with its port: `docker.io` where none is written, as for its old name `index.docker.io`. */
  readonly domain: string;
  /** Repository path within the registry, with the `library/` of official images. */
  readonly path: string;
  readonly tag: string | undefined;
  /** Digest with its algorithm: `sha256:…`. */
  readonly digest: string | undefined;
  /** Name in its short form, without tag and digest: `node` for `docker.io/library/node`. */
  readonly familiarName: string;
  /** Whether it is the empty base `scratch`, which no registry holds. */
  readonly scratch: boolean;
  /** Where the parts stand in `text`; `name` covers domain and path. */
  readonly spans: {
    readonly name: Span;
    readonly domain: Span | undefined;
    readonly path: Span;
    readonly tag: Span | undefined;
    readonly digest: Span | undefined;
  };
}

const defaultDomain = 'docker.io';
const legacyDefaultDomain = 'index.docker.io';
const officialPrefix = 'library/';
/** Longest repository path, in characters. */
const maximumPathLength = 255;

const domainLabel = '[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*';
const domainPattern = new RegExp(`^(?:${domainLabel}(?:\\.${domainLabel})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const pathComponent = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const pathPattern = new RegExp(`^${pathComponent}(?:/${pathComponent})*$`);
const tagPattern = /^\w[\w.-]{0,127}$/;
const identifierPattern = /^[a-f0-9]{64}$/;
/** Lower-case hexadecimal digits of each digest algorithm that the tools register. */
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * Parses an image reference without variables.
 *
 * @returns undefined where the text is no valid reference.
 */
export function parseImageReference(text: string): ImageReference | undefined {
  if (identifierPattern.test(text)) return undefined;
  const digestAt = text.indexOf('@');
  const nameAndTagEnd = digestAt < 0 ? text.length : digestAt;
  const digest = digestAt < 0 ? undefined : text.slice(digestAt + 1);
  if (digest !== undefined && !isDigest(digest)) return undefined;

  const written = splitDomain(text.slice(0, nameAndTagEnd));
  const pathStart = written === undefined ? 0 : written.length + 1;
  const tagAt = text.slice(0, nameAndTagEnd).indexOf(':', pathStart);
  const pathEnd = tagAt < 0 ? nameAndTagEnd : tagAt;
  const tag = tagAt < 0 ? undefined : text.slice(tagAt + 1, nameAndTagEnd);
  if (tag !== undefined && !tagPattern.test(tag)) return undefined;

  let domain = written === undefined || written === legacyDefaultDomain ? defaultDomain : written;
  let path = text.slice(pathStart, pathEnd);
  if (!pathPattern.test(path)) return undefined;
  if (domain === defaultDomain && !path.includes('/')) path = officialPrefix + path;
  if (!domainPattern.test(domain)) {
    // A host that is none, such as foo_bar.com, is read as the start of a path without a registry.
    path = `${domain}/${path}`;
    domain = '';
    if (!pathPattern.test(path)) return undefined;
  }
  if (path.length > maximumPathLength) return undefined;

  return {
    text,
    domain,
    path,
    tag,
    digest,
    familiarName: familiarName(domain, path),
    scratch: text === 'scratch',
    spans: {
      name: { start: 0, end: pathEnd },
      domain: written === undefined ? undefined : { start: 0, end: written.length },
      path: { start: pathStart, end: pathEnd },
      tag: tag === undefined ? undefined : { start: tagAt + 1, end: nameAndTagEnd },
      digest: digest === undefined ? undefined : { start: digestAt + 1, end: text.length },
    },
  };
}

/** The part before the first slash where it names a registry: it has a dot, a colon or a capital, or is `localhost`. */
function splitDomain(name: string): string | undefined {
  const slash = name.indexOf('/');
  if (slash < 0) return undefined;
  const first = name.slice(0, slash);
  return first === 'localhost' || /[.:A-Z]/.test(first) ? first : undefined;
}

function familiarName(domain: string, path: string): string {
  if (domain === '') return path;
  if (domain !== defaultDomain) return `${domain}/${path}`;
  const name = path.startsWith(officialPrefix) ? path.slice(officialPrefix.length) : path;
  return name.includes('/') ? path : name;
}

function isDigest(digest: string): boolean {
  const colon = digest.indexOf(':');
  const algorithm = digest.slice(0, Math.max(colon, 0));
  const length = Object.hasOwn(digestLengths, algorithm) ? digestLengths[algorithm] : undefined;
  const encoded = digest.slice(colon + 1);
  return encoded.length === length && /^[a-f0-9]+$/.test(encoded);
}
