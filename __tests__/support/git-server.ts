import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const backend = path.join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
/** Whether this machine can serve repositories. */
export const canServe = existsSync(backend);

export interface GitServer {
  readonly url: string;
  /** The Authorization header of each request; undefined where there was none. */
  readonly authorizations: readonly (string | undefined)[];
  close(): Promise<void>;
}

/** Serves the bare repositories below a folder over smart HTTP on loopback, to pull and to push. */
export async function serveGit(root: string, authorization?: string): Promise<GitServer> {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end();
    } else answer(root, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authorizations,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Answers one request of git as `git http-backend` does. */
export function answer(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url!, 'http://localhost');
  const env = {
    ...process.env,
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
    REQUEST_METHOD: request.method,
    QUERY_STRING: url.search.slice(1),
    PATH_INFO: decodeURIComponent(url.pathname),
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    CONTENT_LENGTH: request.headers['content-length'] ?? '',
    REMOTE_USER: 'test',
    REMOTE_ADDR: '127.0.0.1',
  };
  const child = spawn(backend, [], { env });
  const chunks: Buffer[] = [];
  request.pipe(child.stdin).on('error', () => undefined);
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const whole = Buffer.concat(chunks);
    const end = whole.indexOf('\r\n\r\n');
    const headers = whole.subarray(0, end).toString('latin1').split('\r\n');
    for (const header of headers) {
      const [name, value] = header.split(/: (.*)/s) as [string, string];
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(whole.subarray(end + 4));
  });
}
