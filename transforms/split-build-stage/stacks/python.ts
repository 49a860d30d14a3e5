import { slimTagOf, stageNeeds, withoutOpenMp } from '../../../src/bases/index.js';
import { argumentText, type Instruction } from '../../../src/dockerfile/index.js';
import { isRoot } from '../../../src/facts/index.js';
import { readTag } from '../../../src/facts/images/tag.js';
import { effectOf } from '../file-steps.js';
import { byInstruction, isPackageCommand, type SystemPackages, systemPackages } from '../system-packages.js';
import {
  type Answer,
  type Declined,
  declined,
  type Place,
  plan,
  type Stack,
  type Step,
  type Subject,
} from '../types.js';

/** The virtual environment that holds what pip installs, so that it can be copied as one folder. */
const ENVIRONMENT = '/opt/venv';

const MANAGERS = /^(?:poetry|pipenv|pdm|uv|conda|mamba|hatch|pipx|easy_install)$/;
/** What code of the project runs after the installs; none of it compiles. */
const RUNNERS = /^(?:python[\d.]*|flask|django-admin|alembic|\.?\/?manage\.py|pybabel)$/;
/** Distributions that call a compiler when they run. */
const COMPILES_LATE =
  /^\s*["']?(?:node-gyp|theano|pytensor|pymc\d*|triton|pythran|torch|tensorflow|jax|cmdstanpy|pystan|pyximport|cppyy|weave|numba-?cuda)\b/im;
const COMPILERS =
  /(?<![\w/.-])(?:gcc|g\+\+|cc|make|cmake|pip[\d.]* install|python[\d.]* -m (?:pip|venv)|setup\.py)(?![\w.-])/;
/** Programs and modules that a virtual environment has elsewhere. */
const ABSOLUTE =
  /\/usr\/(?:local\/)?(?:bin\/(?:python|pip|gunicorn|uvicorn|celery|flask|uwsgi|supervisord|django-admin)|lib\/python)/;
/** Programs that start others without the environment of the container. */
const OWN_PATH = /^(?:cron|anacron|sudo|openssh-server)$/;

export const python: Stack = {
  name: 'python',
  plan: (subject) => {
    const { base, command, stage, steps, project } = subject;
    if (base?.image !== 'python' || readTag(base.tag).windows !== undefined) return undefined;
    const installs = steps.filter(isPip);
    const last = installs.at(-1)?.instruction;
    if (last === undefined || command.at === undefined) return undefined;
    const before = steps.filter(({ instruction }) => instruction.index <= last.index);
    const system = systemPackages(subject, before);
    if ('reason' in system) return system.reason.includes('takes packages away') ? undefined : system;
    const full = slimTagOf('python', base.tag);
    if (system.left.length === 0) return undefined;
    if (/^(?:2|3\.[0-2])(?:[.-]|$)/.test(base.tag))
      return declined('this Python has no virtual environments of its own', stage.from);
    if (subject.opaque !== undefined) return subject.opaque;
    if (project === undefined)
      return declined('without its build context it is not known what pip installs', stage.from);
    return planOf(subject, installs, last, system, full !== undefined && 'tag' in full ? full.tag : undefined);
  },
};

/** `pip install`, `python -m pip install`. */
function isPip({ invocation: { tool, subcommand, args } }: Step): boolean {
  if (/^pip[\d.]*$/.test(tool ?? '')) return subcommand === 'install';
  return (
    /^python[\d.]*$/.test(tool ?? '') &&
    args[0]?.text === '-m' &&
    args[1]?.text === 'pip' &&
    args[2]?.text === 'install'
  );
}

function planOf(
  subject: Subject,
  installs: readonly Step[],
  last: Instruction,
  system: SystemPackages,
  slim: string | undefined,
): Answer {
  const { facts, command } = subject;
  const first = installs[0]!;
  const wrong = refusal(subject, installs, system);
  if (wrong !== undefined) return wrong;
  const places = placesOf(subject, last);
  if ('reason' in places) return places;
  for (const one of system.both) places.set(one, one.index < last.index ? 'both' : 'final');
  const shipped = imageOf(subject, slim, last);
  if ('reason' in shipped) return shipped;
  const packages = [...system.packages, ...openMp(subject, system), ...shipped.packages].filter(
    (one, i, all) => all.findIndex(({ name }) => name === one.name) === i,
  );
  const { file } = facts;
  const at = file.blockOf(first.instruction).start;
  const lower = first.instruction.logical.text.startsWith('run');
  const word = (keyword: string): string => (lower ? keyword.toLowerCase() : keyword);
  const lines = [`${word('RUN')} python -m venv ${ENVIRONMENT}`, `${word('ENV')} PATH=${ENVIRONMENT}/bin:$PATH`];
  return plan({
    image: shipped.image,
    what: `ship a virtual environment on ${shipped.image} and leave ${system.left.join(', ')} in a build stage`,
    places,
    copies: [{ from: ENVIRONMENT, to: ENVIRONMENT }],
    packages: packages.sort((a, b) => (a.name < b.name ? -1 : 1)),
    manager: system.manager,
    recommends: system.recommends,
    edits: [{ span: { start: at, end: at }, text: lines.map((line) => line + file.eol).join('') }],
    variables: new Map([['PATH', `${ENVIRONMENT}/bin:$PATH`]]),
    // On Alpine no build of a real project has shown it, and libraries are looked up with the compiler's tools.
    level: system.manager === 'apk' ? 'unsafe' : 'review',
    evidence: [
      {
        fact: `pip installs into ${ENVIRONMENT}, which both stages have at the same place with the same Python`,
        span: first.instruction.span,
      },
      {
        fact: `${system.left.join(', ')} only build, and what is built links to nothing beside the base and the packages of the final stage`,
        span: command.at!.span,
      },
      ...packages.map(({ name, why }) => ({ fact: `${name}: ${why}` })),
    ],
    announces: [
      {
        kind: 'files',
        effect: 'added',
        paths: [`${ENVIRONMENT}/**`],
        why: 'the virtual environment that pip installs into',
      },
      { kind: 'packages', effect: 'removed', manager: system.manager, names: system.left },
    ],
  });
}

/** GCC brings its library for OpenMP, which a program that is built with it, or a wheel, may load. */
function openMp({ project }: Subject, { left, manager }: SystemPackages): SystemPackages['packages'] {
  const unknown = project!.python.flatMap(({ dependencies }) => [...dependencies]).find((name) => !withoutOpenMp(name));
  if (
    manager === 'apk' ||
    unknown === undefined ||
    !left.some((name) => /^(?:gcc|g\+\+|build-essential|gfortran)$/.test(name))
  )
    return [];
  return [{ name: 'libgomp1', why: `gcc brought it, and ${unknown} may load it` }];
}

/** Why what pip installs cannot be told from the rest, or would not run from a virtual environment. */
function refusal(
  subject: Subject,
  installs: readonly Step[],
  { packages, both }: SystemPackages,
): Declined | undefined {
  const { stage, steps, facts, files, project } = subject;
  const { context } = project!;
  const at = installs[0]!.instruction;
  const manager = steps.find(({ invocation }) => MANAGERS.test(invocation.tool ?? ''));
  if (manager !== undefined)
    return declined(`${manager.invocation.tool!} installs too, and where it does is not followed`, manager.instruction);
  for (const { invocation, state, instruction } of installs) {
    if (isRoot(state) !== true) return declined('pip runs as a user who may not write where packages go', instruction);
    const odd = invocation.args.find(({ text }) =>
      /^(?:--user|--prefix|--target|-t|--root|-e|--editable|--break-system-packages|--python)/.test(text),
    );
    if (odd !== undefined) return declined(`pip install ${odd.text} puts packages elsewhere`, instruction);
    const local = invocation.operands.find(({ text }) => /^\.{1,2}(?:\/|\[|$)|^\/(?!.*\.whl$)/.test(text));
    if (local !== undefined)
      return declined('pip installs the project itself, whose data files are not followed', instruction);
  }
  const environment = stage.instructions.find(
    ({ keyword, ...one }) =>
      /^(?:ENV|ARG)$/.test(keyword) &&
      /\b(?:PYTHONUSERBASE|PYTHONHOME|PIP_(?:TARGET|PREFIX|USER|ROOT)|VIRTUAL_ENV|CONDA_PREFIX)\b/.test(
        one.logical.text,
      ),
  );
  if (environment !== undefined)
    return declined(`${environment.keyword} at line ${environment.lines.first} moves where packages go`, environment);
  if (facts.file.text.includes(ENVIRONMENT) || /-m\s+venv|\bvirtualenv\b/.test(facts.file.text))
    return declined('the file has a virtual environment of its own', at);
  const absolute = stage.instructions.find((one) => ABSOLUTE.test(argumentText(one)));
  if (absolute !== undefined)
    return declined(
      `${absolute.keyword} at line ${absolute.lines.first} names Python or a package by a path that a virtual environment has elsewhere`,
      absolute,
    );
  const installed = [
    ...packages.map(({ name }) => name),
    ...steps
      .filter(({ instruction }) => both.has(instruction))
      .flatMap(({ invocation }) => invocation.operands.map(({ text }) => text)),
  ];
  const own = installed.find((name) => OWN_PATH.test(name));
  if (own !== undefined) return declined(`${own} starts programs without the PATH of the container`, at);
  const requirements = project!.at.requirements(
    '',
    context.paths.filter((path) =>
      /(?:^|\/)[^/]*(?:requirements|constraints)[^/]*\.(?:txt|in)$|(?:^|\/)requirements\/[^/]+\.txt$/.test(path),
    ),
  );
  if (requirements.readsSource.length > 0)
    return declined(`${requirements.readsSource[0]!.why}, which is not followed`, at);
  const texts = [
    ...requirements.manifests.map((path) => context.read(path) ?? ''),
    ...installs.flatMap(({ invocation }) => invocation.args.map(({ text }) => text)),
  ];
  const late = texts.map((text) => COMPILES_LATE.exec(text)?.[0].trim()).find((name) => name !== undefined);
  if (late !== undefined) return declined(`${late} may compile when it runs`, at);
  for (const { context: path } of files.values()) {
    if (
      path === undefined ||
      !/\.(?:py|sh|cfg|conf|ini|toml)$|(?:^|\/)[\w-]*(?:entrypoint|start|run)[\w-]*$|crontab/.test(path)
    )
      continue;
    const text = context.read(path);
    if (text === undefined) return declined(`${path} cannot be read`, at);
    if (ABSOLUTE.test(text))
      return declined(`${path} names Python or a package by a path that a virtual environment has elsewhere`, at);
    if (/\.sh$|entrypoint/.test(path) && COMPILERS.test(text))
      return declined(`${path} builds when the container runs`, at);
    if (path.endsWith('.py') && /(['"])(?:gcc|g\+\+|cc|make|cmake)[ '"]/.test(text))
      return declined(`${path} starts a compiler`, at);
  }
  if (!subject.filesComplete) return declined('what COPY or ADD brings is not known in full', stage.from);
  const start = subject.command.words.join(' ');
  if (COMPILERS.test(start)) return declined('the command builds when the container starts', subject.command.at!);
  return undefined;
}

/** Steps before the last install go to both stages unless they are the installs; what stands behind it goes to the final one. */
function placesOf(subject: Subject, last: Instruction): Map<Instruction, Exclude<Place, 'build'>> | Declined {
  const { stage, files, command } = subject;
  const places = new Map<Instruction, Exclude<Place, 'build'>>();
  const brings = new Set([...files.values()].map(({ by }) => by));
  for (const one of stage.instructions) {
    if (one.keyword !== 'COPY' && one.keyword !== 'ADD') continue;
    if (one.index > last.index) places.set(one, 'final');
    // Files that a later COPY brings again are needed by pip alone.
    else if (brings.has(one)) places.set(one, 'both');
  }
  const root = command.workdir ?? '/';
  for (const [instruction, commands] of byInstruction(subject.steps)) {
    const line = `RUN at line ${instruction.lines.first}`;
    const others = commands.filter((step) => !isPackageCommand(step) && !isPip(step));
    if (instruction.index > last.index) {
      const unknown = others.find(
        (step) => !RUNNERS.test(step.invocation.tool ?? '') && effectOf(step, root) === 'unknown',
      );
      if (unknown !== undefined)
        return declined(
          `${line} runs ${unknown.invocation.tool ?? 'a program'}, which may need what the build stage has`,
          instruction,
        );
      places.set(instruction, 'final');
      continue;
    }
    const effects = others.map((step) => effectOf(step, root));
    const bad = others[effects.indexOf('unknown')];
    if (bad !== undefined)
      return declined(
        `${line} runs ${bad.invocation.tool ?? 'a program'}, and what it leaves is not known`,
        instruction,
      );
    if (effects.every((effect) => effect === 'none')) continue;
    if (others.length < commands.length) return declined(`${line} does more than install in one step`, instruction);
    places.set(instruction, 'both');
  }
  return places;
}

interface Shipped {
  readonly image: string;
  readonly packages: readonly { readonly name: string; readonly why: string }[];
}

/** The same image, or for a full one its slim variant of the same Debian release. */
function imageOf(
  { base, facts, stage, project }: Subject,
  slim: string | undefined,
  last: Instruction,
): Shipped | Declined {
  if (slim === undefined) return { image: stage.base, packages: [] };
  if (base!.variable !== undefined || base!.reference.digest !== undefined)
    return declined('the tag of the slim variant cannot be written', stage.from);
  if (readTag(base!.tag).release === undefined)
    return declined(
      `native code is built, and ${base!.tag} names no Debian release that both stages could share`,
      stage.from,
    );
  const needs = stageNeeds(facts, stage, 'python', project, (one) => one.index > last.index || one.keyword === 'ENV');
  const [missing] = needs.reasons;
  if (missing !== undefined) return declined(`${slim} may lack what the program needs: ${missing.reason}`, stage.from);
  return {
    image: `${base!.reference.text.slice(0, base!.reference.spans.name.end)}:${slim}`,
    packages: [...needs.packages].map(([name, { why }]) => ({ name, why })),
  };
}
