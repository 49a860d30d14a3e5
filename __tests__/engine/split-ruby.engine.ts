import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import splitBuildStage from '../../transforms/split-build-stage/index.js';
import { type Bench, hasEngine, isLong, openBench } from './support/engine.js';
import { has, start } from './support/start.js';

/** Ruby's images, made of Debian's packages: no registry is asked. */
const SLIM = `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ruby bundler libyaml-0-2 && ln -s /usr/bin/ruby /usr/local/bin/ruby
ENV LANG=C.UTF-8 RUBY_VERSION=3.1.2 GEM_HOME=/usr/local/bundle BUNDLE_SILENCE_ROOT_WARNING=1 BUNDLE_APP_CONFIG=/usr/local/bundle PATH=/usr/local/bundle/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
RUN mkdir /usr/local/bundle && chmod 1777 /usr/local/bundle
CMD ["irb"]
`;
const FULL = `FROM ruby:3.1-slim-bookworm
RUN apt-get install -y --no-install-recommends build-essential ruby-dev libpq-dev
`;
/** A gem with native code that links to PostgreSQL's library, as pg does, packed on the way. */
const GEM = `FROM ruby:3.1-bookworm
WORKDIR /gem
RUN mkdir ext && printf 'Gem::Specification.new { |s| s.name = "pg"; s.version = "1.0"; s.summary = "s"; s.authors = ["a"]; s.files = ["ext/extconf.rb", "ext/pg.c"]; s.extensions = ["ext/extconf.rb"] }' > pg.gemspec && printf 'require "mkmf"\\nfind_header("libpq-fe.h", "/usr/include/postgresql")\\nhave_library("pq")\\ncreate_makefile("pg")\\n' > ext/extconf.rb && printf '#include <ruby.h>\\n#include <libpq-fe.h>\\nstatic VALUE version(VALUE self) { return INT2NUM(PQlibVersion() / 10000); }\\nvoid Init_pg(void) { rb_define_global_function("pg_version", version, 0); }\\n' > ext/pg.c
RUN gem build pg.gemspec && base64 -w 0 pg-1.0.gem > gem.txt
CMD ["cat", "gem.txt"]
`;
const FILES = {
  Gemfile: "source 'https://rubygems.org'\ngem 'pg'\n",
  'Gemfile.lock':
    'GEM\n  remote: https://rubygems.org/\n  specs:\n    pg (1.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  pg\n\nBUNDLED WITH\n   2.3.15\n',
  'shop.rb': "require 'pg'\nputs \"#{pg_version} #{File.read('pages/index.html')} #{ENV['SHOP']}\"\nexit 5\n",
  'pages/index.html': '<p>shop</p>',
};
const TAGS = ['ruby:3.1-slim-bookworm', 'ruby:3.1-bookworm', 'dfix-test-gem'];

const cases = [
  {
    name: 'the full image',
    dockerfile:
      'FROM ruby:3.1-bookworm\nENV SHOP=open\nWORKDIR /app\nCOPY . .\nRUN bundle install --local\nCMD ["bundle", "exec", "ruby", "shop.rb"]\n',
  },
  {
    name: 'build packages on the small one',
    dockerfile:
      'FROM ruby:3.1-slim-bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends build-essential ruby-dev libpq-dev\nENV SHOP=open\nRUN useradd -m shop\nWORKDIR /app\nCOPY --chown=shop . .\nRUN bundle config set --local deployment true && bundle install --local\nUSER shop\nCMD ["bundle", "exec", "ruby", "shop.rb"]\n',
  },
];

(hasEngine && isLong ? describe : describe.skip)('a Ruby program with a native gem', () => {
  let bench: Bench;
  beforeAll(() => {
    for (const [tag, input] of [
      [TAGS[0]!, SLIM],
      [TAGS[1]!, FULL],
      [TAGS[2]!, GEM],
    ] as const)
      execFileSync('docker', ['buildx', 'build', '--quiet', '--network=host', '--load', '-t', tag, '-'], { input });
    const gem = execFileSync('docker', ['run', '--rm', '--network=none', TAGS[2]!], { encoding: 'utf8' });
    bench = openBench({ ...FILES, 'vendor/cache/pg-1.0.gem': Buffer.from(gem, 'base64') });
  });
  afterAll(async () => {
    await bench.close();
    execFileSync('docker', ['image', 'rm', '-f', ...TAGS]);
  });

  test.each(cases)('ships without compilers from $name, and answers the same', async ({ name, dockerfile }) => {
    const project = readProject(memoryContext({ ...FILES, 'vendor/cache/pg-1.0.gem': '' }));
    const result = runTransforms(dockerfile, { transforms: [splitBuildStage], project });
    expect(result.refusals).toEqual([]);
    expect(result.changes.map(({ level }) => level)).toEqual(['review']);
    const before = (await bench.build(dockerfile, 'one')).tag;
    const after = (await bench.build(result.output, 'one')).tag;
    const first = await start(before);
    expect(first).toEqual({ code: 5, stdout: '15 <p>shop</p> open\n' });
    expect(await start(after)).toEqual(first);
    expect(await has(before, 'gcc')).toBe(true);
    for (const tool of ['gcc', 'make']) expect(await has(after, tool)).toBe(false);
    const [a, b] = [await bench.size(before), await bench.size(after)];
    process.stderr.write(`Ruby, ${name}: ${Math.round(a / 1e6)} MB before, ${Math.round(b / 1e6)} MB after\n`);
    expect(b).toBeLessThan(a * 0.7);
  });
});
