import { Dockerfile, type Edit, mountsOf, toSourceSpan } from '../dockerfile/index.js';

/**
 * The Dockerfile with every cache mount under an id of its own, so that a build neither uses nor fills the user's caches.
 * A mount without an id is known by its target; two that shared a cache before share one after.
 * @param prefix of the new ids
 */
export function coldCopy(text: string, prefix: string): string {
  const file = Dockerfile.parse(text);
  const edits = file.instructions.flatMap((instruction): readonly Edit[] =>
    mountsOf(instruction)
      .filter(({ type }) => type === 'cache')
      .map(({ flag, id, target }) => {
        const fields = flag.value!.split(',').filter((field) => !/^\s*id=/i.test(field));
        const fresh = `${prefix}-${id ?? target ?? ''}`;
        return {
          span: toSourceSpan(instruction.logical, flag.span),
          text: quoted(`--mount=${[...fields, `id=${fresh}`].join(',')}`),
        };
      }),
  );
  return file.with(edits).text;
}

/** Blanks and quotes of a flag were read away; they come back as quotes. */
function quoted(flag: string): string {
  return /[\s"'\\]/.test(flag) ? `"${flag.replace(/["\\]/g, '\\$&')}"` : flag;
}
