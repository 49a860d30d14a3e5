import { DfixError } from '../errors.js';
import { withoutSecrets } from './secrets.js';
import type { Run } from './types.js';

interface Asked {
  readonly http: readonly string[];
  readonly ready: string | undefined;
  readonly timeout: number;
}

/**
 * What the user should know of how the original ran: equal failures prove little.
 * @throws DfixError where the original does not do what was asked for: then nothing can be compared
 */
export function notesOn(runs: readonly Run[], { http, ready, timeout }: Asked): readonly string[] {
  const command = runs.find(({ what }) => what === 'command');
  if (ready !== undefined || http.length > 0) {
    const asked = ready !== undefined ? `--ready ${ready}` : `--http ${http[0]!}`;
    const fail = (why: string): never => {
      throw new DfixError('not-ready', `${asked} cannot be compared: ${why}`);
    };
    if (command === undefined) return fail('the image declares nothing to run');
    if (command.problem !== undefined) return fail(`the original does not start: ${command.problem}`);
    if (command.exitCode !== undefined)
      return fail(`the original ends with exit code ${command.exitCode}${lastOf(command)}`);
    if (command.ready !== true) return fail(`the original is not ready within ${timeout} s`);
    const silent = command.answers.find(({ status }) => status === 0);
    if (silent !== undefined) return fail(`the original does not answer to ${silent.path}`);
  }
  return runs.flatMap((run): readonly string[] => {
    const { what, problem, exitCode, ready: isReady } = run;
    if (problem !== undefined) return [`${what}: cannot be started in the original: ${problem}`];
    if (exitCode !== undefined && exitCode !== 0)
      return [`${what}: ends with exit code ${exitCode} in the original${lastOf(run)}`];
    if (isReady === false) return [`${what}: its port does not open within ${timeout} s in the original`];
    return [];
  });
}

/** The last line that it printed. */
function lastOf({ stdout, stderr }: Run): string {
  const last = withoutSecrets((stderr.trim() === '' ? stdout : stderr).trim().split('\n').at(-1) ?? '');
  return last === '' ? '' : `: ${last.slice(0, 200)}`;
}
