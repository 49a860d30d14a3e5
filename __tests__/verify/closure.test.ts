import { describe, expect, test } from '@jest/globals';
import { closureOf } from '../../src/verify/closure.js';
import { file, folder, link, tree } from './support.js';

const SYSTEM = { '/bin': folder, '/bin/sh': file('sh'), '/opt': folder, '/opt/lib': folder, '/srv': folder };
const of = (
  words: readonly string[],
  files: Parameters<typeof tree>[0],
  more: Readonly<Record<string, unknown>> = {},
) => closureOf({ Cmd: words, ...more }, tree({ ...SYSTEM, ...files }));

describe('what a command opens:', () => {
  test('the program that PATH leads to, through links', () => {
    const { files, missing } = of(
      ['run'],
      { '/opt/run-1': file('r'), '/opt/run': link('run-1') },
      { Env: { PATH: '/opt' } },
    );
    expect([...files].sort()).toEqual(['/opt/run', '/opt/run-1']);
    expect(missing).toEqual([]);
  });
  test('of a script its interpreter and the absolute paths in it', () => {
    const script = file('s', { text: '#!/bin/sh\nexec /srv/server --config=/srv/conf\n' });
    const { files } = of(['/srv/start'], { '/srv/start': script, '/srv/server': file('x'), '/srv/conf': file('c') });
    expect([...files].sort()).toEqual(['/bin/sh', '/srv/conf', '/srv/server', '/srv/start']);
  });
  test('files that its words name, in the working directory too', () => {
    const { files } = of(['/bin/sh', 'main.js'], { '/srv/main.js': file('m') }, { WorkingDir: '/srv' });
    expect([...files].sort()).toEqual(['/bin/sh', '/srv/main.js']);
  });
  test('a library of its own folder before any other of the name', () => {
    const elf = { interpreter: undefined, needed: ['liby.so'], runPaths: ['$ORIGIN/lib'] };
    const libraries = { '/bin/liby.so': file('other'), '/opt/lib/liby.so': file('own') };
    const { files } = of(['/opt/run'], { ...libraries, '/opt/run': file('r', { elf }) });
    expect([...files].sort()).toEqual(['/opt/lib/liby.so', '/opt/run']);
  });
});

test.each([
  [['nothing'], {}, 'nothing, the program of the entry point'],
  [['/srv/x'], { '/srv/x': file('x', { text: '#!/bin/bash\n' }) }, '/bin/bash, the interpreter of /srv/x'],
  [
    ['/srv/x'],
    { '/srv/x': file('x', { elf: { interpreter: '/lib/ld-musl.so.1', needed: [], runPaths: [] } }) },
    '/lib/ld-musl.so.1, the loader of /srv/x',
  ],
  [
    ['/srv/x'],
    { '/srv/x': file('x', { elf: { interpreter: undefined, needed: ['libz.so.1'], runPaths: [] } }) },
    'libz.so.1, needed by /srv/x',
  ],
])('what %j misses is told', (words, files, missed) => {
  expect(of(words, files as Parameters<typeof tree>[0]).missing).toEqual([missed]);
});
