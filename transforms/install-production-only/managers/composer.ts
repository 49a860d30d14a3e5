import { argumentText, toSource } from '../../../src/dockerfile/index.js';
import { certainValue, joinPath } from '../../../src/facts/index.js';
import type { Announcement } from '../../../src/transform/index.js';
import { isOfSystem } from '../later.js';
import type { Answer, Manager, Site } from '../types.js';
import { type Json, namesOf, packagesOf, programsOf, quoted } from './composer-names.js';
import { otherCommands, startScripts } from './elsewhere.js';
import { folderOf, under } from './manifest.js';

const CACHES =
  /^(?:optimize(?::clear)?|(?:config|route|view|event):(?:cache|clear)|cache:(?:clear|warmup)|key:generate|storage:link|package:discover|vendor:publish|clear-compiled|assets:install)$/;
/** What composer.json may run at install without packages for development. */
const SCRIPT =
  /^(?:@?php artisan (?:package:discover|key:generate|vendor:publish|storage:link|optimize|config:|clear-compiled)|Illuminate\\|@auto-scripts|@?php -r |@(?:no_additional_args )?composer dump-autoload)/;
const OUTSIDE = /(?:^|\/)(?:vendor|tests?|spec|node_modules|var|storage)\//i;

export const composer: Manager = {
  name: 'composer',
  installs: (_, { invocation: { tool, subcommand, args }, place }) =>
    /^composer(?:\.phar)?$/.test(tool ?? '') &&
    subcommand === 'install' &&
    !args.some(({ text }) => /^(?:--(?:no-dev|dev|dry-run|no-install|working-dir.*)|-d.*)$/.test(text)) &&
    (place.lookup('COMPOSER_NO_DEV') ?? '0') === '0',
  needs: (use) => {
    const { tool, subcommand, args } = use.invocation;
    if (/^composer(?:\.phar)?$/.test(tool ?? ''))
      return !/^(?:dump-?autoload|clear-?cache|config|self-update|global|check-platform-reqs|--version|)$/.test(
        subcommand.split(' ')[0]!,
      );
    if (tool !== 'php') return !isOfSystem(use) || args.some(({ text }) => text.includes('vendor/bin'));
    return !(
      /^(?:-v|-m|-i|-r|--version)$/.test(args[0]?.text ?? '') ||
      (/^(?:artisan|bin\/console)$/.test(args[0]?.text ?? '') && CACHES.test(args[1]?.text ?? ''))
    );
  },
  answer: (site) => {
    const { project, use, facts, target } = site;
    if (project === undefined) return 'without the project it is not known what the program loads';
    const of = folderOf(site, 'composer.json');
    const own = of === undefined ? undefined : project.at.composer(of);
    if (own === undefined) return 'the composer.json that is installed from is not known';
    if (own.requireDev.size === 0) return undefined;
    const { context } = project;
    const manifest = json(context.read(under(of!, 'composer.json')));
    const lock = json(context.read(under(of!, 'composer.lock')));
    if (manifest === undefined || lock === undefined)
      return 'without a lockfile it is not known what packages for development bring';
    if (!project.complete) return 'the project is too large to be read in full';
    const production =
      certainValue(facts.atEnd(target), 'APP_ENV') === 'prod' ||
      certainValue(facts.atEnd(target), 'APP_ENV') === 'production';
    const bundles = context.read(under(of!, 'config/bundles.php'));
    if (bundles !== undefined && !production) return 'APP_ENV is not prod, so Symfony loads bundles for development';
    const scripts = use.invocation.args.some(({ text }) => text === '--no-scripts')
      ? undefined
      : unknownScript(manifest);
    if (scripts !== undefined) return `composer.json runs at install: ${scripts.slice(0, 60)}`;
    const development = packagesOf(lock, 'packages-dev');
    const names = namesOf(development, lock, manifest);
    for (const path of context.paths) {
      if (!/\.(?:php|phtml)$|(?:^|\/)(?:artisan|bin\/console)$/.test(path) || OUTSIDE.test(path)) continue;
      const text = context.read(path);
      if (text === undefined) return `${path} cannot be read`;
      const code = path.endsWith('config/bundles.php') ? text.replace(/^.*=>\s*\[(?!.*(?:all|prod)).*$/gm, '') : text;
      const name = names.find((one) => one.test(code))?.exec(code)![0];
      if (name !== undefined) return `${path} names ${name.replace(/(?<!\W)\W+$/, '')}, which is for development`;
    }
    const program = startsProgram(site, development.flatMap(programsOf));
    if (program !== undefined) return program;
    return {
      ...withFlag(site, '--no-dev'),
      announces: announcementsOf(development, joinPath(site.ships, own.vendorDir)),
      fact: 'no source of the project names a class of a package for development',
    };
  },
};

/** Files of Composer's own that list the packages; `vendor/composer` holds packages of that name too. */
const LISTS =
  'autoload_classmap.php autoload_files.php autoload_namespaces.php autoload_psr4.php autoload_real.php autoload_static.php include_paths.php installed.json installed.php platform_check.php'
    .split(' ')
    .map((name) => `composer/${name}`);

/** The packages of development that the lockfile names, their programs, and the lists that no longer hold them. */
function announcementsOf(packages: readonly Json[], vendor: string): readonly Announcement[] {
  const programs = packages.flatMap(programsOf).map((name) => `bin/${name}`);
  const below = (names: readonly string[]): readonly string[] => names.map((name) => joinPath(vendor, name));
  const why = 'packages for development are not installed';
  return [
    {
      kind: 'files',
      effect: 'removed',
      paths: below([...packages.map(({ name }) => `${String(name)}/**`), ...programs, ...LISTS]),
      why,
    },
    { kind: 'files', effect: 'changed', paths: below(['autoload.php', ...LISTS]), why },
  ];
}

/** Puts a flag behind the subcommand. */
export function withFlag({ use }: Pick<Site, 'use'>, flag: string): Pick<Answer, 'edits' | 'by'> {
  const { args, subcommand } = use.invocation;
  const word = args.find(({ value }) => value === subcommand)!;
  const at = toSource(use.script!.source, word.span.end - 1) + 1;
  return { edits: [{ span: { start: at, end: at }, text: ` ${flag}` }], by: flag };
}

function json(text: string | undefined): Json | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function unknownScript({ scripts }: Json): string | undefined {
  const events = [
    'pre-install-cmd',
    'post-install-cmd',
    'pre-autoload-dump',
    'post-autoload-dump',
    'post-package-install',
  ];
  const texts = events.flatMap((event) => (scripts as Json | undefined)?.[event] ?? []).map(String);
  return texts.find((text) => !SCRIPT.test(text));
}

/** A command, script or deployment of the project that starts a program of vendor/bin. */
function startsProgram({ facts, project }: Site, programs: readonly string[]): string | undefined {
  const pattern = new RegExp(
    `vendor/bin/(?:${['phpunit', ...programs].map(quoted).join('|')})(?![\\w-])|\\bphpunit\\b`,
  );
  const command = facts.file.instructions.find(
    (one) => /^(?:CMD|ENTRYPOINT|HEALTHCHECK)$/.test(one.keyword) && pattern.test(argumentText(one)),
  );
  if (command !== undefined)
    return `${command.keyword} at line ${command.lines.first} starts a program of a package for development`;
  const { context } = project!;
  const found = [...startScripts(context), ...otherCommands(context)].find(({ text }) => pattern.test(text));
  return found === undefined ? undefined : `${found.path} starts a program of a package for development`;
}
