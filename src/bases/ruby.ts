import type { Instruction } from '../dockerfile/index.js';
import type { ContextFiles } from '../project/context.js';
import type { RubyProject } from '../project/manifests/ruby.js';
import type { Invocation } from '../shell/index.js';
import { bring, line, type Scan } from './scan.js';
import { scanSources } from './sources.js';

const compiler: readonly string[] = ['build-essential'];

/** What the gems with native code need to be built, and what others start or load. */
const gems: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    'ffi oj bcrypt nio4r puma racc bigdecimal eventmachine unf_ext google-protobuf sassc msgpack bootsnap json date stringio strscan byebug debug redcarpet hiredis thin unicorn jaro_winkler websocket-driver io-console bindex racc nokogumbo psych'
      .split(' ')
      .map((name) => [name, compiler]),
  ),
  nokogiri: compiler,
  pg: [...compiler, 'libpq-dev'],
  mysql2: [...compiler, 'default-libmysqlclient-dev'],
  sqlite3: [...compiler, 'libsqlite3-dev'],
  mini_magick: ['imagemagick'],
  'ruby-vips': ['libvips'],
  git: ['git'],
};
/** Gems that need libraries which are not worked out here. */
const beyond =
  /^(?:rmagick|grpc|rugged|charlock_holmes|curb|capybara-webkit|therubyracer|mini_racer|libv8(?:-node)?|tiny_tds|ruby-oci8|rdkafka|snappy|leveldb-ruby|ox|hpricot|RedCloth|wkhtmltopdf-binary|pdfkit|wicked_pdf)$/;
/** Programs that Ruby projects run and that need nothing else of the system. */
const programs =
  /^(?:ruby|gem|bundle|bundler|rake|rails|rackup|puma|irb|rspec|sidekiq|unicorn|thin|foreman|jekyll|ridgepole|whenever|passenger|shotgun)$/;

/** Looks at a command of the Ruby world: true when it was one. */
export function scanRuby({ tool, subcommand, operands }: Invocation, at: Instruction, scan: Scan): boolean {
  if (tool === undefined || !programs.test(tool)) return false;
  if (tool === 'gem') {
    if (subcommand !== 'install') return true;
    for (const { value } of operands)
      if (!/^(?:bundler|rake|rails|foreman|rack)$/.test(value?.replace(/:.*/, '') ?? ''))
        scan.needs.refuse(
          `${line(at, scan)} installs the gem ${value ?? ''}, of which it is not known what it needs`,
          at,
        );
    return true;
  }
  scanRubyProject(at, scan, /^bundler?$/.test(tool) && /^(?:install|update|)$/.test(subcommand));
  return true;
}

/** What the project's gems and its own code need. */
export function scanRubyProject(at: Instruction, scan: Scan, installs: boolean): void {
  const { project } = scan;
  if (project === undefined)
    return scan.needs.refuse(`the project's files are not at hand, so what ${line(at, scan)} needs cannot be told`, at);
  const key = `ruby project ${installs}`;
  if (scan.seen.has(key)) return;
  scan.seen.add(key);
  if (!project.complete) return scan.needs.refuse('the project is too large to be read in full', at);
  if (installs && project.ruby.length === 0)
    return scan.needs.refuse(`${line(at, scan)} installs from a Gemfile that is not in the project`, at);
  for (const found of project.ruby) {
    const needs = gemNeeds(found, project.context);
    if (typeof needs === 'string') return scan.needs.refuse(needs, at);
    for (const [name, packages] of needs.packages)
      bring(`the gem ${name}`, installs ? packages : packages.filter((one) => one !== 'build-essential'), at, scan);
    for (const name of needs.beyond) scan.needs.refuse(`the gem ${name} needs libraries that slim lacks`, at);
    if (installs && needs.git) bring('a gem from git', ['git'], at, scan);
    if (asksGit(found, project.context)) bring('a gemspec that asks git for its files', ['git'], at, scan);
  }
  scanSources('ruby', at, scan);
}

/** Whether the project is a gem whose gemspec, which Bundler runs each time, starts git. */
function asksGit({ folder }: RubyProject, { paths, read }: ContextFiles): boolean {
  const own = paths.filter((path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))) === folder);
  return own.some((path) => path.endsWith('.gemspec') && /[`%(['"{]\s*git\b|\bgit ls-files\b/.test(read(path) ?? ''));
}

/** What the gems of a project need of Debian. */
interface GemNeeds {
  /** Packages by gem: compilers, headers, programs. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  /** Gems whose libraries are not known here. */
  readonly beyond: readonly string[];
  /** Whether a gem comes from a git repository. */
  readonly git: boolean;
}

/** Reads what the gems of a Gemfile and its lockfile need; the reason when that cannot be told. */
export function gemNeeds({ folder, gems: direct }: RubyProject, context: ContextFiles): GemNeeds | string {
  const lock = context.read(folder === '' ? 'Gemfile.lock' : `${folder}/Gemfile.lock`) ?? '';
  if (lock === '' && direct.size > 0) return 'the Gemfile has no lockfile, so what it brings cannot be told';
  const locked = [...lock.matchAll(/^ {4}([\w.-]+) \(/gm)].map((match) => match[1]!);
  const all = [...new Set([...direct, ...locked])];
  return {
    packages: new Map(all.flatMap((name) => (Object.hasOwn(gems, name) ? [[name, gems[name]!] as const] : []))),
    beyond: all.filter((name) => beyond.test(name)),
    git: /^GIT\r?$/m.test(lock),
  };
}
