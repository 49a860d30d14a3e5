import { readLayers } from '../../src/verify/layers.js';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { tarOfOne } from '../../src/ports/engine/tar-of-one.js';
import { keepPassing } from '../../src/verify/bisect.js';
import { coldCopy } from '../../src/verify/cold-copy.js';
import { buildCommand, commandText, createCommand, smokeWords } from '../../src/verify/commands.js';
import { readElf } from '../../src/verify/elf.js';
import { failureText, imageReader, readSteps, stepReader } from '../../src/verify/progress.js';
import { engineProblem } from '../../src/verify/environment.js';
import { notesOn } from '../../src/verify/original-runs.js';
import { unbuiltLines } from '../../src/verify/stages.js';
import { fileToTouch } from '../../src/verify/touch.js';
import { readTree } from '../../src/verify/tree.js';
import type { Run } from '../../src/verify/types.js';
import { accepting } from '../../src/transform/units.js';

describe('bisecting', () => {
  const attempt = (bad: (set: readonly string[]) => boolean) => {
    const tried: string[] = [];
    return {
      tried,
      attempt: (set: readonly string[]) => {
        tried.push(set.join(''));
        return Promise.resolve({ passed: !bad(set), reason: `with ${set.join('')}` });
      },
    };
  };
  const all = [...'abcdefgh'];

  test('one trial when all passes', async () => {
    const { attempt: trial, tried } = attempt(() => false);
    expect((await keepPassing(all, trial)).kept).toEqual(all);
    expect(tried).toEqual(['abcdefgh']);
  });
  test('drops one bad unit and keeps the rest', async () => {
    const { attempt: trial, tried } = attempt((set) => set.includes('f'));
    const { kept, dropped } = await keepPassing(all, trial);
    expect(kept.join('')).toBe('abcdegh');
    expect([...dropped.keys()]).toEqual(['f']);
    expect(tried.length).toBeLessThanOrEqual(8);
    expect(tried).toContain('abcdegh');
  });
  test('tries nothing twice', async () => {
    const { attempt: trial, tried } = attempt((set) => set.includes('f') || set.includes('c'));
    expect((await keepPassing(all, trial)).kept.join('')).toBe('abdegh');
    expect(tried).toEqual([...new Set(tried)]);
    expect(tried.length).toBeLessThanOrEqual(12);
  });
  test('drops one of two that fail together', async () => {
    const { attempt: trial } = attempt((set) => set.includes('b') && set.includes('g'));
    expect((await keepPassing(all, trial)).kept).toHaveLength(7);
  });
  test('keeps nothing where nothing passes', async () => {
    const { attempt: trial } = attempt(() => true);
    expect((await keepPassing(all, trial)).kept).toEqual([]);
  });
});

test('cache mounts of a copy have ids of their own', () => {
  const text =
    'FROM a\nRUN --mount=type=cache,target=/x \\\n  --mount=type=cache,id=y,target=/y,sharing=locked --mount=type=bind,target=/z true\n';
  expect(coldCopy(text, 'own')).toBe(
    'FROM a\nRUN --mount=type=cache,target=/x,id=own-/x \\\n  --mount=type=cache,target=/y,sharing=locked,id=own-y --mount=type=bind,target=/z true\n',
  );
});

test.each([
  ['type=cache,ID=y,target=/y', 'type=cache,target=/y,id=own-y'],
  ['type=cache,target=/valid=1', 'type=cache,target=/valid=1,id=own-/valid=1'],
  ['type=cache,"target=/a b"', '"--mount=type=cache,target=/a b,id=own-/a b"'],
])('a cache mount %s of a copy is %s', (mount, expected) => {
  const written = expected.startsWith('"') ? expected : `--mount=${expected}`;
  expect(coldCopy(`FROM a\nRUN --mount=${mount} true\n`, 'own')).toBe(`FROM a\nRUN ${written} true\n`);
});

describe('command lines', () => {
  const build = {
    platform: 'linux/arm64',
    target: 'app',
    buildArgs: { A: 'b c' },
    secrets: ['id=x'],
    network: 'host',
    builder: 'own',
    dockerfile: '/t/Dockerfile',
    ignoreFile: '/t/ignore',
    context: '.',
    tag: 'x:1',
    noCache: true,
  };
  test('of docker buildx', () => {
    expect(commandText(buildCommand('buildx', build))).toBe(
      "docker buildx build --progress=plain --load --provenance=false --builder=own --no-cache --platform=linux/arm64 --target=app --network=host '--build-arg=A=b c' --secret=id=x -t x:1 -f /t/Dockerfile .",
    );
  });
  test('of podman', () => {
    expect(commandText(buildCommand('podman', build))).toMatch(
      /^podman build --layers --force-rm --format=docker --ignorefile=\/t\/ignore /,
    );
  });
  test('containers get no network', () => {
    const command = createCommand('docker', { image: 'i', name: 'n', platform: undefined, command: ['sh', '-c', 'x'] });
    const limits = ['--network=none', '--cap-drop=ALL', '--memory=1g', '--pids-limit=512'];
    expect(command).toEqual(expect.arrayContaining([...limits, '--security-opt=no-new-privileges']));
    const own = { image: 'i', name: 'n', platform: 'linux/arm64', command: undefined };
    expect(createCommand('docker', own).slice(-2)).toEqual(['--platform=linux/arm64', 'i']);
    expect(command.slice(-4)).toEqual(['--entrypoint=sh', 'i', '-c', 'x']);
  });
  test('smoke commands use a shell only where they ask for one', () => {
    expect(smokeWords('app --version')).toEqual(['app', '--version']);
    expect(smokeWords('app | grep x')).toEqual(['sh', '-c', 'app | grep x']);
  });
});

