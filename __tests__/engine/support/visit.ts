import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const docker = async (...args: readonly string[]): Promise<string> => (await run('docker', args)).stdout.trim();

/** What a server answers to `GET /`, and the exit code after it was told to stop; fails when it answers nothing for 20 s. */
export async function visit(
  tag: string,
  port: number,
): Promise<{ readonly status: number; readonly body: string; readonly code: number }> {
  const id = await docker('run', '-d', tag);
  try {
    const address = await docker('inspect', '-f', '{{.NetworkSettings.IPAddress}}', id);
    const response = await answer(`http://${address}:${port}/`);
    const body = await response.text();
    await docker('stop', '-t', '5', id);
    return { status: response.status, body, code: Number(await docker('inspect', '-f', '{{.State.ExitCode}}', id)) };
  } finally {
    await docker('rm', '-f', id);
  }
}

async function answer(address: string): Promise<Response> {
  for (let tries = 0; ; tries++) {
    try {
      return await fetch(address);
    } catch (error) {
      if (tries >= 80) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
