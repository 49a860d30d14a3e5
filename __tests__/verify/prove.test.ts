import { describe, expect, test } from '@jest/globals';
import {
  type AppliedChange,
  type AnyTransform,
  type Announcement,
  runTransforms,
  unitsOf,
} from '../../src/transform/index.js';
import type { BuildRequest, RunRequest, Workbench } from '../../src/verify/port.js';
import { prove } from '../../src/verify/prove.js';
import type { ProveInput } from '../../src/verify/prove-input.js';
import type { Image, Run, TreeEntry } from '../../src/verify/types.js';
import { verdictsOf } from '../../src/verify/verdicts.js';
import { sayFarewell, sayHello } from '../cli/harness.js';
import { file, image } from './support.js';

const text = 'FROM a\nRUN echo hi a\nRUN echo hi b\nRUN echo hi c\n';

/** What an engine makes of a Dockerfile; `count`: how many images were built before. */
interface World {
  fails?(dockerfile: string, request: BuildRequest): boolean;
  image?(dockerfile: string, count: number): Image;
  run?(dockerfile: string, count: number): Partial<Run>;
  touch?(kind: 'source' | 'manifest'): { readonly path: string } | undefined;
}

function benchOf(world: World): Workbench & { readonly built: BuildRequest[]; readonly asked: RunRequest[] } {
  const built: BuildRequest[] = [];
  const asked: RunRequest[] = [];
  const textOf = (tag: string): string => built[Number(tag)]!.dockerfile;
  return {
    built,
    asked,
    build: (request) => {
      built.push(request);
      const ok = world.fails?.(request.dockerfile, request) !== true;
      const tag = String(built.length - 1);
      return Promise.resolve({ tag, ok, seconds: 1, steps: [], failure: ok ? '' : 'exit code: 1' });
    },
    image: (tag) => Promise.resolve(world.image?.(textOf(tag), Number(tag)) ?? image()),
    run: (tag, request) => {
      asked.push(request);
      const { smoke } = request;
      const run: Run = { what: smoke ?? 'command', exitCode: 0, stdout: '', stderr: '', answers: [] };
      return Promise.resolve({ ...run, ...world.run?.(textOf(tag), Number(tag)) });
    },
    touch: (kind) =>
      Promise.resolve(world.touch?.(kind) ?? (kind === 'source' ? { path: 'main.js' } : { why: 'there is none' })),
  };
}

function inputOf(dockerfile: string, transforms: readonly AnyTransform[], more: Partial<ProveInput> = {}): ProveInput {
  return {
    rewrite: (accepts) => ({
      result: runTransforms(dockerfile, { transforms, allow: 'review', ...(accepts === undefined ? {} : { accepts }) }),
      ignore: undefined,
    }),
    ignore: undefined,
    target: undefined,
    id: 'run1',
    smokes: [],
    http: [],
    ready: undefined,
    timeout: 1,
    copied: [],
    changesBase: () => false,
    ...more,
  };
}

const announcing = (announcement: Announcement): AnyTransform => ({
  ...sayHello,
  find: (dockerfile, context) =>
    sayHello.find(dockerfile, {
      ...context,
      options: { word: '' },
      propose: (one) => context.propose({ ...one, announces: [announcement] }),
    }),
});

/** Standing and reason of the changes of the three lines. */
async function standings(
  world: World,
  more: Partial<ProveInput> = {},
  transforms: readonly AnyTransform[] = [sayHello],
) {
  const bench = benchOf(world);
  const proof = await prove(inputOf(text, transforms, more), bench);
  return { proof, bench, all: proof.verdicts.map(({ standing, reason }) => [standing, reason] as const) };
}

test('a rewrite that passes is proven by one build of it, on nothing, beside two of the original', async () => {
  const { proof, bench } = await standings({});
  expect(proof).toMatchObject({ outcome: 'proven', trials: 1, unexplained: [], noise: 0, ran: ['command'] });
  expect(proof.output).toBe(text.replaceAll('hi', 'hello'));
  expect(bench.built.map(({ label, noCache, context }) => [label, noCache, context])).toEqual([
    ['the original', true, 'own'],
    ['the original again', true, 'own'],
    ['the rewrite', true, 'own'],
    ['before, warm', false, 'own'],
    ['after, warm', false, 'own'],
    ['before, source touched', false, 'copy'],
    ['after, source touched', false, 'copy'],
  ]);
  expect(proof.timings.map(({ kind, file: touched }) => [kind, touched])).toEqual([
    ['cold', undefined],
    ['warm', undefined],
    ['source touched', 'main.js'],
  ]);
  expect(proof.notes).toEqual(['no build after a touched manifest: there is none']);
});

