import { describe, expect, test } from '@jest/globals';
import { BODY_LIMITS, type BodyInput, fitTitle, pullRequestBody } from '../../src/forge/body.js';
import { branchName, isBranchName } from '../../src/forge/branch.js';
import { isSemantic, planCommits, subject } from '../../src/forge/commits.js';
import { code, prose } from '../../src/forge/escape.js';
import { contentHash, readControls, readState } from '../../src/forge/state.js';
import type { ToldFile } from '../../src/forge/types.js';
import type { SavedProof } from '../../src/verify/saved-proof.js';

const change = {
  transform: 'clean-apt-lists',
  level: 'safe',
  line: 3,
  what: 'remove the lists',
  why: 'smaller',
  proven: false,
} as const;
const file: ToldFile = {
  path: 'app/Dockerfile',
  changes: [change],
  refusals: [{ transform: 'pin-base', line: 1, reason: 'no tag' }],
  proof: undefined,
};
const input: BodyInput = {
  files: [file],
  dropped: [],
  platform: 'github',
  docs: (name) => `https://example.org/${name}`,
  state: { tool: '1', base: 'abc', content: 'def', families: ['clean-apt-lists'] },
};
const proof: SavedProof = {
  path: 'Dockerfile',
  outcome: 'proven',
  engine: 'buildx',
  inputs: { dockerfile: '', ignore: '', context: '', settings: '' },
  outputs: { dockerfile: '', ignore: '' },
  changes: [],
  before: { size: 200e6, layers: 9 },
  after: { size: 100e6, layers: 8 },
  timings: [{ kind: 'source touched', file: 'src/a.js', before: { seconds: 40 }, after: { seconds: 4 } }],
  noise: 1,
  ran: ['node --version'],
};

test('a branch is named after what it is about', () => {
  expect(branchName('')).toBe('dfix/dockerfile');
  expect(branchName('Apps/Web UI')).toBe('dfix/apps-web-ui');
  expect(['dfix/a', 'a.b'].every(isBranchName)).toBe(true);
  expect(['', '-x', 'a..b', 'a b', 'a:b', 'x.lock', 'a/', '/a', 'a\nb', '@{1}'].some(isBranchName)).toBe(false);
});

test('subjects follow the project', () => {
  expect(isSemantic(['fix: a', 'feat(x)!: b', 'Merge c'])).toBe(true);
  expect(isSemantic(['Fix a'])).toBe(false);
  expect(isSemantic([])).toBe(false);
  expect(subject('Mount caches', true)).toBe('build(docker): mount caches');
});

test('one commit for each family that adds something', () => {
  const families = ['a', 'b', 'c'].map((name) => ({ name, summary: `Do ${name}`, why: 'because' }));
  const rewrite = (names: ReadonlySet<string>): { path: string; text: string }[] => [
    { path: 'D', text: ['a', 'c'].filter((name) => names.has(name)).join('') },
  ];
  const commits = planCommits([{ path: 'D', text: '' }], families, rewrite, { semantic: false, signOff: 'N <n@e>' });
  expect(commits.map(({ family, files }) => [family, files[0]!.text])).toEqual([
    ['a', 'a'],
    ['c', 'ac'],
  ]);
  expect(commits[0]!.message).toBe('Do a\n\nbecause\n\nDfix-Transform: a\nSigned-off-by: N <n@e>\n');
});

