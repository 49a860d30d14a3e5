import { slimTagOf, stageNeeds } from '../../../src/bases/index.js';
import { argumentText, type Instruction } from '../../../src/dockerfile/index.js';
import { expandIn, isRoot, isWithin, joinPath } from '../../../src/facts/index.js';
import { readTag } from '../../../src/facts/images/tag.js';
import type { NodeProject } from '../../../src/project/manifests/node.js';
import { readStart, withoutDevelopment } from '../../../src/runtime/index.js';
import { effectOf } from '../file-steps.js';
import { byInstruction, isPackageCommand, systemPackages } from '../system-packages.js';
import { type Answer, type Declined, declined, plan, type Stack, type Step, type Subject, startOf } from '../types.js';
import { compiledOutput } from './node-output.js';
import { devDependenciesOf, isInstall } from './node-prune.js';

/** Programs that write below the folder that they run in. */
const BUILDERS =
  /^(?:npm|npx|yarn|pnpm|pnpx|node|nodejs|tsc|tsup|esbuild|swc|nest|next|nuxt|nuxi|vite|webpack|rollup|remix|astro|gulp|grunt|babel|prisma|ng|rimraf|tsc-alias|turbo|parcel|svelte-kit|lerna|patch-package|node-gyp)$/;
/** Packages that put what they run into a folder of the user, which is not copied. */
const OUTSIDE_MODULES =
  /^(?:puppeteer|@puppeteer\/browsers|playwright(?:-\w+)?|cypress|electron|chromedriver|selenium-standalone)$/;
const SYSTEM =
  /^\/(?:(?:usr(?:\/local)?(?:\/(?:bin|sbin|lib|lib64|libexec|share|include|etc)(?:\/.*)?)?|etc|var|bin|sbin|lib|lib64|tmp|dev|proc|sys|root|home|run|boot)?|(?:etc|bin|sbin|lib|lib64|tmp|dev|proc|sys|run|boot)\/.*)$/;