describe('one bad change is dropped, the others are kept, when', () => {
  const isBad = (dockerfile: string): boolean => dockerfile.includes('echo hello b');
  const cases: readonly (readonly [string, World, string])[] = [
    ['it does not build', { fails: isBad }, 'does not build: exit code: 1'],
    [
      'a file is gone',
      { image: (d) => image(isBad(d) ? { '/app/data.txt': undefined } : {}) },
      '/app/data.txt removed',
    ],
    ['a variable is gone', { image: (d) => image({}, isBad(d) ? { Env: {} } : {}) }, 'Env.MODE removed'],
    ['the user is another', { image: (d) => image({}, isBad(d) ? { User: 'x' } : {}) }, 'User changed'],
    ['the loader is gone', { image: (d) => image(isBad(d) ? { '/lib/ld-1.so': undefined } : {}) }, 'the loader of'],
    ['it ends otherwise', { run: (d) => ({ exitCode: isBad(d) ? 1 : 0 }) }, 'command: exit code changed (0 -> 1)'],
    ['it prints something else', { run: (d) => ({ stdout: isBad(d) ? 'no' : 'yes' }) }, 'stdout no added'],
  ];
  test.each(cases)('%s', async (_name, world, reason) => {
    const { proof, all } = await standings(world);
    expect(proof.outcome).toBe('partly');
    expect(all[1]).toEqual(['dropped', expect.stringContaining(reason)]);
    expect([all[0], all[2]]).toEqual([
      ['proven', ''],
      ['proven', ''],
    ]);
    expect(proof.output).toBe(text.replace('hi a', 'hello a').replace('hi c', 'hello c'));
    expect(proof.unexplained).not.toEqual([]);
  });
  test('it builds only where the cache mounts are full', async () => {
    const withMount = 'FROM a\nRUN --mount=type=cache,target=/x echo hi a\nRUN echo hi b\n';
    const bench = benchOf({
      fails: (dockerfile, { label }) => label.includes('cache mounts lost') && dockerfile.includes('hello a'),
    });
    const proof = await prove(inputOf(withMount, [sayHello]), bench);
    expect(proof.verdicts.map(({ standing }) => standing)).toEqual(['dropped', 'proven']);
    expect(proof.verdicts[0]!.reason).toContain('after main.js changed and the cache mounts were lost');
  });
  test('but not when the original fails so as well', async () => {
    const withMount = 'FROM a\nRUN --mount=type=cache,target=/x echo hi a\n';
    const bench = benchOf({ fails: (_dockerfile, { label }) => /cache mounts lost|likewise/.test(label) });
    expect((await prove(inputOf(withMount, [sayHello]), bench)).outcome).toBe('proven');
  });
});

describe('what two builds of the original differ in', () => {
  const stamp = (count: number): Image => image({ '/app/stamp': file(String(count)) });
  test('is set aside and counted', async () => {
    const { proof } = await standings({ image: (_dockerfile, count) => stamp(count) });
    expect(proof).toMatchObject({ outcome: 'proven', noise: 1 });
  });
  test('in their configuration and packages too', async () => {
    const status = (count: number): TreeEntry =>
      file('s', { text: `Package: ed\nStatus: install ok installed\nVersion: ${count}\n` });
    const world: World = {
      image: (_dockerfile, count) => image({ '/var/lib/dpkg/status': status(count) }, { Labels: { a: String(count) } }),
    };
    expect((await standings(world)).proof).toMatchObject({ outcome: 'proven', noise: 2 });
  });
  test('in their output too', async () => {
    const { proof } = await standings({ run: (_dockerfile, count) => ({ stdout: `number ${count}` }) });
    expect(proof).toMatchObject({ outcome: 'proven', noise: 2 });
  });
  test('says nothing about another file', async () => {
    const world: World = {
      image: (dockerfile, count) =>
        dockerfile.includes('hello') ? image({ '/app/other': file(String(count)) }) : stamp(count),
    };
    expect((await standings(world)).proof.outcome).toBe('nothing');
  });
});

test('every build on nothing has cache mounts of its own, and the later ones find them again', async () => {
  const bench = benchOf({});
  await prove(inputOf('FROM a\nRUN --mount=type=cache,target=/x echo hi\n', [sayHello]), bench);
  const ids = bench.built.map(({ dockerfile }) => /,id=(\S+) /.exec(dockerfile)?.[1]);
  expect(ids.every((id) => id?.startsWith('dfix-verify-run1-') === true)).toBe(true);
  expect(new Set(ids.slice(0, 4)).size).toBe(4);
  const [before, , after] = ids;
  expect(ids.slice(4)).toEqual([before, after, before, after]);
});

