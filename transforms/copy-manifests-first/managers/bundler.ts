import { certainValue } from '../../../src/facts/index.js';
import {
  folderBy,
  has,
  imagePath,
  inside,
  isBelow,
  joinPath,
  listed,
  strangeOption,
  unreadable,
  valueOfOption,
} from './shared.js';
import type { Answer, Manager, Question } from './types.js';

/** `bundle config set --local path vendor/bundle` (bundler.io/man/bundle-config.1.html). */
const CONFIGURED =
  /\bbundler? config (?:set )?(?:--(?:local|global) )?["']?(path|deployment)["']?[ ="']+([^\s"';&|]+)/g;

/** Bundler: bundler.io/man/bundle-install.1.html. */
export const bundler: Manager = {
  tools: /^bundler?$/,
  install: (question) => (/^(?:|install)$/.test(question.invocation.subcommand) ? gems(question) : undefined),
};

function gems(question: Question): Answer {
  const { cwd, project, state, invocation } = question;
  if (has(question, '--version', '-v', '-V', '--help', '-h')) return undefined;
  const strange = strangeOption(question);
  if (strange !== undefined) return strange;
  if (has(question, '--gemfile') || state.env.has('BUNDLE_GEMFILE')) return 'the Gemfile is named by an option';
  const folder = folderBy(question, ['Gemfile', 'gems.rb']);
  const facts = folder === undefined ? undefined : project.at.ruby(folder);
  if (folder === undefined || facts === undefined) return `no Gemfile is copied from the build context to ${cwd}`;
  const fault = unreadable(facts);
  if (fault !== undefined) return fault;
  const source = facts.readsSource.find(({ path }) => isBelow(folder, path));
  if (source !== undefined) return `${joinPath(folder, 'Gemfile')}: ${source.why}`;
  const option = invocation.options.find(({ name }) => name === '--path');
  const configured = [...question.stageText.matchAll(CONFIGURED)];
  const places = [
    option === undefined ? undefined : valueOfOption(option, question),
    certainValue(state, 'BUNDLE_PATH'),
    ...configured.filter(([, name]) => name === 'path').map(([, , value]) => value),
  ];
  const deployed =
    has(question, '--deployment', '--path') ||
    state.env.has('BUNDLE_DEPLOYMENT') ||
    configured.some(([, name]) => name === 'deployment');
  const paths = [...facts.manifests, ...facts.readsSource.map(({ path }) => path)];
  return {
    manager: 'Bundler',
    folder,
    cwd,
    paths,
    fills: [
      ...places.flatMap((path) => (path === undefined ? [] : (imagePath(question, path) ?? []))),
      ...(state.env.has('BUNDLE_APP_CONFIG') ? [] : [inside(cwd, '.bundle')]),
      ...(deployed && places.every((path) => path === undefined) ? [inside(cwd, 'vendor/bundle')] : []),
    ],
    evidence: `Bundler reads ${listed(facts.manifests)}`,
  };
}
