/** What a file of the project starts in a container of an image, beside or instead of the image's own commands. */
export interface Started {
  /** `the container web of k8s/web.yaml` */
  readonly what: string;
  readonly path: string;
  /** As it is written; empty where nothing is. */
  readonly image: string;
  /** The service of compose files that it is started in, in place of an image. */
  readonly service?: string;
  /** Shell texts. */
  readonly starts: readonly string[];
  /** That of them which stands for CMD, so that an ENTRYPOINT may take it as its arguments; empty for none. */
  readonly command: string;
}

const PLAIN = /^[\w@%+=:,./-]+$/;
const VARIABLE = /^\$\w+$|^\$\{\w+\}$/;

/** Words of a command in JSON form as shell text. */
export function shellText(words: readonly string[]): string {
  return words
    .map((word) => {
      if (PLAIN.test(word)) return word;
      return VARIABLE.test(word) ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`;
    })
    .join(' ');
}

export function mapOf(value: unknown): ReadonlyMap<unknown, unknown> {
  return value instanceof Map ? value : new Map();
}
