import { isWithin, joinPath } from '../../../src/facts/index.js';
import { systemPackages } from '../system-packages.js';
import { type Answer, declined, plan, type Stack, type Step, type Subject } from '../types.js';
import { inOrder } from './binary.js';
import { isOfSystem, placesAround, userOf } from './program-folder.js';
import { COMPILES_LATE, gemFolders, gemLibraries, isInstall, rubyEffect } from './ruby-gems.js';
import { slimImage } from './slim-image.js';

/** Variables that only Bundler's installs read. */
const BUILD_VARIABLES: ReadonlySet<string> = new Set([
  'DEBIAN_FRONTEND',
  'BUNDLE_JOBS',
  'BUNDLE_RETRY',
  'NOKOGIRI_USE_SYSTEM_LIBRARIES',
]);

export const ruby: Stack = {
  name: 'ruby',
  plan: (subject) => {
    if (subject.base?.image !== 'ruby') return undefined;
    const { command, stage, steps, project } = subject;
    if (command.at === undefined) return undefined;
    const installs = steps.filter(isInstall);
    if (installs.length === 0) return undefined;
    if (subject.opaque !== undefined) return subject.opaque;
    if (
      command.words.slice(0, 2).join(' ') === 'bundle install' ||
      /\bbundle (?:check|install|update)\b/.test(command.at.logical.text)
    )
      return declined('the container installs gems when it starts', command.at);
    if (project === undefined)
      return declined('without its build context it is not known what the gems need', stage.from);
    return planOf(subject, installs);
  },
};

function planOf(subject: Subject, installs: readonly Step[]): Answer {
  const { command, project, steps } = subject;
  const at = installs[0]!.instruction;
  const root = command.workdir;
  if (root === undefined) return declined('the folder of the program is not known', at);
  if (isOfSystem(root)) return declined(`the program lies in ${root}, beside what the system has there`, at);
  const elsewhere = installs.find(({ cwd }) => cwd === undefined || !isWithin(cwd, root));
  if (elsewhere !== undefined)
    return declined(`gems are installed outside ${root}, where the program starts`, elsewhere.instruction);
  const own = project!.ruby.find(({ manifests }) =>
    [...subject.files].some(
      ([path, { context }]) =>
        path.startsWith(joinPath(installs[0]!.cwd!, 'Gem')) && context !== undefined && manifests.includes(context),
    ),
  );
  if (own === undefined) return declined('the Gemfile that is installed from is not known', at);
  if (own.unreadable.length > 0) return declined(`${own.unreadable[0]!.why}, which is not followed`, at);
  const shipped = slimImage(subject);
  if ('reason' in shipped) return shipped;
  const system = systemPackages(subject, steps, shipped.release);
  if ('reason' in system) return system;
  if (system.left.length === 0 && !shipped.slim) return undefined;
  const folders = gemFolders(subject, installs, root);
  if ('reason' in folders) return folders;
  const placed = placesAround(subject, root, (step) => rubyEffect(step, root));
  if ('reason' in placed) return placed;
  const user = userOf(subject, placed.owner);
  if (user !== undefined) return user;
  const places = new Map([...placed.places, ...[...system.both].map((one) => [one, 'both'] as const)]);
  const gems = gemLibraries(own, subject, shipped, places);
  if ('reason' in gems) return gems;
  const script = [...subject.files].find(
    ([path, { context }]) =>
      context !== undefined &&
      (/entrypoint[^/]*$|\.sh$/.test(path) || joinPath(root, command.words[0] ?? '') === path) &&
      COMPILES_LATE.test(project!.context.read(context) ?? ''),
  );
  if (script !== undefined) return declined(`${script[0]} installs or builds when the container runs`, command.at!);
  const packages = inOrder([...new Map([...system.packages, ...gems.packages].map((one) => [one.name, one])).values()]);
  const left = system.left.length > 0 ? system.left.join(', ') : 'the compilers of the full image';
  return plan({
    image: shipped.image,
    what: `ship ${root} and its gems on ${shipped.image} and leave ${left} in a build stage`,
    places,
    copies: [...folders.paths, root].map((path) => ({ from: path, to: path })),
    packages,
    manager: system.manager,
    recommends: system.recommends,
    edits: shipped.edits,
    buildVariables: BUILD_VARIABLES,
    level: system.manager === 'apk' ? 'unsafe' : 'review',
    evidence: [
      {
        fact: `${folders.paths.length === 0 ? root : folders.paths.join(' and ')} holds all that Bundler installs`,
        span: at.span,
      },
      { fact: shipped.evidence },
      { fact: `all of ${root} is copied: what the program reads there is not known in full` },
      { fact: 'no gem of the lockfile is known to need another library of the system' },
      ...packages.map(({ name, why }) => ({ fact: `${name}: ${why}` })),
      ...(system.manager === 'apk' ? [{ fact: 'no real build has shown this road on Alpine' }] : []),
    ],
    announces: [
      ...(system.left.length === 0
        ? []
        : [{ kind: 'packages', effect: 'removed', manager: system.manager, names: system.left } as const]),
    ],
  });
}
