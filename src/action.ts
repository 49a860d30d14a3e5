import { basename, resolve } from 'node:path';
import { main } from './cli.js';
import type { ExitCode, Io } from './commands/io.js';
import { DfixError, formatError } from './errors.js';
import { readDockerfile } from './ports/read-file.js';
import { appendLine, writeText } from './ports/write-text.js';

const MODES = ['check', 'comment', 'pr'];
/** Who commits where GitHub Actions does: https://api.github.com/users/github-actions[bot] */
const BOT = {
  name: 'github-actions[bot]',
  email: '41898282+github-actions[bot]@users.noreply.github.com',
};

/**
 * The GitHub Action, also for the runners of Gitea and Forgejo: its inputs come as `INPUT_*`, what happened as
 * `GITHUB_*` (https://docs.github.com/en/actions/reference/variables).
 * @returns the exit code of the step
 */
export async function runAction(io: Io): Promise<ExitCode> {
  try {
    const mode = input(io, 'mode') ?? 'check';
    if (mode === 'check') return await check(io);
    if (mode === 'comment') return await onPlatform(io, ['--comment', String(pullNumber(io))]);
    if (mode === 'pr') return await onPlatform(io, pullOptions(io), true);
    throw new DfixError('usage', `mode takes ${MODES.join(', ')}, not "${mode}"`);
  } catch (error) {
    io.stdout.write(`::error title=dfix::${formatError(error).replaceAll('%', '%25')}\n`);
    return 2;
  }
}

/** Marks the lines, and keeps the same as SARIF for code scanning. */
async function check(io: Io): Promise<ExitCode> {
  const allow = input(io, 'allow');
  const words = [...(allow === undefined ? [] : ['--allow', allow]), ...paths(io)];
  const sarif = input(io, 'sarif');
  if (sarif !== undefined) {
    let text = '';
    const quiet = { ...io, stdout: { write: (part: string) => (text += part) }, stderr: { write: () => undefined } };
    await main(['--format', 'sarif', ...words], quiet);
    writeText(resolve(io.cwd, sarif), text);
    const { GITHUB_OUTPUT: output } = io.env;
    if (output !== undefined) appendLine(output, `sarif=${basename(sarif) === sarif ? sarif : resolve(io.cwd, sarif)}`);
  }
  return main(['--check', '--format', 'github', ...words], io);
}

async function onPlatform(io: Io, words: readonly string[], inCheckout = false): Promise<ExitCode> {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name, GITHUB_API_URL: api } = io.env;
  if (server === undefined || name === undefined || api === undefined) {
    throw new DfixError('usage', 'GITHUB_SERVER_URL, GITHUB_API_URL and GITHUB_REPOSITORY say where this runs');
  }
  const platform = api.endsWith('/api/v1') ? 'gitea' : 'github';
  const token = input(io, 'token');
  const env =
    token === undefined ? io.env : { ...io.env, GH_TOKEN: token, GITEA_TOKEN: token, GH_ENTERPRISE_TOKEN: token };
  const place = inCheckout ? [] : [`${server}/${name}`];
  const asked = ['pr', ...place, ...words, '--platform', platform, '--base-url', api];
  return main(inCheckout ? [...asked, ...paths(io)] : asked, { ...io, env });
}

function pullOptions(io: Io): readonly string[] {
  const flags = ['draft', 'fork', 'signoff', 'one-commit'].filter((name) => input(io, name) === 'true');
  const values = ['branch', 'base-branch', 'proof'].flatMap((name) => {
    const value = input(io, name);
    return value === undefined ? [] : [`--${name}`, value];
  });
  const author = [
    '--author-name',
    input(io, 'author-name') ?? BOT.name,
    '--author-email',
    input(io, 'author-email') ?? BOT.email,
  ];
  return [...flags.map((name) => `--${name}`), ...values, ...author];
}

/** The pull request that the event is about. */
function pullNumber({ env }: Io): number {
  const file = env['GITHUB_EVENT_PATH'];
  const event = (file === undefined ? {} : JSON.parse(readDockerfile(file).text)) as {
    readonly pull_request?: { readonly number?: unknown };
    readonly issue?: { readonly number?: unknown; readonly pull_request?: unknown };
  };
  const number =
    event.pull_request?.number ?? (event.issue?.pull_request === undefined ? undefined : event.issue.number);
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw new DfixError('usage', 'the event is about no pull request', { hint: 'comment goes with on: pull_request' });
}

function input({ env }: Io, name: string): string | undefined {
  const value = env[`INPUT_${name.toUpperCase()}`]?.trim();
  return value === '' ? undefined : value;
}

/** One path a line. */
function paths(io: Io): readonly string[] {
  const lines = (input(io, 'paths') ?? '').split('\n').map((line) => line.trim());
  return ['--', ...lines.filter((line) => line !== '')];
}