test('a refused announcement drops the change before anything of it is built', async () => {
  const all: Announcement = { kind: 'files', effect: 'removed', paths: ['/usr/**'], why: '' };
  const { bench, all: verdicts } = await standings({}, {}, [announcing(all)]);
  expect(verdicts[0]).toEqual(['dropped', expect.stringContaining('announcement is refused: /usr/**')]);
  expect(bench.built).toHaveLength(2);
});

test('what is announced is told, with who announced it', async () => {
  const path: Announcement = { kind: 'files', effect: 'removed', paths: ['/app/cache/one'], why: '' };
  const world: World = { image: (d) => image(d.includes('hello') ? { '/app/cache/one': undefined } : {}) };
  const { proof } = await standings(world, {}, [announcing(path)]);
  expect(proof.outcome).toBe('proven');
  expect(proof.announced).toMatchObject([{ what: '/app/cache/one', effect: 'removed', by: 'say-hello' }]);
});

test('for another base the application is compared, and the rest is not', async () => {
  const world = (path: string): World => ({
    image: (dockerfile) => image(dockerfile.includes('hello') ? { [path]: undefined } : {}),
  });
  const more = { changesBase: () => true, copied: ['/data/'] };
  expect((await standings(world('/usr/bin/ed'), more)).proof.outcome).toBe('proven');
  expect((await standings(world('/usr/bin/ed'))).proof.outcome).toBe('nothing');
  for (const path of ['/data/x', '/app/data.txt']) {
    expect((await standings(world(path), more)).proof.outcome).toBe('nothing');
  }
});

describe('with nothing to run', () => {
  const world: World = { image: () => image({}, { Entrypoint: undefined, Cmd: ['bash'] }) };
  const prover = (more: Partial<ProveInput> = {}) =>
    prove(inputOf('FROM a\nRUN echo hi\nRUN echo bye\n', [sayHello, sayFarewell], more), benchOf(world));
  test('changes above safe cannot be tested', async () => {
    const proof = await prover();
    expect(proof.verdicts.map(({ change, standing }) => `${change.level}: ${standing}`).sort()).toEqual([
      'review: not testable',
      'safe: proven',
    ]);
    expect(proof.outcome).toBe('partly');
    expect(proof.ran).toEqual([]);
  });
  test('a smoke command will do', async () => {
    const proof = await prover({ smokes: ['true'] });
    expect(proof.verdicts.map(({ standing }) => standing)).toEqual(['proven', 'proven']);
    expect(proof.ran).toEqual(['true']);
  });
  test('what was asked for over HTTP is an error', async () => {
    await expect(prover({ http: ['/'] })).rejects.toThrow('the image declares nothing to run');
  });
});

test('a change in a stage that is not built cannot be tested', async () => {
  const proof = await prove(inputOf('FROM a AS x\nRUN echo hi\nFROM b\nRUN echo hi\n', [sayHello]), benchOf({}));
  expect(proof.verdicts.map(({ standing }) => standing)).toEqual(['not testable', 'proven']);
});

test('an original that does not build, or only once, is an error', async () => {
  const failing = (nth: number) =>
    benchOf({ fails: (_dockerfile, { label }) => label.endsWith(['original', 'again'][nth]!) });
  await expect(prove(inputOf(text, [sayHello]), failing(0))).rejects.toThrow(
    'the original does not build: exit code: 1',
  );
  await expect(prove(inputOf(text, [sayHello]), failing(1))).rejects.toThrow('the original does not build twice');
});

test('no change: nothing is built', async () => {
  const bench = benchOf({});
  const { accepts, ...proof } = await prove(inputOf('FROM a\n', [sayHello], { ignore: 'x\n' }), bench);
  const empty = { verdicts: [], timings: [], announced: [], unexplained: [], ran: [], notes: [], noise: 0, trials: 0 };
  expect(proof).toEqual({ outcome: 'nothing', output: 'FROM a\n', ignore: 'x\n', ...empty });
  expect(accepts({ transform: 'say-hello' } as AppliedChange)).toBe(false);
  expect(bench.built).toEqual([]);
});

