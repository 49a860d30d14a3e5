import { resolve } from 'node:path';
import { z } from 'zod';
import { DfixError } from '../errors.js';
import { readDockerfile } from '../ports/files.js';
import type { Figures } from '../report/html/report.js';
import type { FileOutcome } from '../report/outcome.js';
import type { ReplayReport } from '../report/replay.js';
import { proofOfRewrite } from '../verify/saved-proof.js';
import type { FixArguments } from './arguments.js';

const range = z.object({ lower: z.number(), upper: z.number() });
const arm = z.object({ totalSeconds: range });
const replayFile = z.object({
  version: z.literal(1),
  replays: z.array(
    z.object({
      path: z.string(),
      commits: z.array(z.object({ before: range, after: range })),
      before: arm,
      after: arm,
      assumptions: z.object({ measuredSteps: z.number() }),
    }),
  ),
});

/**
 * What `dfix verify --save` and `dfix replay --format json` wrote down, by file.
 * @throws DfixError for a file that cannot be read or is something else.
 */
export function readFigures(
  { proof, history }: Pick<FixArguments, 'proof' | 'history'>,
  cwd: string,
): (outcome: FileOutcome) => Figures {
  const proofs = proof === undefined ? undefined : readDockerfile(resolve(cwd, proof)).text;
  const replays = history === undefined ? [] : replaysIn(readDockerfile(resolve(cwd, history)).text, history);
  return (outcome) => {
    if (outcome.kind !== 'done') return {};
    const { input, output } = outcome.result;
    return {
      proof: proofs === undefined ? undefined : proofOfRewrite(proofs, input, output),
      replay: replays.find(({ path }) => path === outcome.path),
    };
  };
}

function replaysIn(text: string, file: string): readonly ReplayReport[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const read = replayFile.safeParse(value);
  if (read.success) return read.data.replays as unknown as readonly ReplayReport[];
  throw new DfixError('history', 'is not what dfix replay --format json writes', { file });
}