export const node: Stack = {
  name: 'node',
  plan: (subject) => {
    const { base, command, stage, steps, project } = subject;
    if (base?.image !== 'node' || readTag(base.tag).windows !== undefined || stage.instructions.some(isForeignShell))
      return undefined;
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
  const { stage, command, facts, project, base } = subject;
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
  if (SYSTEM.test(root)) return declined(`the program lies in ${root}, beside what the system has there`, at);
  if (folder !== root) return declined(`packages are installed in ${folder} and the program starts in ${root}`, at);
  const manifest = subject.files.get(joinPath(root, 'package.json'))?.context;
  const own = project!.node.find(({ folder: of }) => joinPath(`/${of}`, 'package.json') === `/${manifest ?? ''}`);
  if (own === undefined) return declined('the package.json that is installed from is not known', at);
  if (own.workspaces.length > 0 || own.workspaceRoot !== undefined)
    return declined('package.json has workspaces, and which of them ship is not told apart', at);
  const start = readStart(startOf(subject), own, root);
  if ('reason' in start) return start;

  const placed = placesOf(subject, root, start.managers);
  if ('reason' in placed) return placed;
  const system = systemPackages(subject, subject.steps);
  if ('reason' in system) return system;
  const places = new Map([...placed.places, ...[...system.both].map((one) => [one, 'both'] as const)]);
  const development = devDependenciesOf(subject, own, install!, start.packages, places);
  if ('reason' in development) return development;
  const needsTools = system.left.length > 0;
  if (development.run === undefined && !needsTools) return undefined;
  const outside = [...own.dependencies.keys()].find((name) => OUTSIDE_MODULES.test(name));
  if (outside !== undefined)
    return declined(`${outside} keeps a program in a folder of the user, which is not copied`, at);

  const shipped = imageOf(subject, own);
  if ('reason' in shipped) return shipped;
  const user = userOf(subject, placed.owner);
  if (user !== undefined) return user;
  const builds = subject.steps.filter(
    (step) =>
      BUILDERS.test(step.invocation.tool ?? '') && step !== install && step.invocation.subcommand !== 'cache clean',
  );
  const output = compiledOutput(subject, own, root, start.entries, builds);
  const paths = output?.paths ?? [root];
  const packages = [...system.packages, ...shipped.packages].filter(
    (one, i, all) => all.findIndex(({ name }) => name === one.name) === i,
  );
  if (packages.length > 0 && isRoot(facts.before(stage.instructions[1] ?? stage.from)!) !== true)
    return declined('packages cannot be installed as the user of the base', stage.from);
  const left = [
    ...(development.run === undefined ? [] : ['the development dependencies']),
    ...(needsTools ? [system.left.join(', ')] : []),
  ];
  return plan({
    image: shipped.image,
    what: `ship ${output === undefined ? 'the program' : paths.map((path) => path.slice(path.lastIndexOf('/') + 1)).join(', ')} on ${shipped.image} and leave ${left.join(' and ')} in a build stage`,
    places,
    copies: paths.map((path) => ({ from: path, to: path })),
    packages: [...packages].sort((a, b) => (a.name < b.name ? -1 : 1)),
    manager: system.manager,
    recommends: system.recommends,
    buildRuns: development.run === undefined ? [] : [development.run],
    level: development.level,
    evidence: [
      {
        fact: `${command.words.join(' ')} starts, and no development dependency is named by it or by the code`,
        span: command.at!.span,
      },
      ...(base!.reference.text === shipped.image
        ? []
        : [
            {
              fact: `${shipped.image} is the same version, and the running program needs nothing else of the full image`,
            },
          ]),
      ...(output?.facts ?? [`all of ${root} is copied: what the program reads there is not known in full`]).map(
        (fact) => ({ fact }),
      ),
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

interface Placed {
  readonly places: ReadonlyMap<Instruction, 'both'>;
  /** Whether a step of the build gives the folder itself another owner or mode. */
  readonly owner: Instruction | undefined;
}

/** What each RUN and COPY leaves, and where it must stand. */
function placesOf(subject: Subject, root: string, managers: ReadonlySet<string>): Placed | Declined {
  const { stage, facts } = subject;
  const places = new Map<Instruction, 'both'>();
  for (const one of stage.instructions) {
    if (one.keyword === 'VOLUME' && /\$/.test(argumentText(one)))
      return declined(`VOLUME at line ${one.lines.first} is not known`, one);
    if (one.keyword === 'VOLUME') {
      const paths = one.json?.map(({ value }) => value) ?? argumentText(one).split(/\s+/);
      if (paths.some((path) => isWithin(path, root) || isWithin(root, path)))
        return declined(`VOLUME at line ${one.lines.first} may hold files that the image brings`, one);
    }
    if (one.keyword !== 'COPY' && one.keyword !== 'ADD') continue;
    const state = facts.before(one)!;
    const last = one.json?.at(-1)?.value ?? argumentText(one).split(/\s+/).at(-1) ?? '';
    const { value, overridable } = expandIn(state, last, facts.file);
    if (
      value === undefined ||
      overridable ||
      one.heredocs.length > 0 ||
      (state.workdir === undefined && !value.startsWith('/'))
    )
      return declined(`where ${one.keyword} at line ${one.lines.first} puts files is not known`, one);
    const target = joinPath(state.workdir ?? '/', value);
    if (isWithin(target, root)) continue;
    if (isWithin(root, target))
      return declined(`${one.keyword} at line ${one.lines.first} puts files around ${root}`, one);
    places.set(one, 'both');
  }
  let owner: Instruction | undefined;
  for (const [instruction, commands] of byInstruction(subject.steps)) {
    const line = `RUN at line ${instruction.lines.first}`;
    const effects = commands
      .filter((step) => !isPackageCommand(step))
      .map((step) => ({ step, effect: builderEffect(step, root, managers) ?? effectOf(step, root) }));
    const unknown = effects.find(({ effect }) => effect === 'unknown');
    if (unknown !== undefined)
      return declined(
        `${line} runs ${unknown.step.invocation.tool ?? 'a program'}, and what it leaves outside ${root} is not known`,
        instruction,
      );
    const outside = effects.filter(({ effect }) => effect === 'outside');
    if (outside.length === 0) continue;
    const alone = effects.length === commands.length && effects.every(({ effect }) => effect !== 'inside');
    if (alone && !/\$/.test(argumentText(instruction))) places.set(instruction, 'both');
    else if (
      outside.every(
        ({ step }) => /^(?:chown|chgrp|chmod|mkdir)$/.test(step.invocation.tool ?? '') && onRoot(step, root),
      )
    )
      owner ??= instruction;
    else return declined(`${line} changes more than ${root} in one step with the build`, instruction);
  }
  return { places, owner };
}

/** The effect of a command of the Node world; undefined for other commands. */
function builderEffect(
  step: Step,
  root: string,
  managers: ReadonlySet<string>,
): 'none' | 'inside' | 'outside' | 'unknown' | undefined {
  const { tool, args, subcommand } = step.invocation;
  const words = args.map(({ value, text }) => value ?? text);
  if (tool === 'corepack') return managers.has('pnpm') || managers.has('yarn') ? 'outside' : 'none';
  if (!BUILDERS.test(tool ?? '')) return undefined;
  if (words.some((word) => /^(?:-g|--global|global)$/.test(word))) {
    const names = words
      .filter((word) => !/^(?:-|i$|install$|add$|global$)/.test(word))
      .map((word) => word.replace(/(?<=.)@[^/]*$/, ''));
    return names.some((name) => managers.has(name)) ? 'unknown' : 'none';
  }
  if (words.some((word) => /^(?:--prefix|--cwd|-C|--dir)/.test(word))) return 'unknown';
  if (
    /^(?:config|cache|cache clean|cache clear|set)$/.test(subcommand) ||
    words.every((word) => /^(?:-v|--version)$/.test(word) && words.length > 0)
  )
    return 'none';
  return step.cwd !== undefined && isWithin(step.cwd, root) ? 'inside' : 'unknown';
}

function onRoot(step: Step, root: string): boolean {
  return step.invocation.operands.slice(step.invocation.tool === 'mkdir' ? 0 : 1).every((word) => {
    const path = step.text(word);
    return path !== undefined && step.cwd !== undefined && isWithin(joinPath(step.cwd, path), root);
  });
}

interface Shipped {
  readonly image: string;
  readonly packages: readonly { readonly name: string; readonly why: string }[];
}

/** The same image, or its slim variant where the running program needs nothing else of the full one. */
function imageOf(subject: Subject, own: NodeProject): Shipped | Declined {
  const { base, facts, stage, project } = subject;
  const same: Shipped = { image: stage.base, packages: [] };
  const slim = slimTagOf('node', base!.tag);
  if (slim === undefined || 'reason' in slim || base!.variable !== undefined || base!.reference.digest !== undefined)
    return same;
  const native = own.native.find(
    ({ name, why }) =>
      why !== 'restricted to a libc' &&
      !/^(?:core-js(?:-pure)?|esbuild|husky|nodemon|fsevents|@nestjs\/core|protobufjs|es5-ext)$/.test(name),
  );
  if (native !== undefined && readTag(base!.tag).release === undefined)
    return declined(
      `${native.name || 'the project'} has native code (${native.why}), and ${base!.tag} names no Debian release that both stages could share`,
      stage.from,
    );
  const needs = stageNeeds(facts, stage, 'node', project, ({ keyword }) =>
    /^(?:CMD|ENTRYPOINT|HEALTHCHECK|ENV)$/.test(keyword),
  );
  const [missing] = needs.reasons;
  if (missing !== undefined)
    return declined(`${slim.tag} may lack what the program needs: ${missing.reason}`, stage.from);
  return {
    image: `${base!.reference.text.slice(0, base!.reference.spans.name.end)}:${slim.tag}`,
    packages: [...needs.packages].map(([name, { why }]) => ({ name, why })),
  };
}

/** A user other than root who owns what is copied: the copies keep owners, the folder itself does not. */
function userOf({ facts, stage, steps }: Subject, owner: Instruction | undefined): Declined | undefined {
  const end = facts.atEnd(stage);
  if (isRoot(end) === true) return undefined;
  if (owner !== undefined)
    return declined(
      `RUN at line ${owner.lines.first} gives the folder of the program to another user in one step with the build`,
      owner,
    );
  const other = steps.find(({ state }) => state.user !== steps[0]!.state.user);
  const last = steps.at(-1);
  return other !== undefined && last?.state.user !== end.user && isRoot(last!.state) !== true
    ? declined('steps run as several users', other.instruction)
    : undefined;
}
