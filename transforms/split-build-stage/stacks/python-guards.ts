import { argumentText } from '../../../src/dockerfile/index.js';
import { isRoot } from '../../../src/facts/index.js';
import { ABSOLUTE, elsewhere, guardStarts, LOGIN, nameOf } from './python-starts.js';
import type { SystemPackages } from '../system-packages.js';
import { type Declined, declined, type Step, type Subject } from '../types.js';

/** Programs that install beside pip. */
export const MANAGERS = /^(?:poetry|pipenv|pdm|uv|conda|mamba|hatch|pipx|easy_install)$/;
/** Distributions that call a compiler when they run. */
const COMPILES_LATE =
  /^[ \t]*["']?(?:node-gyp|theano|pytensor|pymc\d*|triton|pythran|torch|tensorflow|jax|cmdstanpy|pystan|pyximport|cppyy|weave|numba-?cuda)\b/im;
const COMPILERS =
  /(?<![\w/.-])(?:gcc|g\+\+|cc|make|cmake|pip[\d.]* install|python[\d.]* -m (?:pip|venv)|setup\.py)(?![\w.-])/;
/** Settings, and programs without an ending, that may name what is started. */
const MAY_START =
  /^(?!(?:.*\/)?(?:\.\w|(?:docker-)?compose\b|(?:Docker|Make|Jenkins)file|LICEN[CS]E))(?:.*\/)?(?:[^/.]+|[^/]+\.(?:ya?ml|json|service|bash|env))$/;
const BUILD_PROGRAM =
  /['"](?:gcc|g\+\+|cc|make|cmake|pg_config|mysql_config|mariadb_config|curl-config|xml2-config|xslt-config|pkg-config|gdal-config)[ '"]/;
/** `CDLL("libsodium.so")`, where the library itself is libsodium.so.23. */
const DEVELOPMENT_NAME = /(?:CDLL|LoadLibrary|dlopen)\(\s*['"](lib[\w+-]+\.so)['"]/;
/** Programs that start others without the environment of the container. */
const OWN_PATH = /^(?:cron|anacron|sudo|openssh-server)$/;

/** Why what pip installs cannot be told from the rest, or would not run from a virtual environment. */
export function guardPip(
  subject: Subject,
  installs: readonly Step[],
  { packages, both }: SystemPackages,
  environment: string,
  seen: readonly Step[] = [],
): Declined | undefined {
  const { stage, steps, facts, files, project } = subject;
  const { context } = project!;
  const at = installs[0]!.instruction;
  const manager = steps.find((step) => MANAGERS.test(step.invocation.tool ?? '') && !seen.includes(step));
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
  const moving = stage.instructions.find(
    ({ keyword, ...one }) =>
      /^(?:ENV|ARG)$/.test(keyword) &&
      !(/\bVIRTUAL_ENV\b/.test(one.logical.text) && facts.atEnd(stage).env.get('VIRTUAL_ENV')?.value === environment) &&
      /\b(?:PYTHONUSERBASE|PYTHONHOME|PIP_(?:TARGET|PREFIX|USER|ROOT)|VIRTUAL_ENV|CONDA_PREFIX)\b/.test(
        one.logical.text,
      ),
  );
  if (moving !== undefined)
    return declined(`${moving.keyword} at line ${moving.lines.first} moves where packages go`, moving);
  const absolute = stage.instructions.find((one) => ABSOLUTE.test(argumentText(one)));
  if (absolute !== undefined) return declined(elsewhere(nameOf(absolute)), absolute);
  const starts = guardStarts(subject);
  if (starts !== undefined) return declined(starts, subject.command.at ?? at);
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
    ...(seen.length === 0 ? [] : project!.python.flatMap(({ dependencies }) => [...dependencies])),
    ...(seen.length === 0 ? [] : lockedNames(subject)),
  ];
  const late = texts.map((text) => COMPILES_LATE.exec(text)?.[0].trim()).find((name) => name !== undefined);
  if (late !== undefined) return declined(`${late} may compile when it runs`, at);
  for (const { context: path } of files.values()) {
    if (path === undefined) continue;
    if (MAY_START.test(path) && ABSOLUTE.test(context.read(path) ?? '')) return declined(elsewhere(path), at);
    if (!/\.(?:py|sh|cfg|conf|ini|toml)$|(?:^|\/)[\w-]*(?:entrypoint|start|run)[\w-]*$|crontab/.test(path)) continue;
    const text = context.read(path);
    if (text === undefined) return declined(`${path} cannot be read`, at);
    if (ABSOLUTE.test(text)) return declined(elsewhere(path), at);
    if (LOGIN.test(text)) return declined(`${path} starts a login shell, which loses the PATH of the container`, at);
    if (/\.sh$|entrypoint/.test(path) && COMPILERS.test(text))
      return declined(`${path} builds when the container runs`, at);
    if (path.endsWith('.py') && BUILD_PROGRAM.test(text))
      return declined(`${path} starts a program that only builds`, at);
    const library = path.endsWith('.py') ? DEVELOPMENT_NAME.exec(text)?.[1] : undefined;
    if (library !== undefined)
      return declined(`${path} names ${library}, a name of a library that development packages alone have`, at);
  }
  if (!subject.filesComplete) return declined('what COPY or ADD brings is not known in full', stage.from);
  const start = stage.instructions.find(
    (one) => /^(?:CMD|ENTRYPOINT)$/.test(one.keyword) && COMPILERS.test(argumentText(one)),
  );
  return start === undefined ? undefined : declined('the command builds when the container starts', start);
}

/** The distributions of lockfiles. */
function lockedNames({ project }: Subject): readonly string[] {
  const { python, context } = project!;
  return python.flatMap(({ lockfile }) =>
    [...(lockfile === undefined ? '' : (context.read(lockfile) ?? '')).matchAll(/^name = "([\w.-]+)"/gm)].map(
      ([, name]) => name!,
    ),
  );
}
