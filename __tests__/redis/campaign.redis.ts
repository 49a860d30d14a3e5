import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type Dfix,
  dfix,
  hasRedis,
  ledgerOf,
  redis,
  remove,
  repositories,
  type Server,
  stepsIn,
  until,
  write,
} from './server.js';

let folder = '';
let server: Server | undefined;
const started: Dfix[] = [];
afterEach(async () => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL');
  await server?.stop();
  if (folder !== '') remove(folder);
});

const at = (): string => `redis://127.0.0.1:${server!.port}`;
function start(words: readonly string[], env: Readonly<Record<string, string>> = {}): Dfix {
  const run = dfix(folder, words, env);
  started.push(run);
  return run;
}
const worker = (env?: Readonly<Record<string, string>>): Dfix => start(['worker', '--queue', at(), '-C', '1'], env);
const plan = (...words: string[]): Dfix => start(['batch', 'plan', 'repos/*', '--queue', at(), ...words]);
const lines = (text: string): number => text.split('\n').length - 1;

function eachOnce(count: number): void {
  const names = ledgerOf(folder).map(({ repository }) => repository);
  expect([names.length, new Set(names).size]).toEqual([count, count]);
  expect(stepsIn(server!)).toEqual([]);
}

(hasRedis ? describe : describe.skip)('a campaign over Redis', () => {
  test('1,000 repositories, three workers, one killed, Redis restarted: each is done exactly once', async () => {
    folder = repositories(1000);
    server = await redis(folder);
    const [first] = [worker(), worker(), worker()];
    const campaign = plan();
    await until(() => lines(campaign.out()) >= 150, 300);
    first!.child.kill('SIGKILL');
    await until(() => lines(campaign.out()) >= 400, 300);
    await server.stop();
    await server.start();
    expect(await campaign.ended).toBe(0);
    eachOnce(1000);
    expect(new Set(ledgerOf(folder).map(({ outcome }) => outcome))).toEqual(new Set(['done']));
  });

  test('Redis gone for a while, and the campaign killed: both wait or go on, and say so once', async () => {
    folder = repositories(500);
    server = await redis(folder);
    const waiting = worker();
    const killed = plan();
    await until(() => lines(killed.out()) >= 20);
    killed.child.kill('SIGKILL');
    const campaign = plan();
    await until(() => lines(campaign.out()) >= 5);
    await server.stop();
    await new Promise((resolve) => setTimeout(resolve, process.env['DFIX_TEST_LONG'] === '1' ? 60_000 : 15_000));
    await server.start();
    expect(await campaign.ended).toBe(0);
    await until(() => waiting.err().includes('is there again'));
    eachOnce(500);
    for (const run of [waiting, campaign]) {
      expect(run.err().match(/cannot be reached/g)).toHaveLength(1);
      expect(run.err().match(/is there again/g)).toHaveLength(1);
    }
    waiting.child.kill('SIGTERM');
    expect(await waiting.ended).toBe(0);
  });

  test('Ctrl-C is heard while Redis is not there, before and after it was', async () => {
    folder = repositories(300);
    server = await redis(folder);
    const [waiting, campaign] = [worker(), plan()];
    await until(() => lines(campaign.out()) >= 5);
    await server.stop();
    await until(() => /cannot be reached/.test(campaign.err()) && /cannot be reached/.test(waiting.err()));
    const late = worker();
    await until(() => /cannot be reached/.test(late.err()));
    for (const { child } of [waiting, campaign, late]) child.kill('SIGINT');
    expect([await campaign.ended, await waiting.ended, await late.ended]).toEqual([2, 0, 0]);
    expect(campaign.err()).toMatch(/\ninterrupted; run it again to go on\n$/);
    const again = plan();
    await until(() => /cannot be reached/.test(again.err()));
    again.child.kill('SIGINT');
    expect(await again.ended).toBe(2);
    await server.start();
    worker();
    expect(await plan().ended).toBe(0);
    eachOnce(300);
  });

  test('poisoned repositories fail alone, with their reason', async () => {
    folder = repositories(5);
    const text = 'FROM debian:12\nRUN echo hi\n';
    write(folder, 'repos/bytes/Dockerfile', Uint8Array.of(0x46, 0xff, 0xfe));
    write(folder, 'repos/\u001b[31mred\u202e/Dockerfile', Uint8Array.of(0xff));
    write(folder, 'repos/escape/Dockerfile', 'FROM debian:12\nRUN echo "\u001b]0;owned\u0007\nBROKEN\u001b[2J here\n');
    write(folder, 'repos/huge/Dockerfile', '');
    truncateSync(path.join(folder, 'repos/huge/Dockerfile'), 2 ** 31);
    write(folder, 'secret/Dockerfile', text);
    write(folder, 'repos/linked/README', '');
    symlinkSync('../../secret/Dockerfile', path.join(folder, 'repos/linked/Dockerfile'));
    const long = Array.from(
      { length: 150_000 },
      (_, i) => `RUN apt-get update && apt-get install -y p${i} && echo $(date)`,
    );
    write(folder, 'repos/slow/Dockerfile', `FROM debian:12\n${long.join('\n')}\n`);
    server = await redis(folder);
    start(['worker', '--queue', at(), '--timeout', '20']);
    const campaign = plan('--format', 'json');
    expect(await campaign.ended).toBe(1);
    eachOnce(11);
    const failed = ledgerOf(folder).filter(({ outcome }) => outcome === 'failed');
    const reasons = Object.fromEntries(failed.map(({ repository, reason }) => [path.basename(repository), reason]));
    expect(reasons).toMatchObject({
      bytes: expect.stringContaining('UTF-8'),
      huge: expect.stringContaining('larger than 10 MB'),
      slow: expect.stringMatching(/takes (?:longer than 20 s|more than 512 MB)/),
    });
    const told = await start(['batch', 'status']).ended;
    expect(told).toBe(1);
    for (const run of started) expect(`${run.out()}${run.err()}`).not.toMatch(/\u001b|\u202e|secret/);
  });

  test('a password is needed, is taken from the environment, and no secret gets into Redis', async () => {
    folder = repositories(3);
    server = await redis(folder, ['--requirepass', 'pass word']);
    const secrets = { GITHUB_TOKEN: 'ghp_0123456789secret', DFIX_QUEUE_PASSWORD: 'pass word' };
    const refused = start(['worker', '--queue', at()]);
    expect(await refused.ended).toBe(2);
    expect(refused.err().trim().split('\n').at(-1)).toMatch(/refuses the password \(set DFIX_QUEUE_PASSWORD\)$/);
    worker(secrets);
    const campaign = start(['batch', 'plan', 'repos/*', '--queue', at()], secrets);
    expect(await campaign.ended).toBe(0);
    const log = path.join(server.folder, 'appendonlydir');
    const told = readdirSync(log).map((name) => readFileSync(path.join(log, name), 'latin1'));
    expect(told.join('')).toContain('r0001');
    expect(told.join('')).not.toMatch(/ghp_|pass word/);
  });

  test('speaks TLS, and only with a server that it can trust', async () => {
    folder = repositories(3);
    const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate];
    execFileSync('openssl', [...made, ...subject], { stdio: 'ignore' });
    const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate];
    server = await redis(folder, [...files, '--tls-auth-clients', 'no'], true);
    const queue = ['--queue', `rediss://localhost:${server.port}`];
    const trusts = { NODE_EXTRA_CA_CERTS: certificate };
    const stranger = start(['worker', ...queue]);
    await until(() => /cannot be reached \(.*certificate/.test(stranger.err()));
    start(['worker', ...queue], trusts);
    expect(await start(['batch', 'plan', 'repos/*', ...queue], trusts).ended).toBe(0);
    expect(ledgerOf(folder)).toHaveLength(3);
  });
});
