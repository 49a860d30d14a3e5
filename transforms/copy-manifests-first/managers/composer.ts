import { folderBy, has, inside, isBelow, joinPath, listed, strangeOption, unreadable, wordsOf } from './shared.js';
import type { ComposerProject } from '../../../src/project/manifests/composer.js';
import type { Manager, Needs, Question } from './types.js';

/** Composer: getcomposer.org/doc/03-cli.md#install-i. */
export const composer: Manager = {
  tools: /^composer(?:\.phar)?$/,
  install: (question) => {
    if (!/^(?:install|i)$/.test(question.invocation.subcommand)) return undefined;
    const found = packages(question);
    if (typeof found === 'string') return found;
    return found.reason ?? found.needs;
  },
  download: (question) => {
    if (!/^(?:install|i)$/.test(question.invocation.subcommand)) return undefined;
    const found = packages(question);
    if (typeof found === 'string') return found;
    if (found.reason === undefined) return undefined;
    if (found.facts.installScripts.some((event) => /package|operations/.test(event))) return found.reason;
    const flags = ['--no-scripts', '--no-autoloader'].filter((flag) => !has(question, flag));
    const words = wordsOf(question).replace(
      / (?:-o|--optimize-autoloader|-a|--classmap-authoritative|--apcu-autoloader)(?= |$)/g,
      '',
    );
    return {
      ...found.needs,
      level: 'review',
      directory: question.place.cwd ?? question.cwd,
      command: `${words} ${flags.join(' ')}`,
      tool: /^composer(?:\.phar)?$/,
      done: /\bcomposer(?:\.phar)? (?:install|i)\b[^&|;]*--no-autoloader/,
      mounted: /composer/,
    };
  },
};

interface Found {
  readonly needs: Needs;
  readonly facts: ComposerProject;
  /** Why the install as written reads the source. */
  readonly reason: string | undefined;
}

function packages(question: Question): Found | string {
  const { cwd, project, invocation } = question;
  const strange = strangeOption(question);
  if (strange !== undefined) return strange;
  if (question.state.env.has('COMPOSER')) return 'composer reads the file that COMPOSER names';
  if (invocation.operands.length > 0) return `composer install ${invocation.operands[0]!.text} is not followed`;
  const folder = folderBy(question, ['composer.json']);
  const facts = folder === undefined ? undefined : project.at.composer(folder);
  if (folder === undefined || facts === undefined) return `no composer.json is copied from the build context to ${cwd}`;
  const fault = unreadable(facts);
  if (fault !== undefined) return fault;
  const text = project.context.read(joinPath(folder, 'composer.json')) ?? '';
  if (/"installer-paths"|"(?:mouf|oomphinc|johnpbloch)\//.test(text))
    return 'composer puts packages into folders of the source';
  const local = facts.readsSource.filter(({ why }) => /repository|patch/.test(why));
  if (local.some(({ path }) => isBelow(folder, path))) return `${joinPath(folder, 'composer.json')}: ${local[0]!.why}`;
  const paths = [...facts.manifests, ...local.map(({ path }) => path)];
  const needs: Needs = {
    manager: 'Composer',
    folder,
    cwd,
    paths,
    fills: [inside(cwd, facts.vendorDir.replace(/^\.\//, '').replace(/\/$/, ''))],
    evidence: `Composer reads ${listed(facts.manifests)}`,
  };
  return { needs, facts, reason: sourceReason(question, facts, text) };
}

function sourceReason(question: Question, facts: ComposerProject, text: string): string | undefined {
  if (facts.installScripts.length > 0 && !has(question, '--no-scripts'))
    return `composer install runs scripts of the project (${facts.installScripts.join(', ')}); --no-scripts would leave them out`;
  if (has(question, '--no-autoloader')) return undefined;
  const optimized =
    has(question, '-o', '--optimize-autoloader', '-a', '--classmap-authoritative') ||
    /"(?:optimize-autoloader|classmap-authoritative)"\s*:\s*true/.test(text);
  const mapped = facts.readsSource.some(({ why }) => /autoloader/.test(why));
  if (optimized || mapped)
    return 'composer install maps the classes of the source; --no-autoloader would leave that out';
  return undefined;
}