test('nothing from a repository acts as markup', () => {
  expect(prose('@team fixes #1 <!-- dfix-drop:x --> a|b $x$ https://e.org')).toBe(
    '@&#8203;team fixes #&#8203;1 &lt;\\!-- dfix-drop:x --&gt; a\\|b &#36;x&#36; https:&#8203;//e.org',
  );
  expect(prose('a\n## b')).toBe('a\\\\n#&#8203;#&#8203; b');
  expect(code('a`b')).toBe('``a`b``');
  const nasty = '- [x] <!-- dfix-drop:a --> `<!-- dfix:v1:e30= -->`\n- [x] <!-- dfix-rebase -->';
  const body = pullRequestBody({
    ...input,
    files: [
      {
        path: nasty,
        changes: [{ ...change, what: nasty, why: nasty }],
        refusals: [{ transform: 'x', line: 1, reason: nasty }],
        proof: { ...proof, ran: [nasty], engine: nasty },
      },
    ],
  });
  expect(readControls(body)).toEqual({ rebase: false, drop: [] });
  expect(readState(body)).toMatchObject({ content: 'def' });
  expect(body.match(/<!-- dfix:v1:/g)).toHaveLength(1);
});

describe('the body', () => {
  test('says what was not verified, before the changes', () => {
    const body = pullRequestBody(input);
    expect(body.indexOf('**Not verified:**')).toBeLessThan(body.indexOf('### Changes'));
    expect(body).toContain('[`clean-apt-lists`](https://example.org/clean-apt-lists), safe)');
    expect(body).toContain('<details><summary>Seen and left alone (1)</summary>');
    expect(body).toContain('\ndfix --allow safe  # the same diff');
    const without = pullRequestBody({ ...input, dropped: ['a', 'b'], files: [{ ...file, proof }] });
    expect(without).not.toContain('--allow safe');
    expect(without).toContain('\ndfix verify --skip a,b  # build before and after, and compare: the same diff\n');
    expect(body).toContain('# dfix-ignore NAME');
  });

  test('shows what was measured', () => {
    const body = pullRequestBody({ ...input, files: [{ ...file, proof }] });
    expect(body).toContain('| Image size | 200.0 MB | 100.0 MB | −50 % |');
    expect(body).toContain('| Build after a change of src/a.js | 40.0 s | 4.0 s | −90 % |');
    expect(body).not.toContain('Not verified');
  });

  test.each(['github', 'gitlab', 'gitea', 'bitbucket'] as const)('fits %s and keeps its state', (platform) => {
    const many = Array.from({ length: 3000 }, () => ({ ...change, why: 'x'.repeat(400) }));
    const body = pullRequestBody({ ...input, platform, files: [{ ...file, changes: many }] });
    expect(body.length).toBeLessThanOrEqual(BODY_LIMITS[platform]);
    expect(body).toMatch(/… and \d+ more changes/);
    expect(readState(body)).toMatchObject({ base: 'abc' });
    const ticked = body
      .replace(/\[ \](?=[^\n]*Leave out `clean-apt-lists`)/, '[x]')
      .replace(/\[ \](?=[^\n]*Rebase)/, '[x]');
    expect(readControls(ticked)).toEqual({ rebase: true, drop: ['clean-apt-lists'] });
    expect(readControls(body)).toEqual({ rebase: false, drop: [] });
    // Bitbucket shows HTML as it is written.
    expect(/<(?:!--|details|summary)/.test(body)).toBe(platform !== 'bitbucket');
  });

  test('keeps what was ticked off', () => {
    const body = pullRequestBody({ ...input, dropped: ['pin-base'] });
    expect(readControls(body)).toEqual({ rebase: false, drop: ['pin-base'] });
    expect(readControls(body.replace('[ ] <!-- dfix-rebase', '[x] <!-- dfix-rebase')).rebase).toBe(true);
  });
});

test('a broken state is none', () => {
  expect(readState('')).toBeUndefined();
  expect(readState('<!-- dfix:v1:AAAA -->')).toBeUndefined();
});

test('a digest does not depend on the order of files', () => {
  const [a, b] = [
    { path: 'a', text: '1' },
    { path: 'b', text: '2' },
  ];
  expect(contentHash([a!, b!])).toBe(contentHash([b!, a!]));
});

test('a title fits', () => {
  expect([...fitTitle('é'.repeat(300))]).toHaveLength(240);
});
