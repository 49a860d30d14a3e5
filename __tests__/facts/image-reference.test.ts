import { describe, expect, test } from '@jest/globals';
import { parseImageReference } from '../../src/facts/image-reference.js';

const sha256 = `sha256:${'f'.repeat(64)}`;

describe('parseImageReference: parts (TestReferenceParse, in normal form)', () => {
  test.each<[text: string, domain: string, path: string, tag?: string | undefined, digest?: string]>([
    ['test_com', 'docker.io', 'library/test_com'],
    ['test.com:tag', 'docker.io', 'library/test.com', 'tag'],
    ['test.com:5000', 'docker.io', 'library/test.com', '5000'],
    ['test.com/repo:tag', 'test.com', 'repo', 'tag'],
    ['test:5000/repo', 'test:5000', 'repo'],
    ['test:5000/repo:tag', 'test:5000', 'repo', 'tag'],
    [`test:5000/repo@${sha256}`, 'test:5000', 'repo', undefined, sha256],
    [`test:5000/repo:tag@${sha256}`, 'test:5000', 'repo', 'tag', sha256],
    ['lowercase:Uppercase', 'docker.io', 'library/lowercase', 'Uppercase'],
    ['Uppercase/lowercase:tag', 'Uppercase', 'lowercase', 'tag'],
    [`${'a/'.repeat(127)}a:tag-puts-this-over-max`, 'docker.io', `${'a/'.repeat(127)}a`, 'tag-puts-this-over-max'],
    ['sub-dom1.foo.com/bar/baz/quux', 'sub-dom1.foo.com', 'bar/baz/quux'],
    ['sub-dom1.foo.com/bar/baz/quux:some-long-tag', 'sub-dom1.foo.com', 'bar/baz/quux', 'some-long-tag'],
    ['b.gcr.io/test.example.com/my-app:test.example.com', 'b.gcr.io', 'test.example.com/my-app', 'test.example.com'],
    ['xn--n3h.com/myimage:xn--n3h.com', 'xn--n3h.com', 'myimage', 'xn--n3h.com'],
    [`xn--7o8h.com/myimage:xn--7o8h.com@${sha256}`, 'xn--7o8h.com', 'myimage', 'xn--7o8h.com', sha256],
    ['foo_bar.com:8080', 'docker.io', 'library/foo_bar.com', '8080'],
    ['foo_bar.com/x:8080', '', 'foo_bar.com/x', '8080'],
    ['foo/foo_bar.com:8080', 'docker.io', 'foo/foo_bar.com', '8080'],
    ['192.168.1.1', 'docker.io', 'library/192.168.1.1'],
    ['192.168.1.1:tag', 'docker.io', 'library/192.168.1.1', 'tag'],
    ['192.168.1.1:5000', 'docker.io', 'library/192.168.1.1', '5000'],
    ['192.168.1.1/repo', '192.168.1.1', 'repo'],
    ['192.168.1.1:5000/repo', '192.168.1.1:5000', 'repo'],
    ['192.168.1.1:5000/repo:5050', '192.168.1.1:5000', 'repo', '5050'],
    ['[2001:db8::1]/repo', '[2001:db8::1]', 'repo'],
    ['[2001:db8:1:2:3:4:5:6]/repo:tag', '[2001:db8:1:2:3:4:5:6]', 'repo', 'tag'],
    ['[2001:db8::1]:5000/repo', '[2001:db8::1]:5000', 'repo'],
    ['[2001:db8::1]:5000/repo:tag', '[2001:db8::1]:5000', 'repo', 'tag'],
    [`[2001:db8::1]:5000/repo@${sha256}`, '[2001:db8::1]:5000', 'repo', undefined, sha256],
    [`[2001:db8::1]:5000/repo:tag@${sha256}`, '[2001:db8::1]:5000', 'repo', 'tag', sha256],
    ['[2001:db8::]:5000/repo', '[2001:db8::]:5000', 'repo'],
    ['[::1]:5000/repo', '[::1]:5000', 'repo'],
    [`example.com/${'a'.repeat(255)}:tag`, 'example.com', 'a'.repeat(255), 'tag'],
    [`node:20-alpine@${sha256}`, 'docker.io', 'library/node', '20-alpine', sha256],
    // TestNormalizedSplitHostname and TestDomainAndPath
    ['test.com/foo', 'test.com', 'foo'],
    ['test_com/foo', 'docker.io', 'test_com/foo'],
    ['docker/migrator', 'docker.io', 'docker/migrator'],
    ['test-com:8080/foo', 'test-com:8080', 'foo'],
    ['xn--n3h.com:18080/foo', 'xn--n3h.com:18080', 'foo'],
    ['docker.io/foo', 'docker.io', 'library/foo'],
    ['docker.io/library/foo', 'docker.io', 'library/foo'],
    ['docker.io/library/foo/bar', 'docker.io', 'library/foo/bar'],
  ])('%s', (...[text, domain, path, tag, digest]) => {
    const reference = parseImageReference(text);
    expect(reference).toMatchObject({ text, domain, path });
    expect(reference?.tag).toBe(tag);
    expect(reference?.digest).toBe(digest);
  });
});

