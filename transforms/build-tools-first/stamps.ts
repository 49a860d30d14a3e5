import { goMinor } from '../../src/cache-mounts/index.js';
import type { Stage } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { joinPath } from '../../src/project/paths.js';
import { keptOut, type View } from '../../src/project/view.js';
import type { SourceCopy } from './source.js';

const VERSION_CONTROL = /\b(?:git|mercurial|hg|subversion|svn|fossil|bzr|breezy)\b/;

/**
 * Whether Go may write the commit into a program that is built with the whole source beside it, and could not with a part
 * of it: since 1.18, where a repository lies above the package and its tool is installed (pkg.go.dev/cmd/go, "-buildvcs").
 */
export function mayHoldCommit(facts: Facts, stage: Stage, view: View, { from }: SourceCopy): boolean {
  if ((goMinor(facts, stage) ?? 99) < 18) return false;
  const repository = joinPath(from, '.git');
  const there = from === '' ? !keptOut(view, '.git') : view.visible.paths.includes(repository);
  if (!there) return false;
  const isAlpine = /-alpine|:alpine/.test(facts.rootImage(stage) ?? '');
  const installed = facts
    .lineage(stage)
    .some(({ instructions }) =>
      instructions.some(({ keyword, logical }) => keyword === 'RUN' && VERSION_CONTROL.test(logical.text)),
    );
  return !isAlpine || installed;
}
