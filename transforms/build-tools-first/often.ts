import { commitsThatChange, type History } from '../../src/project/git-history.js';
import type { View } from '../../src/project/view.js';
import { FEWEST_COMMITS } from '../../src/replay/expected.js';
import { isBrought } from './parts.js';
import type { Plan } from './plan.js';

/** Of a hundred commits that change the source, more than this change what the tools are built of as well. */
const TOO_OFTEN = 80;

/** That what the tools are built of changes about as often as the rest. */
export function changesAsOften(history: History | undefined, { visible }: View, { parts }: Plan): string | undefined {
  if (history === undefined || history.length < FEWEST_COMMITS) return undefined;
  const left = new Set(parts.left);
  const read = visible.paths.filter((path) => isBrought(parts, path));
  const all = commitsThatChange(history, [...read, ...left]);
  const own = commitsThatChange(history, read);
  return all > 0 && own * 100 > all * TOO_OFTEN
    ? `what the tools are built of changes in ${own} of ${all} commits that change the source`
    : undefined;
}
