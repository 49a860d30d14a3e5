import { relationTo } from '../../src/cache-mounts/index.js';
import { isWithin } from '../../src/facts/index.js';
import { pathOf } from './file-steps.js';
import { type Copied, declined, type Declined, type Subject } from './types.js';

/** Why a file of the build context cannot be copied out of a stage: a later step removes it there, or moves it. */
export function takenAway({ files, steps }: Subject, copies: readonly Copied[]): Declined | undefined {
  for (const { from } of copies) {
    const brought = [...files].find(([path]) => isWithin(path, from))?.[1].by.index ?? Infinity;
    const step = steps.find((one) => {
      const { tool, operands } = one.invocation;
      const gone = tool === 'rm' ? operands : tool === 'mv' ? operands.slice(0, -1) : [];
      return (
        one.instruction.index > brought &&
        gone.some((word) => /^(?:same|above)$/.test(relationTo(pathOf(one, word) ?? '/-', from)))
      );
    });
    if (step !== undefined)
      return declined(
        `RUN at line ${step.instruction.lines.first} takes ${from} away, which the program may read`,
        step.instruction,
      );
  }
  return undefined;
}
