import type * as Bullmq from 'bullmq';
import type { Redis } from 'ioredis';
import { DfixError, messageOf } from '../../../errors.js';
import { errnoOf } from '../../fs-errors.js';

type Bull = typeof Bullmq;

/** A server of Redis, and how to speak with it. */
export interface RedisServer {
  readonly bull: Bull;
  /** For bullmq. */
  readonly connection: Bullmq.ConnectionOptions;
  /** The address without its password. */
  readonly shown: string;
  /** Resolves when the server can be used for the first time; rejects when it refuses to speak with us. */
  readonly ready: Promise<void>;
  /** Whether it answers now. */
  isThere(): boolean;
  close(): Promise<void>;
}

interface RedisSettings {
  /** `redis://` or, with TLS, `rediss://`, as https://www.iana.org/assignments/uri-schemes/prov/redis says. */
  readonly url: string;
  /** In place of the one in the address, which others can read. */
  readonly password: string | undefined;
  readonly say: (line: string) => void;
}

/**
 * Speaks with a server of Redis. While it cannot be reached, whatever is asked of it waits; that is said once.
 * @throws DfixError for an address that is none, and where bullmq or ioredis is not installed
 */
export async function redisServer({ url, password, say }: RedisSettings): Promise<RedisServer> {
  const address = parseAddress(url);
  const { bull, Redis } = await load();
  let isGone = false;
  const connect = (): Redis => {
    const client = new Redis({
      ...address.options,
      ...(password === undefined ? {} : { password }),
      // What is asked for waits for the server, however long.
      maxRetriesPerRequest: null,
      enableReadyCheck: true,
      retryStrategy: (times) => Math.min(100 * times, 2000),
    });
    client.on('error', (error) => {
      const message = messageOf(error) || (errnoOf(error) ?? '');
      if (isGone || REFUSED.test(message)) return;
      isGone = true;
      say(`${address.shown} cannot be reached (${message}); waiting for it`);
    });
    client.on('ready', () => {
      if (isGone) say(`${address.shown} is there again`);
      isGone = false;
    });
    return client;
  };
  const shared = connect();
  const ready = new Promise<void>((resolve, reject) => {
    const refuse = (error: unknown): void => {
      if (!REFUSED.test(messageOf(error))) return;
      reject(new DfixError('redis', `${address.shown} refuses the password`, { hint: 'set DFIX_QUEUE_PASSWORD' }));
    };
    shared.on('error', refuse);
    shared.on('ready', () => void shared.ping().then(() => resolve(), refuse));
  });
  return {
    bull,
    connection: shared,
    shown: address.shown,
    ready,
    isThere: () => shared.status === 'ready',
    close: async () => shared.disconnect(),
  };
}

const REFUSED = /^(?:NOAUTH|WRONGPASS|NOPERM)|invalid password|without any password/;

async function load(): Promise<{ readonly bull: Bull; readonly Redis: typeof Redis }> {
  try {
    const [bull, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { bull, Redis: ioredis.Redis };
  } catch (error) {
    if (errnoOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new DfixError('redis', 'a queue on Redis needs two more packages', { hint: 'npm install bullmq ioredis' });
  }
}

function parseAddress(text: string) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || !/^\/?\d{0,4}$/.test(url.pathname)) {
    throw new DfixError('usage', '--queue takes redis://host:port, or rediss:// with TLS');
  }
  const host = url.hostname === '' ? 'localhost' : url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? 6379 : Number(url.port);
  const options = {
    host,
    port,
    db: Number(url.pathname.slice(1)),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(url.protocol === 'rediss:' ? { tls: { servername: host } } : {}),
  };
  return { options, shown: `${url.protocol}//${url.hostname || host}:${port}` };
}
