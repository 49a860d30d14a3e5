import { DfixError } from '../../errors.js';
import { ENGINE_NAMES, type EngineName } from '../../verify/commands.js';
import { runProcess } from './process.js';

/** An engine that answers, and its version. */
export interface Engine {
  readonly name: EngineName;
  /** As `Server 26.1.5, buildx 0.13.1`. */
  readonly version: string;
}

const QUESTIONS: Readonly<Record<EngineName, readonly (readonly string[])[]>> = {
  buildx: [
    ['docker', 'version', '--format', '{{.Server.Version}}'],
    ['docker', 'buildx', 'version'],
  ],
  docker: [['docker', 'version', '--format', '{{.Server.Version}}']],
  podman: [['podman', 'version', '--format', '{{.Version}}']],
  buildah: [
    ['buildah', '--version'],
    ['podman', 'version', '--format', '{{.Version}}'],
  ],
};
const PATIENCE = 20_000;

/**
 * The first engine that answers, in the order buildx, docker, podman, buildah; or the one that is named.
 * @throws DfixError when none does; its message says what was asked.
 */
export async function findEngine(named: EngineName | undefined, cwd: string): Promise<Engine> {
  const problems: string[] = [];
  for (const name of named === undefined ? ENGINE_NAMES : [named]) {
    const versions: string[] = [];
    for (const question of QUESTIONS[name]) {
      const answer = await ask(question, cwd);
      if (typeof answer === 'object') problems.push(`${name}: ${answer.problem}`);
      else versions.push(`${question[0]!}${question[1] === 'buildx' ? ' buildx' : ''} ${answer}`);
    }
    if (versions.length === QUESTIONS[name].length) return { name, version: versions.join(', ') };
  }
  throw new DfixError('no-engine', `no container engine answers: ${[...new Set(problems)].join('; ')}`, {
    hint: named === undefined ? 'verify needs Docker, Podman or Buildah' : `asked for by --engine ${named}`,
  });
}

async function ask(question: readonly string[], cwd: string): Promise<string | { readonly problem: string }> {
  try {
    const { code, stdout, stderr, timedOut } = await runProcess(question, { cwd, timeout: PATIENCE });
    if (timedOut) return { problem: `no answer in ${PATIENCE / 1000} s` };
    if (code === 0) return /(?<!\d)(\d+\.\d[\w.+~-]*)/.exec(stdout)?.[1] ?? stdout.trim();
    return { problem: stderr.trim().split('\n')[0]!.slice(0, 200) || `ended with ${code}` };
  } catch (error) {
    if (error instanceof DfixError) return { problem: error.message };
    throw error;
  }
}
