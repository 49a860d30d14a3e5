import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a container prints and its exit code, with the image's declared command or another one. */
export async function start(
  tag: string,
  command: readonly string[] = [],
): Promise<{ readonly stdout: string; readonly code: number }> {
  const [program, ...args] = command;
  const entry = program === undefined ? [] : ['--entrypoint', program];
  try {
    const { stdout } = await run('docker', ['run', '--rm', '--network=none', ...entry, tag, ...args]);
    return { stdout, code: 0 };
  } catch (error) {
    const { stdout, code } = error as { stdout: string; code: number };
    return { stdout, code };
  }
}

/** Whether an image has a command or a file. */
export async function has(tag: string, name: string): Promise<boolean> {
  const test = name.startsWith('/') ? `test -e ${name}` : `command -v ${name} > /dev/null`;
  return (await start(tag, ['sh', '-c', test])).code === 0;
}
