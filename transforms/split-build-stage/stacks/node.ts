import { runsBuildTools } from '../../../src/bases/index.js';
import type { Instruction } from '../../../src/dockerfile/index.js';
import { joinPath } from '../../../src/facts/index.js';
import { readTag } from '../../../src/facts/images/tag.js';
import { buildsOnStart, readStart, withoutDevelopment } from '../../../src/runtime/index.js';
import { systemPackages } from '../system-packages.js';
import { type Answer, declined, plan, type Stack, type Step, type Subject, startOf } from '../types.js';
import { bundleOf } from './node-bundle.js';
import { nodeImage } from './node-image.js';
import { compiledOutput } from './node-output.js';
import { devDependenciesOf, isInstall } from './node-prune.js';
import { builderEffect, isBuilder } from './node-steps.js';
import { isOfSystem, placesAround, userOf } from './program-folder.js';

/** Packages that put what they run into a folder of the user, which is not copied. */
const OUTSIDE_MODULES =
  /^(?:puppeteer|@puppeteer\/browsers|playwright(?:-\w+)?|cypress|electron|chromedriver|selenium-standalone)$/;

export const node: Stack = {
  name: 'node',
  plan: (subject) => {
    const { base, stage } = subject;
    if (base?.image !== 'node' || readTag(base.tag).windows !== undefined || stage.instructions.some(isForeignShell))
      return undefined;
    const { command, steps, project } = subject;
    const installs = steps.filter(isInstall);
    if (installs.length === 0 || command.at === undefined) return undefined;
    if (subject.opaque !== undefined) return subject.opaque;
    if (project === undefined)
      return declined('without its build context it is not known what the program needs when it runs', stage.from);
    return planOf(subject, installs);
  },
};

function isForeignShell({ keyword }: Instruction): boolean {
  return keyword === 'SHELL';
}

function planOf(subject: Subject, installs: readonly Step[]): Answer {
  const { command, project } = subject;
  const [install, second] = installs;
  const at = install!.instruction;
  const folder = install!.cwd;
  const root = command.workdir;
  if (second !== undefined)
    return declined(
      'packages are installed more than once, and which of them ship is not told apart',
      second.instruction,
    );
  if (folder === undefined || root === undefined) return declined('the folder of the program is not known', at);
  if (isOfSystem(root)) return declined(`the program lies in ${root}, beside what the system has there`, at);
  if (folder !== root) return declined(`packages are installed in ${folder} and the program starts in ${root}`, at);
  const manifest = subject.files.get(joinPath(root, 'package.json'))?.context;
  const own = project!.node.find(({ folder: of }) => joinPath(`/${of}`, 'package.json') === `/${manifest ?? ''}`);
  if (own === undefined) return declined('the package.json that is installed from is not known', at);
  if (own.workspaces.length > 0 || own.workspaceRoot !== undefined)
    return declined('package.json has workspaces, and which of them ship is not told apart', at);
  const start = readStart(startOf(subject), own, root);
  if ('reason' in start) return start;

  const placed = placesAround(subject, root, (step) => builderEffect(step, root, start.managers));
  if ('reason' in placed) return placed;
  const shipped = nodeImage(subject, own);
  const system = systemPackages(subject, subject.steps, shipped.named?.release);
  if ('reason' in system) return system;
  const places = new Map([...placed.places, ...[...system.both].map((one) => [one, 'both'] as const)]);
  const builds = subject.steps.filter(
    (step) => isBuilder(step) && step !== install && step.invocation.subcommand !== 'cache clean',
  );
  const bundle = bundleOf(subject, own, root, start, builds);
  const development =
    bundle !== undefined && !bundle.modules
      ? { run: undefined, level: bundle.level }
      : devDependenciesOf(subject, own, install!, start.packages, places, bundle !== undefined);
  if ('reason' in development) return development;
  const builder = start.programs.find(buildsOnStart);
  if (builder !== undefined && development.run !== undefined)
    return declined(`${builder} builds the program when the container starts`, command.at!);
  const needsTools = system.left.length > 0;
  const tools = needsTools ? runsBuildTools(project!) : undefined;
  if (tools !== undefined)
    return declined(`${tools}, and ${system.left.join(', ')} would stay in the build stage`, command.at!);
  if (bundle === undefined && development.run === undefined && !needsTools) return undefined;
  const outside = [...own.dependencies.keys()].find((name) => OUTSIDE_MODULES.test(name));
  if (outside !== undefined)
    return declined(`${outside} keeps a program in a folder of the user, which is not copied`, at);

  const user = userOf(subject, placed.owner);
  if (user !== undefined) return user;
  const compiled = bundle === undefined ? compiledOutput(subject, own, root, start, builds) : undefined;
  const output = bundle ?? compiled;
  const paths = output?.paths ?? [root];
  const packages = [...system.packages, ...shipped.packages].filter(
    (one, i, all) => all.findIndex(({ name }) => name === one.name) === i,
  );
  const left = [
    ...(development.run === undefined ? [] : ['the development dependencies']),
    ...(needsTools ? [system.left.join(', ')] : []),
    ...(bundle === undefined ? [] : ['the sources']),
  ];
  return plan({
    image: shipped.image,
    what: `ship ${output === undefined ? 'the program' : paths.map((path) => path.slice(path.lastIndexOf('/') + 1)).join(', ')} on ${shipped.image} and leave ${left.join(' and ')} in a build stage`,
    places,
    copies: [...paths.map((path) => ({ from: path, to: path })), ...(compiled?.carried.copies ?? [])],
    packages: [...packages].sort((a, b) => (a.name < b.name ? -1 : 1)),
    manager: system.manager,
    recommends: system.recommends,
    edits: shipped.named?.edits ?? [],
    buildRuns: development.run === undefined ? [] : [development.run],
    level: bundle?.level === 'unsafe' ? 'unsafe' : development.level,
    evidence: [
      {
        fact: `${command.words.join(' ')} starts, and no development dependency is named by it or by the code`,
        span: command.at!.span,
      },
      ...[
        ...shipped.facts,
        ...(output?.facts ?? [`all of ${root} is copied: what the program reads there is not known in full`]),
      ].map((fact) => ({ fact })),
      ...(compiled?.carried.evidence ?? []),
      ...packages.map(({ name, why }) => ({ fact: `${name}: ${why}` })),
    ],
    announces: [
      ...(development.run === undefined ? [] : withoutDevelopment(joinPath(root, 'node_modules'), own)),
      ...(needsTools
        ? [{ kind: 'packages', effect: 'removed', manager: system.manager, names: system.left } as const]
        : []),
    ],
  });
}
