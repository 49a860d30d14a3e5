import { expect, test } from '@jest/globals';
import { copiedPaths } from '../../src/commands/copied-paths.js';

const first = 'FROM a AS one\nCOPY x /one/\nFROM b AS two\nWORKDIR /app\n';

test.each<[string, readonly string[]]>([
  ['COPY . .', ['/app', '/app/']],
  ['COPY a.txt /data/a.txt', ['/data/a.txt', '/data/a.txt/']],
  ['COPY run.sh other.sh /usr/local/bin/', ['/usr/local/bin', '/usr/local/bin/run.sh', '/usr/local/bin/other.sh']],
  ['COPY ["run me.sh", "/usr/bin/x"]', ['/usr/bin/x', '/usr/bin/x/run me.sh']],
  ['COPY server /', ['/server']],
  ['COPY --from=one /x/*.so /usr/lib/', ['/usr/lib']],
  ['COPY . /', []],
  ['RUN true', []],
])('%s puts files in %j', (line, paths) => {
  expect(copiedPaths(`${first}${line}\n`, undefined)).toEqual(paths);
});
test('of the stage that is built, and of those below it', () => {
  const inputs = { target: 'one', buildArgs: {} };
  expect(copiedPaths(`${first}COPY y /two/\n`, inputs)).toEqual(['/one', '/one/']);
  expect(copiedPaths(`${first}FROM one\nCOPY y /two/\n`, undefined)).toEqual(['/two', '/two/', '/one', '/one/']);
});
