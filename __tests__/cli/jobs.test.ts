import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesBelow, root } from '../support/paths.js';

const built = existsSync(join(root, 'dist/rewrite-worker.js'));
if (!built) console.log('skipped: dist is not built');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dfix-jobs-'));
  for (const repository of ['one', 'two', 'three']) {
    cpSync(join(root, 'examples'), join(folder, repository), { recursive: true });
    mkdirSync(join(folder, repository, '.git'));
  }
  writeFileSync(join(folder, 'one/Dockerfile.bad'), 'FROM a\nNO such\n');
  writeFileSync(join(folder, 'two/Dockerfile.template'), 'FROM {{ base }}\n');
  mkdirSync(join(folder, 'three/Dockerfile'));
  writeFileSync(join(folder, 'dfix.config.json'), '{ "transforms": { "no-such-thing": true } }');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const dfix = (...argv: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin/dfix.js'), ...argv], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  return { status, stdout, stderr };
};
const contents = () => filesBelow(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')]);

(built ? describe : describe.skip)('dfix --jobs', () => {
  test.each([
    ['text', 'three/Dockerfile'],
    ['text', 'one', 'two'],
    ['diff', '.'],
    ['json', '.'],
    ['sarif', 'two', 'one'],
  ])('prints the same, in the same order, as one thread: %s %s', (format, ...paths) => {
    rmSync(join(folder, 'dfix.config.json'));
    const one = dfix('--format', format, ...paths);
    expect(dfix('--format', format, '--jobs', '3', ...paths)).toEqual(one);
    expect(one.stdout + one.stderr).not.toBe('');
  });

  test('says what is wrong with a configuration as one thread does', () => {
    const one = dfix();
    expect(one.status).toBe(2);
    expect(dfix('--jobs', '2')).toEqual(one);
  });

  test('ends with 1 for --check', () => {
    rmSync(join(folder, 'dfix.config.json'));
    expect(dfix('--check', '--jobs', '2', 'two').status).toBe(1);
  });

  test('writes the same as one thread', () => {
    rmSync(join(folder, 'dfix.config.json'));
    const before = contents();
    const written = dfix('--write', '--jobs', '3', '.');
    const after = contents();
    expect(after).not.toEqual(before);
    for (const [path, text] of before) writeFileSync(join(folder, path!), text!);
    for (const [path] of after) if (!before.some(([other]) => other === path)) rmSync(join(folder, path!));
    expect(dfix('--write', '.')).toEqual(written);
    expect(contents()).toEqual(after);
  });

  test('writes what one thread writes where rewrites edit one ignore file and look at one another', () => {
    rmSync(folder, { recursive: true });
    const write = (path: string, text: string): void => {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    mkdirSync(join(folder, 'mono/.git'), { recursive: true });
    // Each context has Dockerfiles that make its ignore file, and others that add to it.
    const services = Array.from({ length: 36 }, (_, index) => {
      const image = index % 6 < 3 ? 'node:20' : 'composer:2';
      const run = index % 6 < 3 ? 'RUN npm ci\nRUN npm run build' : 'RUN composer install';
      write(`mono/Dockerfile.s${index}`, `FROM ${image}\nWORKDIR /app\nENV N=${index}\nCOPY . .\n${run}\nCMD ["a"]\n`);
      return `  s${index}:\n    build:\n      context: c${index % 3}\n      dockerfile: ../Dockerfile.s${index}\n`;
    });
    write('mono/compose.yaml', `services:\n${services.join('')}`);
    for (const context of ['mono/c0', 'mono/c1', 'mono/c2']) {
      write(`${context}/package.json`, '{"name":"a","scripts":{"build":"tsc"}}');
      write(`${context}/package-lock.json`, '{"name":"a","lockfileVersion":3,"packages":{}}');
      write(`${context}/composer.json`, '{"require":{"monolog/monolog":"^3.0"}}');
      write(`${context}/composer.lock`, '{"packages":[]}');
      write(`${context}/index.php`, '<?php\n');
    }
    const before = contents();
    const one = dfix('--write', '--jobs', '1', '.');
    const after = contents();
    const ignored = after.filter(([path]) => path!.endsWith('.dockerignore')).map(([, text]) => text);
    const lines = ignored.map((text) => text!.split('\n').sort());
    expect(lines).toEqual(Array.from({ length: 3 }, () => ['', 'node_modules', 'vendor']));
    for (const jobs of ['2', '5']) {
      for (const [path] of after) rmSync(join(folder, path!));
      for (const [path, text] of before) write(path!, text!);
      expect(dfix('--write', '--jobs', jobs, '.')).toEqual(one);
      expect(contents()).toEqual(after);
    }
  });

  test.each(['0', '-1', 'many', '1.5', '65'])('takes no %s', (jobs) => {
    expect(dfix(`--jobs=${jobs}`)).toMatchObject({ status: 2, stdout: '' });
  });
});
