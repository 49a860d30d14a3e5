import { argumentText } from '../../../src/dockerfile/index.js';
import { isWithin, joinPath } from '../../../src/facts/index.js';
import { systemPackages } from '../system-packages.js';
import { type Answer, declined, plan, type Stack, type Step, type Subject } from '../types.js';
import { inOrder } from './binary.js';
import { folderOf, isInstall, PHP_FOLDERS, phpEffect, putsElsewhere } from './php-steps.js';
import { isOfSystem, placesAround, userOf } from './program-folder.js';
import { sameRelease } from './same-release.js';

/** What Composer and builds need, and a program that starts no others does not. */
const BUILD_PACKAGES =
  /^(?:git|git-core|unzip|zip|subversion|mercurial|openssh-client|gnupg2?|apt-transport-https|lsb-release|vim|nano)$/;
const STARTS_PROGRAMS =
  /\b(?:exec|shell_exec|passthru|proc_open|popen|pcntl_exec|system)\s*\(|\bnew\s+Process\b|Process::fromShellCommandline/;
const STARTS_TOOLS = /\b(?:git|unzip|zip|svn|hg|ssh|scp|gpg|lsb_release)\b/;
const INSTALLS_LATE = /\b(?:composer|docker-php-ext-\w+|pecl|phpize|make|gcc)\b/;

export const php: Stack = {
  name: 'php',
  plan: (subject) => {
    if (subject.base?.image !== 'php') return undefined;
    const { stage, steps, project, command } = subject;
    const installs = steps.filter(isInstall);
    const [install] = installs;
    if (install === undefined) return undefined;
    if (subject.opaque !== undefined) return subject.opaque;
    if (
      command.words[0] === 'composer' ||
      /\bcomposer\b/.test(command.at === undefined ? '' : argumentText(command.at))
    )
      return declined('the container runs Composer', command.at ?? install.instruction);
    if (project === undefined)
      return declined('without its build context it is not known what the program starts when it runs', stage.from);
    return planOf(subject, install);
  },
};

function planOf(subject: Subject, install: Step): Answer {
  const { stage, facts, project, steps, files } = subject;
  const at = install.instruction;
  const root = folderOf(install);
  if (root === undefined) return declined('the folder of the program is not known', at);
  if (isOfSystem(root)) return declined(`the program lies in ${root}, beside what the system has there`, at);
  const away = putsElsewhere(subject, install, root);
  if (away !== undefined) return declined(`${away} puts packages outside ${root}`, at);
  const placed = placesAround(subject, root, (step) => phpEffect(step, root));
  if ('reason' in placed) return placed;
  const late = [...files].find(
    ([path, { context }]) =>
      context !== undefined &&
      isScript(path, project!.context.read(context)) &&
      INSTALLS_LATE.test(project!.context.read(context) ?? ''),
  );
  if (late !== undefined) return declined(`${late[0]} installs or builds when the container runs`, at);
  const needsRelease = steps.some(({ invocation: { operands } }) => operands.some(({ text }) => /-dev$/.test(text)));
  const alpine = facts.before(stage.instructions[1] ?? stage.from)!.image.family === 'alpine';
  const same = alpine || !needsRelease ? undefined : sameRelease(subject);
  if (same !== undefined && 'reason' in same) return same;
  const starts = startsPrograms(subject);
  const kept = (name: string) => starts || !BUILD_PACKAGES.test(name);
  const installers = steps.filter(
    ({ invocation: { operands } }) =>
      starts || operands.length === 0 || !operands.every(({ text }) => BUILD_PACKAGES.test(text)),
  );
  const system = systemPackages(subject, installers, same?.release);
  if ('reason' in system) return system;
  // Tools of the build stand in one install with what runs: that is written anew.
  const split = [...system.both].filter((one) =>
    steps.some((step) => step.instruction === one && step.invocation.operands.some(({ text }) => !kept(text))),
  );
  const both = [...system.both].filter((one) => !split.includes(one));
  const again = installers
    .filter(
      ({ instruction, invocation }) => split.includes(instruction) && /^(?:install|add)$/.test(invocation.subcommand),
    )
    .flatMap(({ invocation }) =>
      invocation.operands.map(({ text }) => ({ name: text, why: `${text} is not for building only` })),
    );
  const user = userOf(subject, placed.owner);
  if (user !== undefined) return user;
  const packages = inOrder([
    ...new Map([...system.packages, ...again].filter(({ name }) => kept(name)).map((one) => [one.name, one])).values(),
  ]);
  const folders = touchesPhp(subject) ? PHP_FOLDERS : [];
  const places = new Map(
    [...placed.places, ...both.map((one) => [one, 'both'] as const)].filter(
      ([one]) => !bringsComposer(one) && !isBrought(subject, one, folders),
    ),
  );
  const gone = [
    ...new Set([
      ...system.left,
      ...steps
        .filter(
          ({ invocation }) => /^(?:install|add)$/.test(invocation.subcommand) && /^ap/.test(invocation.tool ?? ''),
        )
        .flatMap(({ invocation }) => invocation.operands.map(({ text }) => text))
        .filter((name) => !kept(name)),
    ]),
  ];
  const image =
    same === undefined || same.edits.length === 0
      ? stage.base
      : `${stage.base.replace(/:latest$/, '')}${/:(?!latest$)/.test(stage.base) ? '-' : ':'}${same.release}`;
  return plan({
    image,
    what: `ship ${root} and PHP's extensions on ${image} and leave Composer${gone.length > 0 ? ` and ${gone.join(', ')}` : ''} in a build stage`,
    places,
    copies: [...folders, root].map((path) => ({ from: path, to: path })),
    packages,
    manager: system.manager,
    recommends: system.recommends && packages.some(({ why }) => why.endsWith('building only')),
    edits: same?.edits ?? [],
    buildVariables: new Set([
      'DEBIAN_FRONTEND',
      'COMPOSER_ALLOW_SUPERUSER',
      'COMPOSER_HOME',
      'COMPOSER_NO_INTERACTION',
      'COMPOSER_MEMORY_LIMIT',
      'COMPOSER_VERSION',
    ]),
    level: alpine ? 'unsafe' : 'review',
    evidence: [
      { fact: `composer install puts all packages below ${root}, which is copied whole`, span: at.span },
      {
        fact:
          folders.length === 0
            ? 'both stages have one base, and no step changes PHP'
            : 'both stages have one base, so that extensions fit; they and the settings of PHP are copied',
      },
      ...(starts ? [] : [{ fact: 'no source of the project starts other programs' }]),
      ...packages.map(({ name, why }) => ({ fact: `${name}: ${why}` })),
      ...(alpine ? [{ fact: 'no real build has shown this road on Alpine' }] : []),
    ],
    announces: [
      {
        kind: 'files',
        effect: 'removed',
        paths: ['/usr/bin/composer', '/usr/local/bin/composer', joinPath(root, 'composer.phar')],
        why: 'only the build runs Composer',
      },
      ...(gone.length === 0
        ? []
        : [{ kind: 'packages', effect: 'removed', manager: system.manager, names: gone } as const]),
    ],
  });
}

/** Scripts of a shell, and settings of what starts programs in the container. */
function isScript(path: string, text: string | undefined): boolean {
  return /entrypoint[^/]*$|\.sh$|supervisor|cron/.test(path) || /^#!.*\b(?:ba|da|z)?sh\b/.test(text ?? '');
}

/** Whether what runs in the container may start programs that only Composer is known to need. */
function startsPrograms({ stage, files, project }: Subject): boolean {
  return (
    stage.instructions.some(
      (one) => /^(?:CMD|ENTRYPOINT|HEALTHCHECK)$/.test(one.keyword) && STARTS_TOOLS.test(argumentText(one)),
    ) ||
    [...files].some(([path, { context }]) => {
      if (context === undefined || /(?:^|\/)(?:vendor|tests?)\//.test(context)) return false;
      const text = project!.context.read(context);
      if (context.endsWith('.php')) return STARTS_PROGRAMS.test(text ?? '');
      return isScript(path, text) && STARTS_TOOLS.test(text ?? '');
    })
  );
}

/** A COPY that only brings Composer. */
function bringsComposer({ keyword, flags }: Subject['stage']['from']): boolean {
  return (
    keyword === 'COPY' &&
    flags.some(
      ({ name, value }) => name === 'from' && /^(?:docker\.io\/(?:library\/)?)?composer(?:[:@]|$)/.test(value ?? ''),
    )
  );
}

/** Whether steps make extensions or settings of PHP, so that their folders are copied. */
function touchesPhp({ steps }: Subject): boolean {
  return steps.some(
    ({ invocation: { tool, command } }) =>
      /^(?:docker-php-.*|pecl|phpize)$/.test(tool ?? '') ||
      command.words
        .concat(command.redirects.flatMap(({ target }) => target ?? []))
        .some(({ text }) => /\/usr\/local\/etc\/php|PHP_INI_DIR/.test(text)),
  );
}

/** A COPY whose files all lie in folders that are copied anyway. */
function isBrought({ files }: Subject, copy: Subject['stage']['from'], folders: readonly string[]): boolean {
  const own = [...files].filter(([, { by }]) => by === copy).map(([path]) => path);
  return own.length > 0 && own.every((path) => folders.some((folder) => isWithin(path, folder)));
}
