import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readProof } from '../../src/verify/saved-proof.js';
import { digestContext } from '../../src/ports/engine/context-digest.js';
import { tarOf } from '../engine/support/archives.js';
import { fakeDocker } from './fake-docker.js';
import { dfix, type Folder, folderWith, sayHello } from './harness.js';

const onUnix = process.platform === 'win32' ? describe.skip : describe;

onUnix('dfix verify', () => {
  let bin: string;
  let folder: Folder;
  const { PATH } = process.env;
  beforeEach(() => {
    bin = fakeDocker();
    process.env['PATH'] = `${bin}${path.delimiter}${PATH ?? ''}`;
  });
  afterEach(() => {
    folder.remove();
    const folders = calls().flatMap((line) => / -f (\S*dfix-verify-\w+)\//.exec(line)?.[1] ?? []);
    const left = folders.filter((one) => existsSync(one));
    process.env['PATH'] = PATH;
    rmSync(bin, { recursive: true });
    expect(left).toEqual([]);
  });
  const calls = (): readonly string[] =>
    existsSync(path.join(bin, 'calls')) ? readFileSync(path.join(bin, 'calls'), 'utf8').trim().split('\n') : [];

  test('a proven rewrite exits 0, tells its steps, and leaves the file', async () => {
    folder = folderWith({ Dockerfile: 'FROM a\nRUN echo hi\n' });
    const { code, out, err } = await dfix(folder.root, ['verify']);
    expect(code).toBe(0);
    expect(out).toContain('Dockerfile: 1 proven of 1 change\n');
    expect(out).toContain('line 2  say-hello  say hello: proven');
    expect(err).toMatch(/^ +0\.5 s {4}\[2\/2\] RUN echo$/m);
    expect(err).toMatch(/^ +\d+\.\d s {2}build the original$/m);
    expect(folder.read('Dockerfile')).toBe('FROM a\nRUN echo hi\n');
  });
  test.each([
    ['in CI', ['verify'], { CI: 'true' }],
    ['when asked to be', ['verify', '--quiet'], {}],
  ])('is quiet %s', async (_name, argv, env) => {
    folder = folderWith({ Dockerfile: 'FROM a\nRUN echo hi\n' });
    expect(await dfix(folder.root, argv, { env })).toMatchObject({ code: 0, err: '' });
  });
  test('all that was made is removed', async () => {
    folder = folderWith({ Dockerfile: 'FROM a\nRUN echo hi\n' });
    await dfix(folder.root, ['verify']);
    const words = calls().map((line) => line.split(' '));
    const after = (flag: string, line: readonly string[]): string => line[line.indexOf(flag) + 1]!;
    const built = words.filter(([, second]) => second === 'build').map((line) => after('-t', line));
    const named = words.flatMap((line) =>
      line.filter((word) => word.startsWith('--name=')).map((word) => word.slice(7)),
    );
    expect(built.length).toBeGreaterThan(4);
    expect(named.length).toBeGreaterThan(4);
    const removed = words.filter((line) => line.includes('rm')).map((line) => line.at(-1)!);
    expect([...built, ...named].filter((name) => !removed.includes(name))).toEqual([]);
    expect(words.filter(([first]) => first === 'create').every((line) => line.includes('--network=none'))).toBe(true);
  });
  test('--write writes what passed, and nothing else', async () => {
    folder = folderWith({ Dockerfile: 'FROM a\nRUN echo hi ho\nRUN echo bye\n' });
    const { code, out } = await dfix(folder.root, ['verify', '--write', '--quiet']);
    expect(code).toBe(1);
    expect(out).toContain('1 proven, 1 dropped of 2 changes, written');
    expect(out).toContain('dropped because does not build: it is broken');
    expect(folder.read('Dockerfile')).toBe('FROM a\nRUN echo hi ho\nRUN echo farewell\n');
  });
  test('--save keeps a proof that holds while the inputs do', async () => {
    folder = folderWith({ Dockerfile: 'FROM a\nARG A\nRUN echo hi\n', 'main.js': '//\n' });
    const { code } = await dfix(folder.root, ['verify', '--save', 'proof.json', '--build-arg', 'A=secret-value']);
    expect(code).toBe(0);
    expect(await dfix(folder.root, ['verify', '--save', 'proof.json', '--build-arg', 'A=secret-value'])).toMatchObject({
      code: 0,
    });
    const saved = folder.read('proof.json');
    expect(saved).not.toContain('secret-value');
    const inputs = async () => ({
      dockerfile: folder.read('Dockerfile'),
      ignore: undefined,
      context: await digestContext(
        folder.root,
        path.join(folder.root, 'Dockerfile'),
        undefined,
        path.join(folder.root, 'proof.json'),
      ),
      settings: { target: undefined, buildArgs: { A: 'secret-value' } },
    });
    expect(readProof(saved, await inputs())).toMatchObject({ holds: true });
    writeFileSync(path.join(folder.root, 'main.js'), '// other\n');
    expect(readProof(saved, await inputs())).toEqual({ holds: false, why: 'the build context has changed since' });
  });
  test('JSON tells what went wrong with one file beside the proof of another', async () => {
    folder = folderWith({ 'a/Dockerfile': 'FROM broken\nRUN echo hi\n', 'b/Dockerfile': 'FROM a\nRUN echo hi\n' });
    const { code, out, err } = await dfix(folder.root, ['verify', '--format', 'json', '--quiet']);
    expect(code).toBe(2);
    expect(err).toBe('a/Dockerfile: the original does not build: it is broken\n');
    expect(JSON.parse(out)).toMatchObject({
      schema: 1,
      files: [{ path: 'b/Dockerfile', outcome: 'proven' }],
      errors: [{ path: 'a/Dockerfile', code: 'build-failed' }],
    });
  });
  test('Markdown has a table of changes and one of figures', async () => {
    folder = folderWith({ Dockerfile: 'FROM a\nRUN echo hi\n' });
    const { out } = await dfix(folder.root, ['verify', '--format', 'markdown', '--quiet']);
    expect(out).toContain('| 2 | say-hello | say hello | proven |');
    expect(out).toContain('| size, MB | 0.0 | 0.0 |');
  });
  test('a file that cannot be parsed is named with its line', async () => {
    folder = folderWith({ Dockerfile: 'FROM a\nRUN <<EOF\n' });
    expect(await dfix(folder.root, ['verify'])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/^Dockerfile:2:\d+: /),
    });
  });
  test('a template is left alone', async () => {
    folder = folderWith({ Dockerfile: 'FROM {{ base }}\nRUN echo hi\n' });
    const { code, out } = await dfix(folder.root, ['verify', 'Dockerfile']);
    expect(code).toBe(0);
    expect(out).toContain('Dockerfile: left alone: ');
  });
  test('what is asked of builds and containers is passed on to each of them', async () => {
    folder = folderWith({ Dockerfile: 'FROM a AS t\nARG A\nRUN echo hi\n', key: 'k' });
    const passed = ['--platform=p', '--target=t', '--network=host', '--build-arg=A=value', '--secret=id=s,src=key'];
    await dfix(folder.root, ['verify', '--quiet', '--builder', 'own', ...passed]);
    const builds = calls().filter((line) => line.startsWith('buildx build '));
    expect(builds.length).toBeGreaterThan(4);
    for (const line of builds) for (const word of [...passed, '--builder=own']) expect(line).toContain(` ${word} `);
    const started = calls().filter((line) => line.startsWith('create ') && line.includes('--memory='));
    expect(started.length).toBeGreaterThan(2);
    expect(started.filter((line) => !line.includes(' --platform=p '))).toEqual([]);
  });
  test('-f and a folder mean what they mean to docker: the Dockerfile and its context', async () => {
    const files = { 'docker/web.Dockerfile': 'FROM a\nRUN echo hi\n', 'docker/web.Dockerfile.dockerignore': 'own\n' };
    folder = folderWith({ ...files, 'app/.dockerignore': 'shared\n', 'app/main.js': '//\n' });
    const asked = ['-f', 'docker/web.Dockerfile', 'app'];
    const { code, out } = await dfix(folder.root, ['verify', '--quiet', '--format', 'json', ...asked]);
    const report = JSON.parse(out) as { files: { path: string; timings: { file?: string }[] }[] };
    expect({ code, files: report.files }).toMatchObject({ code: 0, files: [{ path: 'docker/web.Dockerfile' }] });
    expect(report.files[0]!.timings.map(({ file }) => file)).toContain('main.js');
    const builds = calls().filter((line) => line.startsWith('buildx build '));
    expect(builds.filter((line) => line.endsWith(` ${path.join(folder.root, 'app')}`)).length).toBeGreaterThan(3);
    const dry = await dfix(folder.root, ['verify', '--dry-engine', ...asked]);
    expect(dry.out).toMatch(/^docker buildx build .* app\n/);
    for (const wrong of [
      ['-f', 'a'],
      ['-f', 'a', 'b', 'c'],
      ['-f', 'a', 'b', '--context', 'c'],
    ]) {
      expect(await dfix(folder.root, ['verify', ...wrong])).toMatchObject({ code: 2, out: '' });
    }
  });
  test('a base that changes is compared by the application', async () => {
    folder = folderWith({ Dockerfile: 'FROM a\nCOPY main.js /data/\nRUN echo hi\n', 'main.js': '' });
    const run = (phase: 'base' | 'runtime', gone: string) => {
      const files = { 'etc/x': 'x', 'data/main.js': '' };
      writeFileSync(path.join(bin, 'before.tar'), tarOf(files));
      const left = Object.entries(files).filter(([name]) => `/${name}` !== gone);
      writeFileSync(path.join(bin, 'after.tar'), tarOf(Object.fromEntries(left)));
      return dfix(folder.root, ['verify', '--quiet'], {
        transforms: [{ ...sayHello, meta: { ...sayHello.meta, phase } }],
      });
    };
    expect((await run('base', '/etc/x')).code).toBe(0);
    expect((await run('runtime', '/etc/x')).code).toBe(1);
    expect((await run('base', '/data/main.js')).code).toBe(1);
  });
  test('an image of more than 50 GB is one clear line', async () => {
    folder = folderWith({ Dockerfile: 'FROM a\nRUN echo hi\n' });
    writeFileSync(path.join(bin, 'size'), '50000000001');
    const { code, out, err } = await dfix(folder.root, ['verify', '--quiet']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe('Dockerfile: the image is larger than 50 GB: it is not compared\n');
  });
  test('a Dockerfile that changes meanwhile is not written', async () => {
    folder = folderWith({ Dockerfile: 'FROM a\nRUN echo hi\n' });
    writeFileSync(path.join(bin, 'edit'), path.join(folder.root, 'Dockerfile'));
    const { code, err } = await dfix(folder.root, ['verify', '--write', '--quiet']);
    expect({ code, err }).toEqual({ code: 2, err: 'Dockerfile: changed while it was built; nothing written\n' });
    expect(folder.read('Dockerfile')).toBe('FROM a\nRUN echo hi\n# edited\n');
  });
  test('--dry-engine prints the commands and runs none', async () => {
    folder = folderWith({ Dockerfile: 'FROM a\nRUN echo hi\n' });
    const argv = [
      'verify',
      '--dry-engine',
      '--smoke',
      'true',
      '--target',
      't',
      '--build-arg',
      'A=hidden',
      '--platform',
      'p',
    ];
    const { code, out } = await dfix(folder.root, argv);
    expect(code).toBe(0);
    expect(out).toMatch(/^docker buildx build .*--no-cache --platform=p --target=t '--build-arg=A=\*\*\*' -t /);
    expect(out).toContain('--entrypoint=true');
    expect(out).not.toContain('hidden');
    expect(calls()).toEqual([]);
  });
  test('no engine is one line', async () => {
    process.env['PATH'] = path.join(bin, 'nothing');
    folder = folderWith({ Dockerfile: 'FROM a\nRUN echo hi\n' });
    const { code, out, err } = await dfix(folder.root, ['verify']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^no container engine answers: [^\n]*\n$/);
  });
});
