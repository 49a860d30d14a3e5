import { setTimeout as wait } from 'node:timers/promises';
import type { Platform } from '../../forge/types.js';
import { fetchInTime, type ForgeSettings, LONGEST_WAIT, PLATFORM_NAMES } from './refusal.js';

/** An answer that is no success. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof HttpError ? error.status : undefined;
}

interface HttpCall {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | FormData | undefined;
}

interface HttpAnswer {
  readonly status: number;
  /** Parsed where it is JSON, else as text. */
  readonly data: unknown;
  readonly headers: Headers;
}

const MOST_TRIES = 4;

/**
 * Waits where the platform asks it to, and asks again where it was out of order. What changes something is asked again
 * only after an answer which says that nothing was done.
 * @throws HttpError for an answer that is no success
 */
export async function callPatiently(
  platform: Platform,
  { say, second }: ForgeSettings,
  url: URL,
  { method, headers, body }: HttpCall,
): Promise<HttpAnswer> {
  for (let tries = 1; ; tries++) {
    const response = await fetchInTime(url, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    const { status } = response;
    if (response.ok) return { status, data: read(text), headers: response.headers };
    const isBusy = status === 429;
    const seconds = Number(response.headers.get('retry-after') ?? '') || tries ** 2;
    const isWorth = isBusy || (status >= 500 && method === 'GET');
    if (!isWorth || tries === MOST_TRIES || seconds > LONGEST_WAIT) {
      throw new HttpError(status, saidIn(read(text)) ?? response.statusText);
    }
    if (isBusy) say(`${PLATFORM_NAMES[platform]}'s rate limit is reached; going on in ${seconds} s`);
    await wait(seconds * second);
  }
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `{"message": …}` of Gitea and GitLab, `{"error": …}` of GitLab, `{"error": {"message": …}}` of Bitbucket. */
function saidIn(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { message, error } = data as { message?: unknown; error?: unknown };
  if (typeof error === 'object') return saidIn(error);
  const said = message ?? error;
  return said === undefined || typeof said === 'string' ? said : JSON.stringify(said);
}

export interface JsonCall {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly query?: Readonly<Record<string, string | number | readonly string[]>>;
  readonly body?: unknown;
}

/** Calls an interface that has no client of its own. @param path below its address, or a whole address below it */
type JsonClient = (path: string, call?: JsonCall) => Promise<unknown>;

export function jsonClient(platform: Platform, settings: ForgeSettings, authorization: string): JsonClient {
  return async (path, { method = 'GET', query = {}, body } = {}) => {
    const url = new URL(path.startsWith(`${settings.api}/`) ? path : settings.api + path);
    if (url.origin !== new URL(settings.api).origin) throw new HttpError(502, 'the next page is on another server');
    for (const [name, value] of Object.entries(query)) {
      for (const one of [value].flat()) url.searchParams.append(name, String(one));
    }
    const headers = {
      ...{ Accept: 'application/json, text/plain', Authorization: authorization, 'User-Agent': 'dfix' },
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    };
    const text = body === undefined ? undefined : JSON.stringify(body);
    return (await callPatiently(platform, settings, url, { method, headers, body: text })).data;
  };
}
