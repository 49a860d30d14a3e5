import { expect, test } from '@jest/globals';
import { DfixError } from '../../src/errors.js';
import { optimize } from '../../src/index.js';
import { githubReport } from '../../src/report/github.js';
import { markdownReport } from '../../src/report/markdown.js';
import type { FileOutcome } from '../../src/report/outcome.js';

const result = optimize('FROM debian:12-slim\nRUN apt-get update && apt-get install -y curl\n');
const [change] = result.changes;

function outcome(fields: Partial<typeof change> = {}, path = 'Dockerfile', diff = '-a\n+b\n'): FileOutcome {
  const changes = [{ ...change!, ...fields }];
  return { kind: 'done', path, result: { ...result, changes }, diff, written: false };
}

test('annotations escape what would end a property or a command', () => {
  const text = githubReport([outcome({ what: '100% a,b:c\n::error::x', why: 'y\r' }, 'a,b:c%/Dockerfile')], []);
  expect(text).toBe(
    `::warning file=a%2Cb%3Ac%25/Dockerfile,line=2,col=1,title=${change!.transform} (safe)::` +
      '100%25 a,b:c\\n::error::x%0Ay\\r\n',
  );
});

test('annotations tell of errors with their place', () => {
  const error = new DfixError('x', 'bad', { file: 'F', position: { line: 3, column: 4 }, hint: 'do this' });
  expect(githubReport([], [error])).toBe('::error file=F,line=3,col=4,title=dfix::bad (do this)\n');
});

test('Markdown shows the diff, whatever fences it holds, and each change', () => {
  const text = markdownReport([outcome({}, 'Dockerfile', '+````\n')], []);
  expect(text).toContain('`````diff\n+````\n`````\n');
  expect(text).toContain(`| 2 | ${change!.transform} | safe |`);
});

test('Markdown turns nothing of a repository into markup', () => {
  const evil = '<img src=x onerror=alert(1)> | @team #1 [a](https://evil.example) `x`';
  const text = markdownReport([outcome({ what: evil, why: evil, evidence: [{ fact: evil }] }, '`a`<b>')], []);
  expect(text).not.toContain('<img');
  expect(text).not.toMatch(/@team|#1|\]\(https/);
  const row = text.split('\n').find((line) => line.startsWith('| 2 '))!;
  expect(row.replaceAll('\\|', '').split('|')).toHaveLength(8);
});
