import type { Instruction } from '../../src/dockerfile/index.js';
import { effectsOf, type Facts, namesMeet, orderReason } from '../../src/facts/index.js';
import type { ContextFiles } from '../../src/project/context.js';
import { readInvocation } from '../../src/shell/index.js';
import { filesAt } from './files-at.js';
import { mentionOf } from './mentions.js';

/** Names that build tools and their plug-ins look for by themselves. */
const BY_CONVENTION =
  /^(?:SENTRY|NPM|NODE|DENO|NEXT|NUXT|VITE|REACT_APP|VUE_APP|GATSBY|EXPO|NX|CARGO|RUST|GO|CI|GITHUB|GITLAB|VERCEL|NETLIFY|HEROKU|DD|OTEL|NEW_RELIC|SETUPTOOLS|PIP|POETRY|MAVEN|GRADLE|ORG_GRADLE|DOTNET|MSBUILD)(?:_|$)|^(?:BUILD_NUMBER|BUILD_ID|COMMIT_REF|VERSION|SOURCE_DATE_EPOCH|REVISION)$/i;
/** Those that bundlers look for: they have nothing to do before source is there. */
const BUNDLED = /^(?:VITE|REACT_APP|VUE_APP|GATSBY|(?:EXPO|NEXT|NUXT)_PUBLIC)_/;
const SOURCE = /\.(?:[jt]sx?|mjs|mts|vue|svelte|astro|html)$/;
/** Variables of git itself (git(1), "Environment Variables"); a commit's hash is none of them. */
const GIT_OWN =
  /^GIT_(?:DIR|WORK_TREE|INDEX|OBJECT|ALTERNATE|CEILING|DISCOVERY|COMMON|DEFAULT|CONFIG|NAMESPACE|AUTHOR|COMMITTER|EDITOR|PAGER|SSH|ASKPASS|TERMINAL|HTTP|SSL|PROXY|TRACE|ATTR|LFS|CURL|EXEC|TEMPLATE|PROTOCOL|OPTIONAL|ALLOW|REF_PARANOIA|QUARANTINE|REDIRECT|FLUSH|LITERAL|GLOB|NOGLOB|ICASE|MERGE|DIFF|EXTERNAL|SEQUENCE|ADVICE|NO)/;

/** How a step stands to variables: it uses them, or it does not; a doubt says how far that is known. */
export type Use =
  | { readonly reason: string; readonly certain: boolean }
  | { readonly reason?: undefined; readonly doubt: string | undefined };

const NONE: Use = { doubt: undefined };

/** Whether a step may depend on what sets some names. */
export function useOf(
  facts: Facts,
  setters: readonly Instruction[],
  names: readonly string[],
  step: Instruction,
  context: ContextFiles | undefined,
): Use {
  const found = setters.flatMap((setter) => orderReason(facts, setter, step) ?? [])[0];
  if (found === undefined) return ownCode(facts, names, step, context);
  if (step.keyword !== 'RUN') return { reason: found, certain: true };
  const { readsEnvironment, opaque } = effectsOf(facts, step);
  const named = readsEnvironment.filter((name) => name !== '*' && name !== 'GIT_*');
  const met = namesMeet(names, named) ?? names.find((name) => GIT_OWN.test(name) && readsEnvironment.includes('GIT_*'));
  if (met !== undefined) return { reason: `RUN at line ${step.lines.first} depends on ${met}`, certain: true };
  const text = facts.file.slice(step.span);
  const spelt = names.find((name) => new RegExp(`(?<!\\w)${name}(?!\\w)`).test(text));
  if (spelt !== undefined) return { reason: `RUN at line ${step.lines.first} names ${spelt}`, certain: true };
  if (opaque !== undefined && (context === undefined || /\b(?:curl|wget|env|printenv)\b/.test(text)))
    return { reason: `RUN at line ${step.lines.first} may read any variable: ${opaque}`, certain: false };
  return readsEnvironment.includes('*') ? byProject(facts, names, step, context) : NONE;
}

