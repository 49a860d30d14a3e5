import { isWithin, joinPath } from '../../../src/facts/index.js';
import type { ElixirProject } from '../../../src/project/manifests/elixir.js';
import { effectOf } from '../file-steps.js';
import { isPackageCommand } from '../system-packages.js';
import { type Answer, type Declined, declined, plan, type Stack, type Step, type Subject } from '../types.js';
import { guardProgram, redirects } from './binary.js';
import { carriedPackages } from './carried-packages.js';
import { elixirImage } from './elixir-image.js';
import { BEYOND, elixirReading } from './elixir-reading.js';
import { literalReads } from './reads.js';
import { baseName } from './start.js';

const BUILD_PACKAGES =
  /^(?:build-essential|build-base|gcc|g\+\+|make|git|curl|wget|nodejs|npm|yarn|inotify-tools|python3?|ca-certificates|openssl|libstdc\+\+6?|libncurses5|libncurses6|ncurses-libs)$/;
/** Programs that write below the folder of the project, where only the build reads it. */
const BUILDERS = /^(?:mix|npm|npx|yarn|node)$/;

export const elixir: Stack = {
  name: 'elixir',
  isFor: ({ base, facts, stage }) =>
    stage.parent === undefined &&
    (base?.image === 'elixir' || facts.rootImage(stage)?.startsWith('hexpm/elixir:') === true),
  plan: (subject) => {
    const { command, facts, project, stage, steps, opaque } = subject;
    const image = facts.rootImage(stage)!;
    const release = steps.findLast(isRelease);
    if (release === undefined || command.at === undefined) return undefined;
    if (opaque !== undefined) return opaque;
    if (project === undefined || !subject.filesComplete)
      return declined('what COPY or ADD brings is not known in full', stage.from);
    if (!command.plain) return declined('the command needs a shell, and what it starts is not read', command.at);
    const own = projectOf(subject, release);
    if (own === undefined) return declined('the mix.exs that is released from is not known', release.instruction);
    const folder = folderOf(subject, own, release);
    if (typeof folder === 'object') return folder;
    const program = joinPath(command.workdir ?? '/', command.words[0] ?? '');
    if (!isWithin(program, joinPath(folder, 'bin')))
      return declined(`${command.words[0] ?? 'a shell'} starts, which is not of the release ${folder}`, command.at);
    return planOf(subject, own, release, folder, image);
  },
};

function isRelease(step: Step): boolean {
  return wordsOf(step) !== undefined;
}

/** The words behind the task `release`, alone or last of `mix do a, release`; undefined for other steps. */
function wordsOf({ invocation: { tool, args }, text }: Step): readonly string[] | undefined {
  if (tool !== 'mix') return undefined;
  const words = args.map((word) => text(word) ?? '$');
  const at = words[0] === 'do' ? words.findLastIndex((word) => /^\+$|,$/.test(word)) + 1 : 0;
  return words[at === 0 && words[0] === 'do' ? 1 : at] === 'release' ? words.slice(at + 1) : undefined;
}

/** The project that a step releases. */
function projectOf({ files, project }: Subject, { cwd }: Step): ElixirProject | undefined {
  const context = cwd === undefined ? undefined : files.get(joinPath(cwd, 'mix.exs'))?.context;
  return project!.elixir.find(({ manifests }) => context !== undefined && manifests.includes(context));
}

/** The folder of a release, or why it is not known: https://hexdocs.pm/mix/Mix.Tasks.Release.html */
function folderOf({ project }: Subject, own: ElixirProject, step: Step): string | Declined {
  const { instruction } = step;
  const line = `RUN at line ${instruction.lines.first}`;
  const words = wordsOf(step)!;
  const odd = words.find((word) => !/^(?:\w+|--(?:overwrite|quiet|force|no-compile|no-deps-check))$/.test(word));
  const moved = ['MIX_BUILD_PATH', 'MIX_BUILD_ROOT', 'MIX_TARGET'].find((name) => step.variable(name) !== undefined);
  const text = project!.context.read(joinPath('/', `${own.folder}/mix.exs`).slice(1)) ?? '';
  const setting = /\b(?:path|build_path|apps_path|steps):|\binclude_erts:\s*false/.exec(text)?.[0];
  const why = odd ?? moved ?? setting;
  if (why !== undefined) return declined(`${line} makes a release with ${why}, which is not followed`, instruction);
  const [only, more] = own.releases;
  const name = words.find((word) => !word.startsWith('-')) ?? (more === undefined ? (only ?? own.app) : undefined);
  if (name === undefined) return declined(`${line} makes a release whose name is not known`, instruction);
  return joinPath(step.cwd!, `_build/${step.variable('MIX_ENV') ?? 'dev'}/rel/${name}`);
}

function planOf(subject: Subject, own: ElixirProject, release: Step, folder: string, image: string): Answer {
  const { command, steps } = subject;
  const at = command.at!;
  const root = release.cwd!;
  const other = steps.find(
    (step) =>
      redirects(step) ||
      !(
        BUILDERS.test(step.invocation.tool ?? '') ||
        step.invocation.tool === 'rm' ||
        isPackageCommand(step) ||
        effectOf(step, root) === 'none'
      ),
  );
  if (other !== undefined)
    return declined(
      `RUN at line ${other.instruction.lines.first} runs ${other.invocation.tool ?? 'a program'}, and what it leaves may be read`,
      other.instruction,
    );
  const beyond = [...own.dependencies].find((name) => BEYOND.test(name));
  if (beyond !== undefined) return declined(`${beyond} needs programs or libraries that are not known`, at);
  const guarded = guardProgram(subject, joinPath(command.workdir ?? '/', command.words[0]!));
  if ('reason' in guarded) return guarded;
  const reads = literalReads(subject, elixirReading, command.words, root);
  if ('reason' in reads) return reads;
  const shipped = elixirImage(subject, image);
  if ('reason' in shipped) return shipped;
  const installs = steps.filter((step) => isPackageCommand(step) && step.invocation.operands.length > 0);
  const carried = carriedPackages({ ...subject, steps: installs }, guarded, BUILD_PACKAGES, true);
  if ('reason' in carried) return carried;
  const libraries = shipped.lacks.map((name) => ({ name, why: 'the release, or Erlang in it, needs it' }));
  const language = subject.facts.atEnd(subject.stage).env.get('LANG');
  return plan({
    image: shipped.image,
    what: `ship the release ${baseName(folder)} on ${shipped.image} and leave Mix and the sources in a build stage`,
    copies: [{ from: folder, to: folder }, ...reads.copies.filter(({ from }) => !isWithin(from, folder))],
    packages: [...new Map([...libraries, ...carried].map((one) => [one.name, one])).values()],
    manager: shipped.manager,
    variables: new Map(subject.base === undefined && language?.from === undefined ? [['LANG', 'C.UTF-8']] : []),
    buildVariables: new Set(['DEBIAN_FRONTEND', 'MIX_HOME', 'HEX_HOME']),
    level: shipped.manager === 'apk' ? 'unsafe' : 'review',
    evidence: [
      { fact: `${folder} is what mix release makes, with Erlang in it, and the container starts`, span: at.span },
      { fact: shipped.evidence },
      ...reads.evidence,
      ...(shipped.manager === 'apk' ? [{ fact: 'no real build has shown a release on Alpine' }] : []),
    ],
    announces: [
      {
        kind: 'files',
        effect: 'removed',
        paths: ['_build', 'deps'].map((name) => `${root}/${name}/**`),
        why: 'what Mix makes beside the release',
      },
    ],
  });
}
