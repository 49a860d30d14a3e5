/** What a timed build was, in words for people. */
export function timingTitle({ kind, file }: { readonly kind: string; readonly file?: string | undefined }): string {
  if (kind === 'cold') return 'Build, nothing cached';
  if (kind === 'warm') return 'Build, nothing changed';
  const touched = /^(source|manifest) touched$/.exec(kind)?.[1];
  if (touched !== undefined) return `Build after a change of ${file ?? `a ${touched}`}`;
  return file === undefined ? kind : `${kind}: ${file}`;
}
