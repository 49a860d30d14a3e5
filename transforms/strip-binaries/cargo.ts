import { toSource } from '../../src/dockerfile/index.js';
import { copyWords, type Facts } from '../../src/facts/index.js';
import type { Run, Use } from '../../src/cache-mounts/index.js';
import { copiesFrom, finalPaths } from '../../src/runtime/index.js';
import type { Link, Toolchain } from './types.js';

const VARIABLE = 'CARGO_PROFILE_RELEASE_STRIP';

/** Cargo, which takes settings of a profile from the environment; `strip` is new in Cargo 1.59. */
export const cargo: Toolchain = {
  links: ({ invocation: { tool, subcommand, args } }) =>
    tool === 'cargo' &&
    (/^(?:build|b|rustc)$/.test(subcommand)
      ? args.some(({ text }) => /^(?:--release|-r)$/.test(text))
      : subcommand === 'install' || (args[0]?.text === 'chef' && args.some(({ text }) => text === '--release'))),
  strip: (link) => {
    const { facts, run, use, project } = link;
    const { environment, wrappers, command, args } = use.invocation;
    if (args.some(({ text }) => /^(?:--debug|--profile(?:=.*)?)$/.test(text)))
      return 'the profile of the build is not `release`';
    if (wrappers.length > 0 && !wrappers.every((wrapper) => wrapper === 'env'))
      return `cargo runs through ${wrappers.join(' ')}`;
    if (isSet(run, use, VARIABLE) || environment.some(([name]) => name === VARIABLE)) return undefined;
    const flags =
      environment.find(([name]) => name === 'RUSTFLAGS')?.[1]?.text ?? run.state.env.get('RUSTFLAGS')?.value ?? '';
    if (/strip=|link-arg=-s\b/.test(flags)) return undefined;
    if (isSet(run, use, 'CARGO_PROFILE_RELEASE_DEBUG') || /debuginfo|instrument-coverage|sanitizer/.test(flags))
      return 'the program is compiled with debug information, which somebody wants';
    const version = versionProblem(facts, run);
    if (version !== undefined) return version;
    for (const path of project?.context.paths ?? []) {
      if (!/(?:^|\/)(?:Cargo\.toml|\.cargo\/config(?:\.toml)?)$/.test(path)) continue;
      const profile = /^\[profile\.release\][^[]*/m.exec(project!.context.read(path) ?? '')?.[0] ?? '';
      if (/^[ \t]*strip\s*=/m.test(profile)) return undefined;
      if (/^[ \t]*debug\s*=\s*(?!false|0|"none")/m.test(profile))
        return `${path} asks for debug information in releases`;
    }
    const word = command.words.find(({ value }) => value === 'cargo')!;
    const at = toSource(use.script!.source, word.span.start);
    return {
      edit: { span: { start: at, end: at }, text: `${VARIABLE}=symbols ` },
      fact:
        project === undefined
          ? 'nothing in the Dockerfile asks for debug information'
          : 'no profile of the project asks for debug information or strips already',
      paths: programs(link),
    };
  },
};

function isSet({ state }: Run, { place }: Use, name: string): boolean {
  return state.env.has(name) || state.args.has(name) || place.lookup(name) !== undefined;
}

function versionProblem(facts: Facts, { stage }: Run): string | undefined {
  const image = facts.rootImage(stage) ?? '';
  const tag = /(?:^|\/)rust(?::([^@]*))?(?:@|$)/.exec(image);
  if (tag === null) return 'which Cargo builds is not known, and it strips only since 1.59';
  const minor = /^1\.(\d+)/.exec(tag[1] ?? '')?.[1];
  return minor !== undefined && Number(minor) < 59 ? `Cargo 1.${minor} does not know how to strip` : undefined;
}

/** The programs of the release that ship, by the paths that COPY takes them from. */
function programs({ facts, run }: Link): readonly string[] {
  const taken = copiesFrom(facts, run.stage).flatMap((copy) => copyWords(facts, copy).slice(0, -1));
  const built = taken.filter(
    (path) => path !== undefined && /\/(?:release|bin)\/[^/*?]+$/.test(path),
  ) as readonly string[];
  return [...new Set(built.flatMap((path) => finalPaths(facts, run.stage, path.startsWith('/') ? path : `/${path}`)))];
}
