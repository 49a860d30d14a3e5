import { argumentText, toSource } from '../../../src/dockerfile/index.js';
import { certainValue, joinPath } from '../../../src/facts/index.js';
import { isOfSystem } from '../later.js';
import type { Announcement } from '../../../src/transform/index.js';
import type { Manager, Site } from '../types.js';
import { otherCommands, startScripts } from './elsewhere.js';
import { folderOf, under } from './manifest.js';

/** What Rails runs in production without gems for development. */
const TASKS =
  /^(?:assets:(?:precompile|clean|clobber)|tmp:(?:create|clear)|db:\w+|bootsnap|precompile|webpacker:compile)$/;
const OUTSIDE =
  /(?:^|\/)(?:spec|test|tests|features|vendor|node_modules|config\/environments\/(?:development|test)\.rb$)/;

/** Bundler, in an image that runs in production. */
export const bundler: Manager = {
  name: 'bundler',
  installs: (run, { invocation: { tool, subcommand, args }, place }) =>
    /^bundler?$/.test(tool ?? '') &&
    (subcommand === 'install' || (subcommand === '' && args.length === 0)) &&
    !args.some(({ text }) => /^--(?:without|with|system|gemfile)(?:=.*)?$/.test(text)) &&
    place.lookup('BUNDLE_WITHOUT') === undefined &&
    !run.state.env.has('BUNDLE_WITHOUT') &&
    !run.uses.some(
      ({ invocation }) =>
        /^bundler?$/.test(invocation.tool ?? '') &&
        /\bwithout\b|\bdeployment\b/.test(invocation.command.words.map(({ text }) => text).join(' ')),
    ),
  needs: (use) => {
    const { tool, subcommand, operands, args } = use.invocation;
    if (!/^(?:bundler?|rails|rake|bin\/rails|bin\/rake|\.\/bin\/rails)$/.test(tool ?? '')) return !isOfSystem(use);
    if (/^bundler?$/.test(tool!) && subcommand !== 'exec')
      return !/^(?:clean|config|version|--version|cache|install|check)$/.test(
        subcommand || (operands[0]?.value ?? '?'),
      );
    return !args
      .map(({ text }) => text)
      .filter((text) => !/^(?:exec|rails|rake|bin\/rails|bin\/rake|-.*)$/.test(text))
      .every((text) => TASKS.test(text));
  },
  answer: (site) => {
    const { project, facts, target, use, run } = site;
    const state = facts.atEnd(target);
    const production = ['RAILS_ENV', 'RACK_ENV'].find((name) => certainValue(state, name) === 'production');
    if (production === undefined)
      return 'neither RAILS_ENV nor RACK_ENV says production, where gems for development are loaded';
    if (project === undefined) return 'without the project it is not known which gems are for development';
    const of = folderOf(site, 'Gemfile');
    const gemfile = of === undefined ? undefined : project.context.read(under(of, 'Gemfile'));
    if (gemfile === undefined) return 'the Gemfile that is installed from is not known';
    if (!project.complete) return 'the project is too large to be read in full';
    const gems = developmentGems(gemfile);
    if (gems.length === 0) return undefined;
    const old = oldBundler(facts.rootImage(run.stage));
    if (old !== undefined) return old;
    const earlier = facts.file.instructions.find(
      (one) =>
        one.index < run.instruction.index &&
        one.keyword === 'RUN' &&
        /bundle config.*\bwithout\b|BUNDLE_WITHOUT/.test(argumentText(one)),
    );
    if (earlier !== undefined) return undefined;
    const started = startsGem(site, gems);
    if (started !== undefined) return started;
    for (const path of project.context.paths) {
      if (!/\.(?:rb|ru|rake)$|(?:^|\/)Rakefile$/.test(path) || OUTSIDE.test(path) || path.endsWith('Gemfile')) continue;
      const text = project.context.read(path) ?? '';
      const found = gems.find((name) =>
        new RegExp(`\\brequire\\s*\\(?\\s*['"]${name.split('-')[0]!}(?:['"/_-])`).test(text),
      );
      if (found !== undefined) return `${path} requires ${found}, which is for development`;
    }
    const word = use.invocation.command.words[0]!;
    const at = toSource(use.script!.source, word.span.start);
    return {
      edits: [{ span: { start: at, end: at }, text: "bundle config set --local without 'development test' && " }],
      by: "bundle config without 'development test'",
      announces: announcementsOf(site, gems, project.at.ruby(of!)?.gems ?? new Set()),
      fact: `${production} is production, and no code outside of tests requires a gem for development`,
    };
  },
};

