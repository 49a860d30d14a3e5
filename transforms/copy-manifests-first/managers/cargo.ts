import { certainValue } from '../../../src/facts/index.js';
import {
  copiedAbove,
  folderBy,
  has,
  inside,
  joinPath,
  listed,
  readsNothing,
  strangeOption,
  unreadable,
} from './shared.js';
import type { Manager, Needs, Question } from './types.js';

/** Cargo: doc.rust-lang.org/cargo/commands/cargo-fetch.html. */
export const cargo: Manager = {
  tools: /^cargo$/,
  install: (question) => {
    const { subcommand } = question.invocation;
    if (subcommand === 'fetch')
      return (
        strangeOption(question) ??
        crates(question) ??
        `no Cargo.toml is copied from the build context to ${question.cwd}`
      );
    if (
      subcommand === 'install' &&
      !has(question, '--path') &&
      question.invocation.operands.length > 0 &&
      strangeOption(question) === undefined
    )
      return { ...readsNothing(question, 'Cargo'), images: toolchains(question) };
    return undefined;
  },
  download: (question) => {
    const { subcommand } = question.invocation;
    const own =
      subcommand === 'install' &&
      question.invocation.options.some(
        ({ name, value, valueWord }) => name === '--path' && (valueWord?.value ?? value) === '.',
      );
    if (!own && !/^(?:build|b|check|c|test|t|rustc|clippy|doc|run|r)$/.test(subcommand)) return undefined;
    if (has(question, '--offline', '--frozen', '--manifest-path', '--config')) return undefined;
    const needs = crates(question);
    if (needs === undefined || typeof needs === 'string') return needs;
    const targets = question.invocation.options.filter(({ name }) => name === '--target');
    if (targets.some(({ value, valueWord }) => (valueWord === undefined ? value : valueWord.value) === undefined))
      return 'cargo --target is computed';
    const flags = [
      ...(has(question, '--locked') ? ['--locked'] : []),
      ...targets.map(({ value, valueWord }) => `--target ${valueWord?.value ?? value ?? ''}`),
    ];
    return {
      ...needs,
      directory: question.place.cwd ?? question.cwd,
      command: ['cargo fetch', ...flags].join(' '),
      tool: /^cargo$/,
      done: /\bcargo (?:fetch|vendor|chef|build|b|check|test|rustc|install --path)\b/,
      mounted: /cargo/,
    };
  },
};

/** Files by which rustup chooses the toolchain that runs; the settings of the project play no part when Cargo installs. */
function toolchains(question: Question): readonly string[] {
  const names = ['rust-toolchain.toml', 'rust-toolchain'];
  const own = names.map((name) => inside(question.cwd, name)).filter(question.source);
  return [...own, ...copiedAbove(question, names)];
}

/** The manifests of a workspace and the roots of its targets, without which Cargo refuses a manifest. */
function crates(question: Question): Needs | string | undefined {
  const { cwd, project, state } = question;
  const folder = folderBy(question, ['Cargo.toml']);
  const facts = folder === undefined ? undefined : project.at.cargo(folder);
  if (folder === undefined || facts === undefined) return undefined;
  if (copiedAbove(question, ['Cargo.toml']).length > 0)
    return `${folder}/Cargo.toml may be a member of the workspace above it`;
  const fault = unreadable(facts);
  if (fault !== undefined) return fault;
  const config = ['.cargo/config.toml', '.cargo/config']
    .map((name) => project.context.read(joinPath(folder, name)) ?? '')
    .join('\n');
  if (/^[ \t]*(?:directory|local-registry)\s*=/m.test(config)) return undefined;
  const home = certainValue(state, 'CARGO_HOME');
  if (home !== undefined && question.isCopied(home)) return `Cargo downloads to ${home}, beside the source`;
  const outside = facts.readsSource.find(({ why }) => /is a folder/.test(why));
  if (outside !== undefined) return `${outside.why} (${outside.path})`;
  return {
    manager: 'Cargo',
    folder,
    cwd,
    paths: [...facts.manifests, ...facts.targetRoots],
    fills: [],
    evidence: `cargo fetch reads ${listed(facts.manifests)}, and wants each package's target to be there`,
  };
}
