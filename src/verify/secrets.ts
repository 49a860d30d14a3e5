/** Shorter values are words of every log. */
const SHORTEST = 6;

/** A text without the passwords of URLs and without given values, such as those of build arguments. */
export function withoutSecrets(text: string, values: readonly string[] = []): string {
  const masked = values
    .filter((value) => value.length >= SHORTEST)
    .reduce((result, value) => result.replaceAll(value, '***'), text);
  return masked.replace(/:\/\/[^\s/@:]{1,200}:[^\s/@]{1,200}@/g, '://***@');
}
