import { tagExists } from '../../../src/facts/images/tags.js';

const IMAGES = /^(?:eclipse-temurin|openjdk|java|amazoncorretto|maven|gradle)$/;
/** Other systems and other virtual machines, whose run-time images are named in ways of their own. */
const OTHERS = /windows|nanoserver|openj9|graal|semeru|ibm|sapmachine|zulu|liberica|corretto|onbuild|(?:^|-)ea(?:-|$)/;

/** Variables that images with a Java set, each to its own values. */
export const JAVA_VARIABLES: readonly string[] = 'JAVA_HOME JAVA_VERSION LANG LANGUAGE LC_ALL PATH'.split(' ');

/** An image that runs what a JDK built, or why none is known. */
type JavaRuntime = { readonly image: string; readonly samePublisher: boolean } | { readonly reason: string };

/**
 * The image with the Java run-time environment of the same version and system. Images that have none of their own
 * (`maven`, `gradle`, `openjdk` from 12 on) get Eclipse Temurin's.
 * @returns undefined for images that are not Java's, and for those that have no compiler
 */
export function javaRuntime(image: string, tag: string): JavaRuntime | undefined {
  const none = { reason: `${image}:${tag} names no Java version and system that both stages could share` };
  if (OTHERS.test(tag)) return IMAGES.test(image) ? none : undefined;
  switch (image) {
    case 'eclipse-temurin':
    case 'openjdk': {
      if (/(?:^|-)jre(?:-|$)/.test(tag)) return undefined;
      const jre = withJre(tag);
      if (jre !== undefined && tagExists(image, jre) === true) return { image: `${image}:${jre}`, samePublisher: true };
      return image === 'openjdk' ? temurin(tag, none) : none;
    }
    case 'java':
      return /jre/.test(tag) ? undefined : temurin(tag, none);
    case 'amazoncorretto': {
      if (/(?:^|-)(?:jre|headful|headless)$/.test(tag)) return undefined;
      // On Amazon Linux the run-time environment is called headful from Java 11 on, and has what the JDK has but its tools.
      const own = ['jre', 'headful'].map((kind) => `${tag.replace(/-jdk$/, '')}-${kind}`);
      const found = own.find((name) => tagExists(image, name) === true);
      return found === undefined ? none : { image: `${image}:${found}`, samePublisher: true };
    }
    case 'maven': {
      const [, version, rest = ''] =
        /(?:eclipse-temurin|(?:adopt)?openjdk|jdk)-(\d+)((?:-[a-z][\w.]*)*)$/.exec(tag) ?? [];
      return version === undefined ? none : temurin(version + rest, none);
    }
    case 'gradle': {
      const [, version, rest = ''] = /(?:^|-)(?:jdk|jre)-?(\d+)((?:-[a-z][\w.]*)*)$/.exec(tag) ?? [];
      return version === undefined ? none : temurin(version + rest, none);
    }
    default:
      return undefined;
  }
}

/** `17-jdk-alpine` and `17-alpine` are `17-jre-alpine`. */
function withJre(tag: string): string | undefined {
  if (/(?:^|-)jdk(?:-|$)/.test(tag)) return tag.replace(/(^|-)jdk(?=-|$)/, '$1jre');
  const [, version, rest] = /^(\d[\w.+]*)((?:-.*)?)$/.exec(tag) ?? [];
  return version === undefined ? undefined : `${version}-jre${rest!}`;
}

function temurin(tag: string, none: { readonly reason: string }): JavaRuntime {
  const version = /^(\d+)/.exec(tag.replace(/^openjdk-/, ''))?.[1];
  if (version === undefined) return none;
  const system = /-(alpine|focal|jammy|noble|resolute)/.exec(tag)?.[1];
  const jre = `${version}-jre${system === undefined ? '' : `-${system}`}`;
  return tagExists('eclipse-temurin', jre) === true ? { image: `eclipse-temurin:${jre}`, samePublisher: false } : none;
}