function announcementsOf(
  { folder }: Site,
  names: readonly string[],
  gems: ReadonlySet<string>,
): readonly Announcement[] {
  const folders = ['/usr/local/bundle', joinPath(folder, 'vendor/bundle')];
  const kept = [...gems].filter((name) => !names.includes(name)).sort();
  const paths = ['/usr/local/bundle/config', joinPath(folder, '.bundle'), joinPath(folder, '.bundle/config')];
  return [
    { kind: 'packages', effect: 'removed', manager: 'gem', names, project: { folders, kept } },
    ...(['added', 'changed'] as const).map((effect) => ({
      kind: 'files' as const,
      effect,
      paths,
      why: 'where Bundler keeps its settings',
    })),
  ];
}

/** A command, script or deployment of the project that starts a gem for development: `bundle exec foreman`. */
function startsGem({ facts, project }: Site, gems: readonly string[]): string | undefined {
  const names = ['rspec', ...gems, ...gems.map((name) => name.replace(/-.*/, ''))];
  const start = new RegExp(`(?:\\bexec[\\s"',]+|\\bbin/|^[\\s["']*)(?:${names.join('|')})(?=$|[\\s"',\\]])`, 'm');
  const command = facts.file.instructions.find(
    (one) => /^(?:CMD|ENTRYPOINT|HEALTHCHECK)$/.test(one.keyword) && start.test(argumentText(one)),
  );
  if (command !== undefined) return `${command.keyword} at line ${command.lines.first} starts a gem for development`;
  const { context } = project!;
  const found = [...startScripts(context), ...otherCommands(context)].find(({ text }) => start.test(text));
  return found === undefined ? undefined : `${found.path} starts a gem for development`;
}

/** The gems of a Gemfile that stand in the groups development and test only. */
function developmentGems(gemfile: string): readonly string[] {
  const names: string[] = [];
  let depth = 0;
  for (const line of gemfile.split(/\r?\n/)) {
    const code = line.replace(/#.*/, '');
    if (/^\s*group\s*(?:\(\s*)?:(?:development|test)\b(?:\s*,\s*:(?:development|test)\b)*(?:\s*\))?\s+do\b/.test(code))
      depth = 1;
    else if (depth > 0 && /\bdo\b\s*(?:\|.*\|\s*)?$|^\s*(?:if|unless|case)\b/.test(code)) depth++;
    else if (depth > 0 && /^\s*end\b/.test(code)) depth--;
    const gem = /^\s*gem\s*(?:\(\s*)?['"]([\w-]+)['"]/.exec(code)?.[1];
    const inline =
      /\bgroups?:\s*(?:\[\s*)?:(?:development|test)\b(?:\s*,\s*:(?:development|test)\b)*\s*(?:\]|,|$|\))/.test(code) ||
      /:groups?\s*=>\s*(?:\[\s*)?:(?:development|test)\b/.test(code);
    if (gem !== undefined && (depth > 0 || inline)) names.push(gem);
  }
  return names;
}

/** `bundle config set` is new in Bundler 2.1, which came with Ruby 2.7. */
function oldBundler(image: string | undefined): string | undefined {
  const tag = /(?:^|\/)ruby:(\d+)(?:\.(\d+))?/.exec(image ?? '');
  if (!/(?:^|\/)ruby(?::|@|$)/.test(image ?? '')) return 'which Bundler installs is not known';
  return tag !== null && tag[2] !== undefined && Number(tag[1]) * 100 + Number(tag[2]) < 207
    ? 'the Bundler of this Ruby knows no `config set`'
    : undefined;
}
