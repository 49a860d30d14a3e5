import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeDocker } from './fake-docker.js';
import { dfix, type Folder, folderWith } from './harness.js';

const onUnix = process.platform === 'win32' ? describe.skip : describe;
// One safe change that fails, one above `safe` and one safe one that pass.
const DOCKERFILE = 'FROM a\nRUN echo hi ho\nRUN echo bye\nRUN echo hi\n';

interface PullRequest {
  readonly body: string;
  readonly commits: readonly { readonly files: readonly { readonly path: string; readonly text: string }[] }[];
}

onUnix('dfix pr with a proof', () => {
  let bin: string;
  let folder: Folder;
  const { PATH } = process.env;
  beforeEach(() => {
    bin = fakeDocker();
    process.env['PATH'] = `${bin}${path.delimiter}${PATH ?? ''}`;
  });
  afterEach(() => {
    folder.remove();
    process.env['PATH'] = PATH;
    rmSync(bin, { recursive: true });
  });
  const start = async (files: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<void> => {
    folder = folderWith(files);
    execFileSync('git', ['init', '-q'], { cwd: folder.root });
    execFileSync('git', ['add', '.'], { cwd: folder.root });
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
    execFileSync('git', [...who, 'commit', '-qm', 'start'], { cwd: folder.root });
    await dfix(folder.root, ['verify', '--quiet', '--save', 'proof.json', ...argv]);
  };
  const pr = (...argv: readonly string[]) => dfix(folder.root, ['pr', '--dry-run', '--proof', 'proof.json', ...argv]);
  const change = (name: string, text: string): void => writeFileSync(path.join(folder.root, name), text);
  const refusal = (why: string) => ({ code: 2, err: expect.stringContaining(`Dockerfile: ${why}`) });

  test('takes just what is proven, above "safe" too, and tells the figures', async () => {
    await start({ Dockerfile: DOCKERFILE, 'main.js': '' });
    const { code, out, err } = await pr('--format', 'json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { body, commits } = JSON.parse(out) as PullRequest;
    const last = commits.at(-1)!.files.find(({ path: name }) => name === 'Dockerfile')!;
    expect(last.text).toBe('FROM a\nRUN echo hi ho\nRUN echo farewell\nRUN echo hello\n');
    expect(body).toContain('**Partly verified by building**');
    expect(body).toMatch(/\| Image size \| \d/);
    expect(body.match(/, proven by a build\)/g)).toHaveLength(2);
    const without = await dfix(folder.root, ['pr', '--dry-run', '--format', 'json']);
    expect((JSON.parse(without.out) as PullRequest).body).toContain('**Not verified:**');
    expect(without.out).not.toMatch(/farewell|proven by a build/);
  });
  test.each<[string, string, string]>([
    ['the build context has changed since', 'main.js', '// other\n'],
    ['no proof in it is about this Dockerfile as it is now', 'Dockerfile', `${DOCKERFILE}RUN true\n`],
    ['the ignore file has changed since', '.dockerignore', 'x\n'],
  ])('refuses a proof that does not hold: %s', async (why, name, text) => {
    await start({ Dockerfile: DOCKERFILE, 'main.js': '' });
    change(name, text);
    expect(await pr()).toMatchObject(refusal(`the proof does not hold: ${why} (run dfix verify --save again`));
  });
  test('refuses one that was made with other build arguments, and takes it with the same; any platform will do', async () => {
    const argument = ['--build-arg', 'A=1'];
    await start({ Dockerfile: `ARG A\n${DOCKERFILE}` }, ...argument, '--platform=linux/arm64');
    expect(await pr()).toMatchObject(refusal('the proof does not hold: it was made with another target or other'));
    const { code, out } = await pr(...argument);
    expect(code).toBe(0);
    expect(out).toContain('for linux/arm64');
  });
  test('refuses one that is about another rewrite', async () => {
    await start({ Dockerfile: DOCKERFILE });
    expect(await pr('--skip', 'say-farewell')).toMatchObject(refusal('the proof is about another rewrite'));
  });
  test('refuses one that leaves a change above "safe" untested', async () => {
    await start({ Dockerfile: 'FROM a AS unused\nRUN echo bye\nFROM a\nRUN echo hi\n' });
    const untested =
      'the proof leaves a change untested that is "review" (say-farewell, line 2): its stage is not part';
    expect(await pr()).toMatchObject(refusal(untested));
  });
  test('refuses what is no proof, or is not there', async () => {
    await start({ Dockerfile: DOCKERFILE });
    change('proof.json', '{}');
    expect(await pr()).toMatchObject(refusal('the proof does not hold: it is no proof of this version of dfix'));
    rmSync(path.join(folder.root, 'proof.json'));
    expect(await pr()).toMatchObject({ code: 2, err: expect.stringContaining('proof.json: ') });
  });
});
