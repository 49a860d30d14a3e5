import { hasFile } from '../context.js';
import { cleanPath, joinPath, resolveInContext } from '../paths.js';
import type { FactsBuilder } from './facts.js';
import { noteLocalScripts } from './node-scripts.js';
import { readJson } from './read.js';
import { entries, field, fieldAt } from './values.js';

const groups = ['dependencies', 'devDependencies', 'optionalDependencies'];
const overrides: readonly (readonly string[])[] = [['overrides'], ['resolutions'], ['pnpm', 'overrides']];

/**
 * Notes the local packages that a package.json asks for: `file:`, `link:`, `portal:`, `./path` and tarballs, also in
 * overrides and resolutions; `patch:` files become manifests. `workspace:` is covered by the workspace members.
 */
export function nodeDependencies(facts: FactsBuilder, folder: string, json: unknown): void {
  for (const group of groups) {
    for (const [name, range] of entries(field(json, group))) noteRange(facts, folder, name, range);
  }
  for (const keys of overrides) noteOverrides(facts, folder, fieldAt(json, ...keys), 0);
}

function noteOverrides(facts: FactsBuilder, folder: string, value: unknown, depth: number): void {
  for (const [name, range] of entries(value)) {
    if (typeof range === 'string') noteRange(facts, folder, name, range);
    else if (depth < 20) noteOverrides(facts, folder, range, depth + 1);
  }
}

function noteRange(facts: FactsBuilder, folder: string, name: string, range: unknown): void {
  if (typeof range !== 'string') return;
  const place = { path: joinPath(folder, 'package.json') };
  for (const patch of range.startsWith('patch:') ? patchFiles(range) : []) {
    // `~/` counts from the top of the project in Yarn.
    const path = patch.startsWith('~/')
      ? cleanPath(joinPath(facts.folder, patch.slice(2)))
      : resolveInContext(folder, patch);
    if (path !== undefined && hasFile(facts.context, path)) facts.addManifest(path);
    else if (path === undefined) facts.cannotTell(place.path, `patch of ${name} outside the context`);
  }
  const local = /^(?:file:|link:|portal:)(.*)$/.exec(range)?.[1] ?? (/^\.{0,2}\//.test(range) ? range : undefined);
  if (local === undefined) return;
  const reference = local.replace(/^\/\/(?=\.)/, '').split('::', 1)[0]!;
  const path = facts.reads(reference, `dependency ${name} is a local path`, place, folder);
  if (path !== undefined) localPackage(facts, path);
}

/** Notes what an install reads for a package of the repository: what that one asks for, and runs. */
function localPackage(facts: FactsBuilder, folder: string): void {
  const path = joinPath(folder, 'package.json');
  if (facts.isManifest(path) || !hasFile(facts.context, path)) return;
  facts.addManifest(path);
  const json = readJson(facts, path);
  nodeDependencies(facts, folder, json);
  noteLocalScripts(facts, folder, json);
}

/** The patch files in a Yarn range such as `patch:left-pad@npm%3A1.0.0#~/.yarn/patches/x.patch&./other.patch`. */
function patchFiles(range: string): readonly string[] {
  const files = range.split('#')[1]?.split('::', 1)[0] ?? '';
  return files
    .split('&')
    .map((file) => file.replace(/^optional!/, ''))
    .filter((file) => file !== '' && !file.startsWith('~builtin<') && !file.startsWith('builtin<'));
}
