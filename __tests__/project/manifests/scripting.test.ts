import { describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../../src/project/context.js';
import { readComposer } from '../../../src/project/manifests/composer.js';
import { readElixir } from '../../../src/project/manifests/elixir.js';
import { readRuby } from '../../../src/project/manifests/ruby.js';

const paths = (reads: readonly { readonly path: string }[] | undefined) => reads?.map(({ path }) => path);
const json = (value: unknown) => JSON.stringify(value, null, 2);

describe('composer', () => {
  test('path repositories, scripts, autoload', () => {
    const project = readComposer(
      memoryContext({
        'composer.json': json({
          require: { php: '^8.2', 'ext-intl': '*', 'a/b': '^1' },
          repositories: [
            { type: 'path', url: 'packages/*' },
            { type: 'path', url: './libs/x' },
            { type: 'vcs', url: 'y' },
          ],
          autoload: { 'psr-4': { 'App\\': 'src/' }, files: ['src/helpers.php'], classmap: ['db'] },
          scripts: { 'post-autoload-dump': ['@php artisan x'], test: 'phpunit' },
        }),
        'composer.lock': json({ platform: { 'ext-gd': '*' } }),
        'packages/p/composer.json': '{}',
        'libs/x/composer.json': '{}',
        'other/composer.json': '{}',
      }),
      '',
    );
    expect(project?.manifests).toEqual([
      'composer.json',
      'composer.lock',
      'libs/x/composer.json',
      'packages/p/composer.json',
    ]);
    expect(paths(project?.readsSource)).toEqual(['packages/p', 'libs/x', 'db', 'src/helpers.php', '']);
    expect(project).toMatchObject({
      extensions: ['ext-gd', 'ext-intl'],
      installScripts: ['post-autoload-dump'],
      autoload: ['src', 'db', 'src/helpers.php'],
      vendorDir: 'vendor',
      versions: [{ value: '^8.2' }],
    });
  });

  test('malformed', () => {
    expect(readComposer(memoryContext({ 'composer.json': '{\n"a": }' }), '')?.unreadable).toEqual([
      { path: 'composer.json', line: 2, why: 'not valid JSON' },
    ]);
  });
});

describe('ruby', () => {
  test('gems, path gems, includes, lockfile', () => {
    const project = readRuby(
      memoryContext({
        Gemfile:
          'source "https://example.org"\nruby file: ".ruby-version"\ngem "rails", "~> 7" # web\n# gem "no"\ngem "engine", path: "engines/e"\n' +
          'path "libs" do\n  gem "l"\nend\neval_gemfile "Gemfile.local"\n',
        'Gemfile.local': "gem 'pg'\n",
        'Gemfile.lock':
          'GEM\n  specs:\n    nokogiri (1.16.0-x86_64-linux)\n      racc (~> 1.4)\n    rails (7.1)\n\nPLATFORMS\n  ruby\n  x86_64-linux\n\nBUNDLED WITH\n   2.5.6\n',
        '.ruby-version': 'ruby-3.3.0\n',
        'engines/e/e.gemspec': '',
        'libs/l/l.gemspec': '',
      }),
      '',
    );
    expect(project?.manifests).toEqual(['.ruby-version', 'Gemfile', 'Gemfile.local', 'Gemfile.lock', 'engines/e/e.gemspec', 'libs/l/l.gemspec']); // prettier-ignore
    expect(paths(project?.readsSource)).toEqual(['engines/e', 'libs']);
    expect([...project!.gems]).toEqual(['rails', 'engine', 'l', 'pg']);
    expect(project).toMatchObject({
      native: ['nokogiri', 'pg'],
      framework: 'rails',
      bundler: '2.5.6',
      platforms: ['ruby', 'x86_64-linux'],
    });
    expect(project?.versions).toEqual([{ value: '3.3.0', from: '.ruby-version' }]);
    expect(project?.unreadable).toEqual([]);
  });

  test.each([
    ['gem "a", path: dir', 'a path that is computed'],
    ['eval_gemfile file', 'includes a file that is not found'],
    ['Dir["x/*"].each { |d| gem d }', 'reads files that are not known'],
  ])('%s', (line, why) => {
    expect(readRuby(memoryContext({ Gemfile: line }), '')?.unreadable).toEqual([{ path: 'Gemfile', line: 1, why }]);
  });

  test('a gemspec reads the source', () => {
    const project = readRuby(memoryContext({ Gemfile: 'gemspec\n', 'x.gemspec': '' }), '');
    expect(project).toMatchObject({ gemspecs: ['x.gemspec'], readsSource: [{ path: '' }] });
  });
});

describe('elixir', () => {
  test('umbrella', () => {
    const project = readElixir(
      memoryContext({
        'mix.exs':
          'def project do\n  [apps_path: "apps", elixir: "~> 1.15", releases: [web: [applications: [web: :permanent]], other: []]]\nend\ndefp deps do\n  # {:no, "1"}\n  [{:jason, "~> 1.4"}, {:local, path: "libs/local", override: true}]\nend\n',
        'mix.lock': '',
        'config/config.exs': '',
        'apps/web/mix.exs': 'app: :web\n[{:phoenix, "~> 1.7"}, {:core, in_umbrella: true}]\n',
        'apps/web/lib/web.ex': '',
        'libs/local/mix.exs': '',
        '.tool-versions': 'elixir 1.16.0\nerlang 26.2\n',
      }),
      '',
    );
    expect(project?.manifests).toEqual([
      'apps/web/mix.exs',
      'config/config.exs',
      'libs/local/mix.exs',
      'mix.exs',
      'mix.lock',
    ]);
    expect(project).toMatchObject({ apps: ['apps/web'], releases: ['web', 'other'] });
    expect([...project!.dependencies]).toEqual(['jason', 'local', 'phoenix', 'core']);
    expect(paths(project?.readsSource)).toEqual(['libs/local']);
    expect(project?.versions.map(({ value }) => value)).toEqual(['1.16.0', '26.2', '~> 1.15']);
    expect(project?.unreadable).toEqual([]);
  });

  test('computed parts are named', () => {
    const text = 'version = File.read!(Path.join(home, "VERSION"))\n[{:a, path: dir("a")}]\n';
    expect(
      readElixir(memoryContext({ 'mix.exs': text }), '')
        ?.unreadable.map(({ line }) => line)
        .sort(),
    ).toEqual([1, 2]);
  });

  test('a file beside mix.exs is named by its folder too', () => {
    const project = readElixir(memoryContext({ 'mix.exs': 'File.read!(Path.join(__DIR__, "VERSION"))\n' }), '');
    expect(project?.unreadable).toEqual([]);
    expect(paths(project?.readsSource)).toEqual(['VERSION']);
  });
});
