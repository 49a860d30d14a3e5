import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { optimize } from '../../src/index.js';
import { htmlReport } from '../../src/report/html/report.js';
import type { FileOutcome } from '../../src/report/outcome.js';

const result = optimize('FROM debian:12-slim\n# keep\nRUN apt-get update && apt-get install -y "curl"\nCOPY . .\n');
const done: FileOutcome = { kind: 'done', path: 'Dockerfile', result, diff: 'x', written: false };

test('the policy allows the one style sheet by its hash, and there is no script and nothing to load', () => {
  const text = htmlReport([done], []);
  const style = /<style>([\s\S]*?)<\/style>/.exec(text)![1]!;
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(text)![1]!.replaceAll('&#39;', "'");
  expect(policy).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
  expect(text).not.toMatch(/<script|\ssrc=|\sstyle=|url\(|https?:\/\/[^<]*"/);
});

test('it shows each change with its reason and evidence, and both texts', () => {
  const text = htmlReport([done], []);
  for (const { transform } of result.changes) expect(text).toContain(`<code>${transform}</code>`);
  expect(text).toContain('<span class="t-keyword">FROM</span>');
  expect(text).toContain('<span class="t-comment"># keep</span>');
  expect(text).toContain('<span class="unseen">added: </span>');
});

test('nothing of a repository becomes markup, and characters that hide are shown', () => {
  const evil = '"><script>alert(1)</script>\u202e';
  const changes = [{ ...result.changes[0]!, what: evil, why: evil, evidence: [{ fact: evil }] }];
  const refusals = [{ transform: 'x', reason: evil, line: 1, column: 1, instruction: evil }];
  const input = `FROM a\nRUN echo '${evil}'\n`;
  const bad: FileOutcome = {
    ...done,
    path: evil,
    result: { ...result, input, output: `${input}# ${evil}\n`, changes, refusals },
  };
  const text = htmlReport([bad, { kind: 'left-alone', path: evil, reason: evil }], []);
  expect(text).not.toMatch(/<script|\u202e/);
  expect(text).toContain('\\u202e');
});

test('estimates are called estimates, and measured figures measured', () => {
  expect(htmlReport([done], [])).toContain('<em class="estimated">estimated</em>');
  const proof = {
    before: { size: 200_000_000, layers: 5 },
    after: { size: 80_000_000, layers: 4 },
    timings: [{ kind: 'cold', before: { seconds: 30 }, after: { seconds: 12.34 } }],
  };
  const text = htmlReport([done], [], () => ({ proof }));
  expect(text).not.toContain('class="estimated">');
  for (const figure of ['200.0 MB', '80.0 MB', '30 s', '12 s']) expect(text).toContain(figure);
});
