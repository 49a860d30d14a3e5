/** What a link to the playground carries in its fragment, which no server sees. */
interface Shared {
  readonly text: string;
  readonly allow: string;
  readonly skip: readonly string[];
}

/** Base64url of the UTF-8 of what is shared, as JSON. */
export function toFragment(shared: Shared): string {
  const bytes = new TextEncoder().encode(JSON.stringify(shared));
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(letters)
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/(?<!=)=+$/, '');
}

/** Undefined for a fragment that is not one of ours: whoever made the link is not trusted. */
export function fromFragment(fragment: string): Shared | undefined {
  try {
    const letters = atob(fragment.replace(/^#/, '').replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Partial<
      Record<string, unknown>
    >;
    const { text, allow, skip } = value;
    const names = Array.isArray(skip) ? skip.filter((name) => typeof name === 'string') : [];
    return typeof text === 'string' && typeof allow === 'string' ? { text, allow, skip: names } : undefined;
  } catch {
    return undefined;
  }
}