function byProject(facts: Facts, names: readonly string[], step: Instruction, context: ContextFiles | undefined): Use {
  const run = `RUN at line ${step.lines.first}`;
  const unseen = effectsOf(facts, step).opaque !== undefined;
  const among = context === undefined ? undefined : filesAt(facts, step, context);
  const bundles = among === undefined || among.some((path) => SOURCE.test(path));
  const known = names.find(
    (name) => (BY_CONVENTION.test(name) && (bundles || !BUNDLED.test(name))) || (unseen && GIT_OWN.test(name)),
  );
  if (known !== undefined)
    return { reason: `${run} may read ${known}, which tools look for by themselves`, certain: false };
  if (context === undefined)
    return { reason: `${run} may read any variable, and the project is not known`, certain: false };
  if (installsByPoetry(facts, step, context)) return NONE;
  for (const name of names) {
    const place = mentionOf(context, name, among);
    if (place !== undefined) return { reason: `${run} may read ${name}, which ${place} names`, certain: false };
  }
  return { doubt: `, which no file of the project ${among === undefined ? '' : 'that is there by then '}names` };
}

/** A RUN that installs the project itself, whose scripts may read any variable: `pip install .`, or a list that names it. */
function ownCode(facts: Facts, names: readonly string[], step: Instruction, context: ContextFiles | undefined): Use {
  if (step.keyword !== 'RUN') return NONE;
  const text = facts.file.slice(step.span);
  if (/\b(?:install|wheel|sync)\b.*\s(?:-e\s|\.{1,2}(?:[/[]|\s|$))/.test(text))
    return byProject(facts, names, step, context);
  if (!BY_LIST.test(text)) return NONE;
  if (context === undefined) return { doubt: ', unless what it installs from the project does' };
  return context.paths.some((path) => LISTS.test(path) && LOCAL.test(context.read(path) ?? '.'))
    ? byProject(facts, names, step, context)
    : NONE;
}

/** pip told to take what a file lists; `rm -rf` of another command is nothing of it. */
const BY_LIST = /\b(?:pip[\d.]*|uv)\s(?:[^;&|"']|"[^"]*"|'[^']*')*\s(?:-r|--requirement)/;
const LISTS = /(?:^|\/)[^/]*(?:require|constraint|deps|pip)[^/]*(?:\.txt|\.in|\.pip)?$|(?:^|\/)requirements\//i;
/** A line of a requirements file that names a folder or an archive of the project. */
const LOCAL = /^[ \t]*(?:-e\b|--editable\b|\.{0,2}\/|\.\s*$|file:)|@\s*file:/m;

/**
 * Whether a RUN does nothing but install by Poetry's own backend, which writes down where the project lies and runs none of
 * it: a build script, a plug-in or another backend would.
 */
function installsByPoetry(facts: Facts, step: Instruction, context: ContextFiles): boolean {
  const body = facts.body(step);
  if (body.kind !== 'script') return false;
  const known = body.script.commands.every((command) => {
    const { tool, subcommand, args } = readInvocation(command);
    if (tool === 'poetry') return /^(?:install|sync)$/.test(subcommand);
    return tool === 'cd' || (/^(?:\.|source)$/.test(tool ?? '') && /\/bin\/activate$/.test(args[0]?.text ?? ''));
  });
  const projects = context.paths.filter((path) => /(?:^|\/)(?:pyproject\.toml|setup\.py)$/.test(path));
  return known && projects.length > 0 && projects.every((path) => isPlainPoetry(context.read(path) ?? ''));
}

function isPlainPoetry(text: string): boolean {
  return (
    /^[ \t]*build-backend\s*=\s*["']poetry\.core\.masonry\.api["']/m.test(text) &&
    !/^[ \t]*\[tool\.poetry\.(?:build|requires-plugins)\b|^[ \t]*build\s*=|dynamic-versioning/m.test(text)
  );
}
