import { execFile } from 'node:child_process';
import { DfixError } from '../../errors.js';
import { gitEnvironment, SAFE_SETTINGS } from '../git-safety.js';

interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface GitOptions {
  /** Added to the environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Texts that no message may hold. */
  readonly secrets: readonly string[];
}

interface GitCall {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs git in a folder; `run` throws a DfixError when it fails, `attempt` gives what it said. */
export interface Git {
  run(args: readonly string[], call?: GitCall): Promise<string>;
  attempt(args: readonly string[], call?: GitCall): Promise<GitResult>;
}

/** What a clone of ours needs beside that: files as they are, on every system, and no work in the background. */
const SETTINGS = [
  ...SAFE_SETTINGS,
  ...[
    'core.autocrlf=false',
    'core.longpaths=true',
    'core.protectNTFS=true',
    'core.protectHFS=true',
    'gc.auto=0',
    'maintenance.auto=false',
    'submodule.recurse=false',
    'fetch.recurseSubmodules=false',
    'advice.detachedHead=false',
  ].flatMap((setting) => ['-c', setting]),
];
const MOST_OUTPUT = 256 * 1024 * 1024;
/** Milliseconds that one call may take; a server that says nothing must not hold a run for ever. */
const LONGEST = 15 * 60_000;

export function gitIn(folder: string, options: GitOptions): Git {
  const attempt: Git['attempt'] = (args, call = {}) => {
    const env = gitEnvironment({
      GIT_LFS_SKIP_SMUDGE: '1',
      GIT_SSH_COMMAND: process.env['GIT_SSH_COMMAND'] ?? 'ssh -oBatchMode=yes',
      ...options.environment,
      ...call.environment,
    });
    return new Promise((resolve, reject) => {
      const settings = { env, maxBuffer: MOST_OUTPUT, timeout: LONGEST };
      const child = execFile(
        'git',
        ['--no-pager', ...SETTINGS, '-C', folder, ...args],
        settings,
        (error, stdout, stderr) => {
          if (error?.code === 'ENOENT') {
            return reject(new DfixError('git', 'git is needed for a pull request, and it is not installed'));
          }
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
          resolve({ code, stdout, stderr: withoutSecrets(stderr, options.secrets) });
        },
      );
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(call.input ?? '');
    });
  };
  return {
    attempt,
    run: async (args, call) => {
      const { code, stdout, stderr } = await attempt(args, call);
      if (code !== 0) throw gitFailure(stderr);
      return stdout;
    },
  };
}

export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => (secret === '' ? shown : shown.replaceAll(secret, '***')), text);
}

/** What git said, as one line. */
export function gitFailure(stderr: string): DfixError {
  const lines = stderr.split('\n').map((line) => line.trim());
  const line = lines.find((text) => /^(?:fatal|error|remote): \S/.test(text)) ?? lines.find((text) => text !== '');
  return new DfixError('git', (line ?? 'git failed').replace(/^(?:fatal|error|remote): /, ''), {
    hint: hintFor(stderr),
  });
}

function hintFor(stderr: string): string | undefined {
  if (/could not read Username|Authentication failed|\b401\b/.test(stderr)) {
    return 'give a token in the environment, or log in with the command line of the platform';
  }
  return /\b403\b|Permission .*denied|not allowed to push/i.test(stderr)
    ? 'the token may not push there; --fork pushes to a fork of yours'
    : undefined;
}
