import { type Gitignore, ignores, parseGitignore } from '../../../src/discovery/gitignore.js';
import { argumentText } from '../../../src/dockerfile/index.js';
import { isWithin } from '../../../src/facts/index.js';
import { ignoreTest, parseDockerignore } from '../../../src/project/dockerignore.js';
import type { Evidence } from '../../../src/transform/index.js';
import type { Copied, Subject } from '../types.js';

/** Settings and keys, which a repository often leaves to whoever builds. */
const SETTINGS = /(?:^|\/)\.env[\w.-]*$|\.(?:json|ya?ml|toml|ini|conf|cfg|env|properties|pem|key|crt)$/;
const WHOLE = /^(?:\.?\/)*\.?$/;

/**
 * Tells whether whoever builds may have a file that a COPY of the whole context brings, though the repository has it not:
 * settings that .gitignore names and .dockerignore lets in (gitignore(5)).
 */
export function keptBack({ files, project }: Subject): (image: string) => boolean {
  const read = (name: string): string => project?.context.read(name) ?? '';
  const rules = parseGitignore(read('.gitignore'));
  // Beside an ignore file of one Dockerfile's own it is not known here which holds.
  const hasOwn = project?.context.paths.some((path) => /[^/]\.dockerignore$/.test(path)) === true;
  const ignored = ignoreTest(parseDockerignore(hasOwn ? '' : read('.dockerignore')).patterns);
  const roots = new Set(
    [...files].flatMap(([image, { context, by }]) => {
      const isWhole = argumentText(by)
        .split(/\s+/)
        .slice(0, -1)
        .some((word) => WHOLE.test(word));
      return isWhole && context !== undefined && image.endsWith(`/${context}`) ? image.slice(0, -context.length) : [];
    }),
  );
  return (image) =>
    SETTINGS.test(image) &&
    !files.has(image) &&
    [...roots].some((root) => {
      const path = image.slice(root.length);
      return image.startsWith(root) && path !== '' && isLeftOut(rules, path) && !ignored(path);
    });
}

/** Whether Git leaves a file out, or a folder above it. */
function isLeftOut(rules: Gitignore, path: string): boolean {
  if (ignores(rules, path, false) === true) return true;
  const parts = path.split('/');
  return parts.slice(1).some((_, index) => ignores(rules, parts.slice(0, index + 1).join('/'), true) === true);
}

/** Files that ship where they are there. */
export interface Carried {
  readonly copies: readonly Copied[];
  readonly evidence: readonly Evidence[];
}

/**
 * Carries such files along where they are there: a wildcard that nothing matches is no error (docs.docker.com/reference/dockerfile/#copy).
 * @param roots what is carried anyway
 */
export function whereThere(images: ReadonlySet<string>, roots: readonly string[]): Carried {
  const apart = [...images].filter((image) => !roots.some((root) => isWithin(image, root))).sort();
  return {
    copies: apart.map((image) => ({ from: `${image}*`, to: image.slice(0, image.lastIndexOf('/') + 1) })),
    evidence: apart.map((image) => ({
      fact: `.gitignore leaves ${image} to whoever builds: it ships where it is there`,
    })),
  };
}
