import { argumentText, type Instruction } from '../../../src/dockerfile/index.js';
import { isRoot } from '../../../src/facts/index.js';
import type { NodeProject } from '../../../src/project/manifests/node.js';
import { reachedDevDependency, unseenDevDependency } from '../../../src/runtime/index.js';
import type { Level } from '../../../src/transform/index.js';
import { type Declined, declined, type Step, type Subject } from '../types.js';

/** Names of the long-term releases that came before npm 7, by their major version. */
const RELEASES: Readonly<Record<string, number>> = {
  argon: 4,
  boron: 6,
  carbon: 8,
  dubnium: 10,
  erbium: 12,
  fermium: 14,
};
/** An install of the project's own packages. */
export function isInstall({ invocation: { tool, subcommand, operands, args } }: Step): boolean {
  const names = operands.map(({ value }) => value ?? '?').filter((word) => word !== subcommand);
  if (args.some(({ text }) => /^(?:-g|--global)$/.test(text)) || names.length > 0) return false;
  if (tool === 'yarn')
    return subcommand === '' ? !args.some(({ text }) => text.startsWith('--version')) : subcommand === 'install';
  return /^(?:npm|pnpm)$/.test(tool ?? '') && /^(?:ci|i|install|clean-install|install-clean)$/.test(subcommand);
}

/**
 * The command that takes the development dependencies out again; without one when none are installed.
 * @param bundled what the code names of them is in what the build makes
 */
export function devDependenciesOf(
  { project, base, stage, command, facts, steps }: Subject,
  own: NodeProject,
  install: Step,
  started: ReadonlySet<string>,
  placed: ReadonlyMap<Instruction, 'both'>,
  bundled = false,
): { readonly run: string | undefined; readonly level: Level } | Declined {
  const { invocation } = install;
  const words = invocation.args.map(({ text }) => text);
  const omitted = words.some((word) =>
    /^(?:--production(?:=true)?|--prod|-P|--omit=dev|--only=prod(?:uction)?|--no-dev)$/.test(word),
  );
  const production =
    install.variable('NODE_ENV') === 'production' &&
    !words.some((word) => /^--(?:include=dev|production=false|dev|prod=false)/.test(word));
  const pruned = steps.some(
    ({ invocation: { tool, args } }) => /^(?:npm|pnpm)$/.test(tool ?? '') && args[0]?.text === 'prune',
  );
  if (omitted || production || pruned || own.devDependencies.size === 0) return { run: undefined, level: 'review' };
  const at = command.at!;
  if (/(?:\|\||;)\s*(?:exit 0|true|:)\s*$/.test(argumentText(install.instruction)))
    return declined(
      'the install may fail and the build goes on, so that what is there is not known',
      install.instruction,
    );
  const needed = [...started].find((name) => own.devDependencies.has(name) && !own.dependencies.has(name));
  if (needed !== undefined) return declined(`${needed} is a development dependency and runs in the container`, at);
  const reached = bundled ? undefined : reachedDevDependency(project!.context, own, started);
  if (reached === 'too much' || !project!.complete)
    return declined('the code is too much to tell which development dependencies it loads', at);
  if (reached !== undefined) return declined(`${reached.what}, which is a development dependency`, at);
  const unseen = bundled ? undefined : unseenDevDependency(project!.context, own, true);
  if (unseen !== undefined)
    return declined(`${unseen} is a development dependency, and packages load it by names that stand in no source`, at);
  const last = stage.instructions.findLast((one) => /^(?:RUN|COPY|ADD)$/.test(one.keyword) && !placed.has(one))!;
  const next = stage.instructions[stage.instructions.indexOf(last) + 1] ?? last;
  const state = facts.before(next)!;
  if (isRoot(state) !== true)
    return declined('the build ends as a user who may not be able to take the development dependencies out', last);
  if (state.workdir !== install.cwd)
    return declined('the build ends in another folder than that of package.json', last);
  switch (invocation.tool) {
    case 'npm': {
      const major = Number(/^\d+/.exec(base!.tag)?.[0] ?? RELEASES[/^[a-z]+/.exec(base!.tag)?.[0] ?? ''] ?? 99);
      const flags = words
        .filter((word) => /^--(?:legacy-peer-deps|force|ignore-scripts)$/.test(word) || word === '-f')
        .map((word) => ` ${word}`)
        .join('');
      return { run: `npm prune ${major < 16 ? '--production' : '--omit=dev'}${flags}`, level: 'review' };
    }
    case 'pnpm':
      return own.native.some(({ why }) => why === 'binding.gyp')
        ? declined('the project builds native code of its own', at)
        : { run: 'CI=true pnpm prune --prod', level: 'unsafe' };
    default:
      if (own.native.length > 0 || own.lifecycleScripts.some(({ harmless }) => !harmless))
        return declined(
          'yarn would install again to leave development dependencies out, and with them what install scripts made',
          at,
        );
      if (/^yarn@[2-9]/.test(own.packageManager ?? '') || own.manifests.some((path) => path.endsWith('.yarnrc.yml')))
        return declined('this yarn has no command of its own that takes development dependencies out', at);
      return { run: 'yarn install --production --frozen-lockfile --ignore-scripts --prefer-offline', level: 'unsafe' };
  }
}