describe('parseImageReference: refused', () => {
  test.each([
    // TestReferenceParse
    '',
    ':justtag',
    `@${sha256}`,
    `repo@sha256:${'f'.repeat(34)}`,
    `validname@invaliddigest:${'f'.repeat(64)}`,
    'Uppercase:tag',
    'test:5000/Uppercase/lowercase:tag',
    `domain.example/${'a'.repeat(256)}:tag`,
    'aa/asdf$$^/aa',
    '[2001:db8::1]',
    '[2001:db8::1]:5000',
    '[2001:db8::1]:tag',
    '[fe80::1%eth0]:5000/repo',
    '[fe80::1%@invalidzone]:5000/repo',
    // TestValidateReferenceName and TestValidateRemoteName
    'https://github.com/docker/docker',
    'docker/Docker',
    '-docker',
    '-docker/docker',
    '-docker.io/docker/docker',
    'docker///docker',
    'docker.io/docker/Docker',
    'docker.io/docker///docker',
    '[fc00::1]',
    'fc00::1:5000/debian',
    '[2001:db8:3:4::192.0.2.33]:5000/debian',
    '1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a',
    'docker-/docker',
    '-docker-/docker',
    '____/____',
    '_docker/_docker',
    'dock..er/docker',
    'dock_.er/docker',
    'dock-.er/docker',
    'docker/',
    `${'this_is_not_a_valid_namespace_'.repeat(9)}x/docker`,
    // TestInvalidReferenceComponents and further ones
    'busybox:-foo',
    'busybox@foo',
    'busybox:',
    'busybox@',
    `busybox@sha256:${'F'.repeat(64)}`,
    'node:$VERSION',
    '${BASE}',
    ' node',
    'node ',
    `a${'-'.repeat(50_000)}`,
    `${'a.'.repeat(50_000)}/x`,
  ])('%s', (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });
});

describe('parseImageReference: accepted (TestValidateReferenceName, TestValidateRemoteName)', () => {
  test.each([
    'docker/docker',
    'library/debian',
    'debian',
    'localhost/library/debian',
    'localhost/debian',
    'LOCALDOMAIN/library/debian',
    'LOCALDOMAIN/debian',
    'index.docker.io/docker/docker',
    '127.0.0.1:5000/docker/docker',
    '192.168.0.1:80',
    '192.168.0.1:8/debian',
    'thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev',
    '[fc00::1]:5000/docker',
    '[fc00:1:2:3:4:5:6:7]:5000/library/debian',
    'docker.io/1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a',
    'Docker/docker',
    'docker-rules/docker',
    'docker---rules/docker',
    'd/docker',
    'jess/t',
    'dock__er/docker',
  ])('%s', (text) => {
    expect(parseImageReference(text)).toBeDefined();
  });
});

describe('parseImageReference: familiar name (TestParseRepositoryInfo)', () => {
  test.each([
    ['localhost/fooo/bar', 'localhost/fooo/bar'],
    ['LOCALDOMAIN/fooo', 'LOCALDOMAIN/fooo'],
    ['index.docker.io/fooo/bar', 'fooo/bar'],
    ['docker.io/fooo/bar', 'fooo/bar'],
    ['library/ubuntu', 'ubuntu'],
    ['docker.io/library/ubuntu', 'ubuntu'],
    ['nonlibrary/ubuntu', 'nonlibrary/ubuntu'],
    ['docker.io/other/library', 'other/library'],
    ['127.0.0.1:8000/private/moonbase', '127.0.0.1:8000/private/moonbase'],
    ['example.com:8000/privatebasee', 'example.com:8000/privatebasee'],
    ['index.docker.io/library/ubuntu-12.04-base', 'ubuntu-12.04-base'],
    ['docker.io/foo', 'foo'],
    ['library/foo/bar', 'library/foo/bar'],
    ['docker.io/store/foo/bar', 'store/foo/bar'],
    ['Foo/bar', 'Foo/bar'],
    ['FOO/bar', 'FOO/bar'],
    ['[::1]:5000/node', '[::1]:5000/node'],
  ])('%s is %s', (text, familiarName) => {
    expect(parseImageReference(text)?.familiarName).toBe(familiarName);
  });
});

describe('parseImageReference: spans and scratch', () => {
  test.each([
    ['node', 'node', undefined, 'node', undefined, undefined],
    ['docker.io/library/node:20', 'docker.io/library/node', 'docker.io', 'library/node', '20', undefined],
    [`[::1]:5000/a/b:t@${sha256}`, '[::1]:5000/a/b', '[::1]:5000', 'a/b', 't', sha256],
    [`a/b@${sha256}`, 'a/b', undefined, 'a/b', undefined, sha256],
  ])('the parts of %s', (text, name, domain, path, tag, digest) => {
    const { spans } = parseImageReference(text)!;
    const cut = (span: { start: number; end: number } | undefined) => span && text.slice(span.start, span.end);
    expect([spans.name, spans.domain, spans.path, spans.tag, spans.digest].map(cut)).toEqual([
      name,
      domain,
      path,
      tag,
      digest,
    ]);
  });

  test('only the bare word is the empty base', () => {
    expect(parseImageReference('scratch')?.scratch).toBe(true);
    expect(parseImageReference('scratch:latest')?.scratch).toBe(false);
    expect(parseImageReference('library/scratch')?.scratch).toBe(false);
  });
});
