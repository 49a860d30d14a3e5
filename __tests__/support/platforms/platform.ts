import { execFileSync } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { answer } from '../git-server.js';

export const TOKEN = 'tok-3n-of-the-tests';
/** Who the token belongs to. */
export const LOGIN = 'bot';

export interface FakeRemark {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly body: string;
}

/** A pull request as every platform knows it. */
export interface FakePull {
  readonly number: number;
  title: string;
  body: string;
  state: 'open' | 'closed' | 'merged';
  readonly draft: boolean;
  readonly head: { readonly repo: string; readonly branch: string };
  readonly base: string;
  /** Frozen when it is closed. */
  sha: string;
  readonly comments: string[];
  readonly remarks: FakeRemark[];
}

export interface Call {
  readonly method: string;
  /** From the start of the interface. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingMessage['headers'];
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call and what it was answered. */
export interface Exchange {
  readonly call: Call;
  readonly reply: Reply;
}

/** An answer that a call gets instead of its own. */
export interface Fault extends Reply {
  readonly on: RegExp;
  times: number;
  /** The call has its effect all the same: only its answer is lost. */
  readonly late?: boolean;
}

/** One repository `o/r` on a platform, with a real git behind it. */
export class FakePlatform {
  readonly pulls: FakePull[] = [];
  /** `METHOD path` of each call. */
  readonly log: string[] = [];
  /** What was answered as the platform does, not by a fault. */
  readonly exchanges: Exchange[] = [];
  readonly faults: Fault[] = [];
  /** Waits here before a call has its effect. */
  hold: ((call: Call) => Promise<void>) | undefined;

  constructor(readonly root: string) {}

  git(repo: string, ...args: readonly string[]): string {
    const words = [
      '-C',
      join(this.root, `${repo}.git`),
      '-c',
      'user.name=p',
      '-c',
      'user.email=p@example.org',
      ...args,
    ];
    return execFileSync('git', words, { encoding: 'utf8', stdio: 'pipe' }).trim();
  }

  /** The commit that a branch is at; undefined when it is not there. */
  tip(repo: string, branch: string): string | undefined {
    try {
      return this.git(repo, 'rev-parse', '--verify', '-q', `refs/heads/${branch}`);
    } catch {
      return undefined;
    }
  }

  headOf(pull: FakePull): string {
    if (pull.state === 'open') pull.sha = this.tip(pull.head.repo, pull.head.branch) ?? pull.sha;
    return pull.sha;
  }

  add(pull: Omit<FakePull, 'number' | 'state' | 'sha' | 'comments' | 'remarks'>): FakePull {
    const sha = this.tip(pull.head.repo, pull.head.branch);
    if (sha === undefined) throw new Error('no such branch');
    const made = { ...pull, number: this.pulls.length + 1, state: 'open' as const, sha, comments: [], remarks: [] };
    this.pulls.push(made);
    return made;
  }

  find(number: number): FakePull | undefined {
    return this.pulls[number - 1];
  }

  get open(): readonly FakePull[] {
    return this.pulls.filter(({ state }) => state === 'open');
  }

  /** Brings a branch that its base is part of into the base. @returns false when another commit is on it by now */
  merge(pull: FakePull, sha: unknown): boolean {
    if (this.headOf(pull) !== sha) return false;
    this.git('o/r', 'update-ref', `refs/heads/${pull.base}`, pull.sha);
    pull.state = 'merged';
    return true;
  }

  fork(): string {
    const path = `${LOGIN}/r`;
    const target = join(this.root, `${path}.git`);
    try {
      this.git(path, 'rev-parse', '--git-dir');
    } catch {
      execFileSync('git', ['clone', '-q', '--bare', join(this.root, 'o', 'r.git'), target]);
      execFileSync('git', ['-C', target, 'config', 'http.receivepack', 'true']);
    }
    return path;
  }
}

/** What a platform makes of calls. */
export type Routes = (platform: FakePlatform, call: Call, origin: string) => Reply | undefined;

export interface Served {
  readonly origin: string;
  readonly platform: FakePlatform;
  close(): Promise<void>;
}

/**
 * Serves the repositories below a folder with git, and the interface of a platform beside it.
 * @param prefix where the interface starts, such as `/api/v3`
 * @param check looks at each call and its answer; it throws for what the platform does not document
 */
export async function servePlatform(
  root: string,
  prefix: string,
  routes: Routes,
  isAllowed: (headers: IncomingMessage['headers']) => boolean,
  check: (call: Call, reply: Reply) => void = () => undefined,
): Promise<Served & { readonly violations: readonly string[] }> {
  const platform = new FakePlatform(root);
  const violations: string[] = [];
  let origin = '';
  const server = createServer((request, response) => {
    if (!request.url!.startsWith(`${prefix}/`)) return answer(root, request, response);
    void callOf(request, prefix).then(async (call) => {
      platform.log.push(`${call.method} ${call.path}`);
      const reply = isAllowed(call.headers)
        ? await replyTo(call)
        : { status: 401, body: { message: 'Bad credentials' } };
      send(response, reply);
    });
  });
  const replyTo = async (call: Call): Promise<Reply> => {
    const fault = platform.faults.find(({ on, times }) => times > 0 && on.test(`${call.method} ${call.path}`));
    if (fault !== undefined) fault.times--;
    if (fault !== undefined && fault.late !== true) return fault;
    await platform.hold?.(call);
    const reply = routes(platform, call, origin) ?? { status: 404, body: { message: 'Not Found' } };
    if (reply.status < 400) platform.exchanges.push({ call, reply });
    try {
      if (reply.status !== 404) check(call, reply);
    } catch (error) {
      violations.push(String(error));
    }
    return fault ?? reply;
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { origin, platform, violations, close };
}

async function callOf(request: IncomingMessage, prefix: string): Promise<Call> {
  const url = new URL(request.url!, 'http://localhost');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  return {
    method: request.method!,
    path: url.pathname.slice(prefix.length),
    query: url.searchParams,
    body: await bodyOf(bytes, type),
    headers: request.headers,
  };
}

async function bodyOf(bytes: Buffer, type: string): Promise<Record<string, unknown>> {
  if (bytes.length === 0) return {};
  if (!type.startsWith('multipart/')) return JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  const body: Record<string, unknown> = {};
  const form = await new Response(new Uint8Array(bytes), { headers: { 'Content-Type': type } }).formData();
  for (const [name, value] of form) {
    const [, outer, inner] = /^(\w+)(?:\[(\w+)\])?$/.exec(name)!;
    if (inner === undefined) body[outer!] = value;
    else body[outer!] = { ...(body[outer!] as object | undefined), [inner]: value };
  }
  return body;
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

/** One page of a list, and where the next one is. */
export function pageOf<T>(list: readonly T[], page: number, size: number): { items: readonly T[]; hasNext: boolean } {
  return { items: list.slice((page - 1) * size, page * size), hasNext: list.length > page * size };
}
