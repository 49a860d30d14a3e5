import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './paths.js';

type Section = { readonly writeSection: (script: string, lines: readonly string[]) => void };

/** Writes a part of docs/results.md anew, at its end when it is not there yet. */
export async function writeResults(script: string, lines: readonly string[]): Promise<void> {
  const { href } = pathToFileURL(path.join(root, 'scripts', 'section.js'));
  const { writeSection } = (await import(href)) as Section;
  writeSection(script, lines);
}

/** The time since a moment of `performance.now`. */
export function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(0)} seconds`;
}