test('steps of a build log', () => {
  const log =
    '#4 [build 1/2] FROM x\n#4 CACHED\n#5 [build 2/2] RUN true\n#5 0.1 hi\n#5 DONE 0.5s\n#6 exporting\n#6 DONE 1.0s\n';
  expect(readSteps(log)).toEqual([
    { name: '[build 1/2] FROM x', cached: true, seconds: 0 },
    { name: '[build 2/2] RUN true', cached: false, seconds: 0.5 },
  ]);
});

test('steps as they come', () => {
  const read = stepReader();
  expect(read('#5 [2/2] RUN true')).toEqual({
    step: { name: '[2/2] RUN true', cached: false, seconds: 0 },
    ended: false,
  });
  expect(read('#5 0.1 hi')).toBeUndefined();
  expect(read('#5 DONE 1.5s')).toEqual({ step: { name: '[2/2] RUN true', cached: false, seconds: 1.5 }, ended: true });
  expect(read('anything')).toBeUndefined();
});

test('images that Podman makes for single steps', () => {
  const read = imageReader();
  const log = ['STEP 1/2: FROM x', '--> Using cache aaaaaaaaaaaa1', '--> aaaaaaaaaaa', '--> bbbbbbbbbbb', 'COMMIT y'];
  expect(log.map(read).filter((id) => id !== undefined)).toEqual(['bbbbbbbbbbb']);
});

test('why a build failed', () => {
  const log =
    '#5 0.1 a\n------\n > [2/2] RUN make:\n0.101 cc x.c\n0.202 x.c:1: error\n------\nDockerfile:2\n---\n   2 | >>> RUN make\n---\nERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2\n';
  expect(failureText(log)).toBe(
    'process "/bin/sh -c make" did not complete successfully: exit code: 2 | cc x.c | x.c:1: error',
  );
  expect(failureText('a\nb\n')).toBe('a | b');
  expect(failureText('STEP 1/1: RUN false\nError: building at STEP "RUN false": exit status 1\n')).toBe(
    'building at STEP "RUN false": exit status 1',
  );
  expect(failureText(`ERROR: process "${'x'.repeat(5000)}": exit code: 1\n`)).toMatch(
    /^process "x{1,90} … x{1,90}": exit code: 1$/,
  );
  expect(failureText('ERROR: no such file\n')).toBe('no such file');
});

test('an engine that fails is told from a Dockerfile that does', () => {
  expect(engineProblem('ERROR: exit code: 1', true)).toBeUndefined();
  expect(engineProblem('x\nwrite /y: no space left on device\nz', true)).toBe(
    'the disk is full: write /y: no space left on device',
  );
  expect(engineProblem('', false)).toBe('the engine stopped answering');
});

describe('changes that are left', () => {
  const change = (what: string, line: number) => ({ transform: 't', what, line, column: 1 });
  const all = [change('a', 1), change('b', 2), change('b', 3), change('c', 4)];
  test('are known by their places', () => {
    const accepts = accepting([all[0]!, all[2]!], all);
    expect(all.map(accepts)).toEqual([true, false, true, false]);
  });
  test('in another line are known by what they do, if all of that kind were kept', () => {
    const accepts = accepting([all[0]!, all[2]!], all);
    expect(accepts(change('a', 9))).toBe(true);
    expect(accepts(change('b', 9))).toBe(false);
    expect(accepts(change('d', 9))).toBe(false);
  });
});