test('containers are asked for the same in each image, in turn, with the ports that it declares', async () => {
  const ports = { '8080/tcp': {}, '443/tcp': {}, '9/udp': {} };
  const bench = benchOf({
    image: () => image({}, { ExposedPorts: ports }),
    run: () => ({ exitCode: undefined as never, ready: true, answers: [{ path: '/', status: 200, body: '' }] }),
  });
  const more = { smokes: ['one', 'two'], http: ['/'], ready: 'up', timeout: 7 };
  const proof = await prove(inputOf(text, [sayHello], more), bench);
  expect(proof.ran).toEqual(['command', '/', 'one', '/', 'two', '/']);
  const shared = { timeout: 7, ports: [9, 443, 8080] };
  expect(bench.asked).toEqual(
    ['the original', 'the original again', 'the rewrite'].flatMap((side) => [
      { ...shared, label: `${side}: the command`, smoke: undefined, http: ['/'], ready: 'up' },
      ...['one', 'two'].map((smoke) => ({ ...shared, label: `${side}: ${smoke}`, smoke, http: [], ready: undefined })),
    ]),
  );
  const portless = benchOf({ image: () => image({}, { ExposedPorts: undefined }) });
  await prove(inputOf(text, [sayHello]), portless);
  expect(portless.asked[0]!.ports).toEqual([]);
});

test('what could not be started is not told as run, and noted', async () => {
  const { proof } = await standings({ run: () => ({ problem: 'no such file' }) });
  expect(proof.ran).toEqual([]);
  expect(proof.notes).toContain('command: cannot be started in the original: no such file');
});

test('the ignore file goes with each build, and images are measured', async () => {
  const bench = benchOf({
    image: (dockerfile) => ({
      ...image(),
      size: dockerfile.includes('hello') ? 1 : 3,
      layers: 4,
      layerSizes: [{ by: 'x', size: 1 }],
    }),
    touch: (kind) => ({ path: kind }),
  });
  const mounted = 'FROM a\nRUN --mount=type=cache,target=/x echo hi\n';
  const input = inputOf(mounted, [sayHello], { ignore: 'before\n' });
  const rewrite: ProveInput['rewrite'] = (accepts) => ({ ...input.rewrite(accepts), ignore: 'after\n' });
  const proof = await prove({ ...input, rewrite }, bench);
  expect(proof).toMatchObject({ outcome: 'proven', ignore: 'after\n' });
  expect(proof.before).toEqual({ size: 3, layers: 4, layerSizes: [{ by: 'x', size: 1 }] });
  expect(proof.after).toEqual({ size: 1, layers: 4, layerSizes: [{ by: 'x', size: 1 }] });
  for (const { dockerfile, ignore } of bench.built)
    expect(ignore).toBe(dockerfile.includes('hello') ? 'after\n' : 'before\n');
  const lost = bench.built.filter(({ label }) => label.includes('lost'));
  expect(lost.map(({ label, noCache, context }) => [label, noCache, context])).toEqual(
    ['source', 'manifest'].map((kind) => [`the rewrite, ${kind} touched, cache mounts lost`, false, 'copy']),
  );
  expect(proof.timings.map(({ kind, before, after }) => [kind, before.seconds, after.seconds])).toEqual(
    ['cold', 'warm', 'source touched', 'manifest touched'].map((kind) => [kind, 1, 1]),
  );
});

test('five differences are told as the reason, all of them as unexplained', async () => {
  const gone = Object.fromEntries(
    ['/app/data.txt', '/app/link', '/app/pipe', '/app/null', '/app/ping', '/data/x'].map((one) => [one, undefined]),
  );
  const { proof, all } = await standings({ image: (d) => image(d.includes('hello') ? gone : {}) });
  expect(all[0]![1].split('; ')).toHaveLength(5);
  expect(proof.unexplained).toHaveLength(6);
  expect(proof).toMatchObject({ after: undefined, timings: [], announced: [] });
});

test('a build that fails is told as such', async () => {
  const { proof } = await standings({ fails: (d) => d.includes('hello') });
  expect(proof.unexplained).toEqual([
    { kind: 'build', effect: 'changed', what: 'build', detail: 'does not build: exit code: 1' },
  ]);
});

test('a change that is not in what is left, though nothing dropped it, rests on one that was dropped', () => {
  const both = 'FROM a\nRUN echo hi\nRUN echo bye\n';
  const options = { transforms: [sayHello, sayFarewell], allow: 'review' } as const;
  const final = runTransforms(both, { ...options, accepts: ({ transform }) => transform === 'say-hello' });
  const verdicts = verdictsOf(unitsOf(runTransforms(both, options)), new Map(), {
    final,
    target: undefined,
    ran: true,
  });
  expect(verdicts.map(({ change, reason }) => `${change.transform}: ${reason}`).sort()).toEqual([
    'say-farewell: it rests on a change that was dropped',
    'say-hello: ',
  ]);
});

test('what is left is taken again by the transforms', async () => {
  const { proof } = await standings({ fails: (dockerfile) => dockerfile.includes('hello b') });
  const accepts = (change: AppliedChange): boolean => proof.accepts(change);
  expect(runTransforms(text, { transforms: [sayHello], allow: 'review', accepts }).output).toBe(proof.output);
});