describe('how the original ran', () => {
  const run: Run = { what: 'command', exitCode: 0, stdout: '', stderr: '', answers: [] };
  const asked = { http: [], ready: undefined, timeout: 5 };
  test('well: nothing to say', () => {
    expect(notesOn([run], asked)).toEqual([]);
  });
  test.each<[string, Partial<Run>]>([
    ['cannot be started in the original: no', { problem: 'no' }],
    ['ends with exit code 3 in the original: https://***@h', { exitCode: 3, stderr: 'a\nhttps://me:secret@h\n' }],
    ['does not open within 5 s', { ready: false }],
  ])('%s', (text, changed) => {
    expect(notesOn([{ ...run, ...changed }], asked)[0]).toContain(text);
  });
  const server: Run = {
    ...run,
    exitCode: undefined as never,
    ready: true,
    answers: [{ path: '/', status: 200, body: '' }],
  };
  test.each<[string, readonly Run[]]>([
    ['declares nothing to run', []],
    ['does not start: no', [{ ...server, problem: 'no' }]],
    ['ends with exit code 1', [{ ...server, exitCode: 1 }]],
    ['not ready within 5 s', [{ ...server, ready: false }]],
    ['does not answer to /', [{ ...server, answers: [{ path: '/', status: 0, body: '' }] }]],
  ])('that what was asked for cannot be compared is an error: %s', (text, runs) => {
    for (const [more, name] of [
      [{ http: ['/', '/x'] }, '--http /'],
      [{ ready: 'up' }, '--ready up'],
    ] as const) {
      const wanted = { ...asked, ...more };
      const error = (() => {
        try {
          return notesOn(runs, wanted);
        } catch (thrown) {
          return thrown;
        }
      })();
      expect(error).toMatchObject({
        code: 'not-ready',
        message: expect.stringContaining(`${name} cannot be compared: the `),
      });
      expect(String(error)).toContain(text);
      expect(notesOn([{ ...run, what: 'cat /x' }, server], wanted)).toEqual([]);
    }
  });
  test.each([
    ['b', '', ': b'],
    ['b', ' \n', ': b'],
    ['b', 'c', ': c'],
    ['a\nb\n\n', '', ': b'],
    ['', '', ''],
    ['x'.repeat(300), '', `: ${'x'.repeat(200)}`],
  ])('the last line of %j and %j is told as %j', (stdout, stderr, told) => {
    expect(notesOn([{ ...run, exitCode: 3, stdout, stderr }], asked)).toEqual([
      `command: ends with exit code 3 in the original${told}`,
    ]);
  });
});

test('stages that a target does not need', () => {
  const text =
    'FROM a AS one\nRUN true\nFROM b AS two\nCOPY --from=one /x /x\nFROM c AS three\nRUN --mount=from=two true\n';
  expect(unbuiltLines(text, undefined)).toEqual([]);
  expect(unbuiltLines(text, 'two')).toEqual([{ first: 5, last: 6 }]);
  expect(unbuiltLines(text, 'one')).toEqual([
    { first: 3, last: 4 },
    { first: 5, last: 6 },
  ]);
});

test('files to touch', () => {
  const paths = ['test/a.js', 'src/deep/b.js', 'src/main.js', 'web/package.json', 'package.json', 'x.config.js'];
  expect(fileToTouch('source', paths)).toBe('src/main.js');
  expect(fileToTouch('manifest', paths)).toBe('package.json');
  expect(fileToTouch('source', ['README.md'])).toBeUndefined();
});

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

describe('a tar archive', () => {
  test.each([1, 7, 512, 100_000])('is read in pieces of %d bytes', async (size) => {
    const tree = await readTree(inPieces(tarOfOne('probe', Buffer.from('#!/bin/sh\n')), size));
    expect([...tree.keys()]).toEqual(['/probe']);
    expect(tree.get('/probe')).toMatchObject({ type: 'file', size: 10, mode: 0o755, uid: 0, text: '#!/bin/sh\n' });
  });
  test('that ends early is an error', async () => {
    await expect(readTree(inPieces(tarOfOne('probe', Buffer.alloc(5000)).subarray(0, 1000), 100))).rejects.toThrow(
      'ends',
    );
  });
  test('that is none is an error', async () => {
    await expect(readTree(inPieces(Buffer.alloc(512, 1), 512))).rejects.toThrow('not a tar');
  });
});

test('what a program asks of the loader', () => {
  const elf = readElf(readFileSync(process.execPath));
  if (process.platform === 'linux') expect(elf?.interpreter).toMatch(/ld-/);
  expect(readElf(Buffer.from('#!/bin/sh'))).toBeUndefined();
});

test('layers are told by their instruction, oldest first, without those that hold nothing and without values', () => {
  const history = [
    '5\tCOPY a b # buildkit',
    '0\tENV A=1',
    '4\tRUN |2 A=secret-value B=x y /bin/sh -c make all # buildkit',
    '3\tRUN /bin/bash -eo pipefail -c make # buildkit',
    '2\t/bin/sh -c #(nop) ADD file:1 in / ',
    '1\t',
    'no layer',
  ];
  expect(readLayers(history.join('\n'), [])).toEqual([
    { by: '', size: 1 },
    { by: 'ADD file:1 in /', size: 2 },
    { by: 'RUN make', size: 3 },
    { by: 'RUN make all', size: 4 },
    { by: 'COPY a b', size: 5 },
  ]);
  expect(readLayers('1\tRUN |1 A=secret-value make # buildkit\n2\tCOPY hidden-value /', ['hidden-value'])).toEqual([
    { by: 'COPY *** /', size: 2 },
    { by: 'RUN', size: 1 },
  ]);
});
