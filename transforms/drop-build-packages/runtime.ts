import { runsBuildTools } from '../../src/bases/index.js';
import type { Run } from '../../src/cache-mounts/index.js';
import { argumentText, type Instruction } from '../../src/dockerfile/index.js';
import { type Facts, servicesIn } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { BUILDS_AT_START, COMPILES_LATE } from './builders.js';
import type { Site } from './sites.js';

/** What is known of a container's need of build packages. */
interface Need {
  /** Why they must stay. */
  readonly reason: string | undefined;
  /** What is not known, so that it cannot be said that they may go. */
  readonly missing: string | undefined;
}

const STARTS = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);
/** Official images that are used with their own start command. */
const SERVERS =
  /(^|\/)(php|nginx|httpd|wordpress|drupal|joomla|nextcloud|redmine|postgres|mysql|mariadb|redis|tomcat|jetty)$/;
/** Start commands that leave to a person what runs. */
const SHELL = /^["'[\s]*(\/usr)?(\/bin\/)?(ba|a|da|z)?sh["'\]\s]*(?:-l["'\]\s]*)?$/;

/** Looks at what the images built from a stage run, scripts of the project included. */
export function needAtRunTime(
  facts: Facts,
  site: Site,
  project: ProjectFacts | undefined,
  dockerfile: string | undefined,
): Need {
  const { runs } = site;
  const last = runs.at(-1)!;
  const instructions = facts.heirs(last.stage).flatMap((stage) => stage.instructions);
  const later = instructions.filter(({ index }) => index > last.instruction.index);
  const trigger = later.find(({ keyword }) => keyword === 'ONBUILD');
  if (trigger !== undefined) return must(`ONBUILD at line ${trigger.lines.first} may build`);
  const texts = [...runs.map(({ instruction }) => argumentText(instruction)), ...requirementsOf(project)];
  const late = texts.map((text) => COMPILES_LATE.exec(text)?.[2]).find((name) => name !== undefined);
  if (late !== undefined) return must(`${late} compiles when it runs`);
  const ofNode = /(^|\/)node$/.test(last.state.image.image);
  const tools = ofNode && project !== undefined ? runsBuildTools(project) : undefined;
  if (tools !== undefined) return must(tools);
  const starts = later.filter(({ keyword }) => STARTS.has(keyword));
  let missing: string | undefined;
  for (const start of starts) {
    const line = `${start.keyword} at line ${start.lines.first}`;
    const text = start.json === undefined ? argumentText(start) : start.json.map(({ value }) => value).join(' ');
    if (SHELL.test(text)) missing ??= `${line} starts a shell, in which anything may be run`;
    if (BUILDS_AT_START.test(text)) return must(`${line} builds when the container runs`);
    if (npmScripts(text, project).some((script) => BUILDS_AT_START.test(script)))
      return must(`${line} runs a script that builds when the container runs`);
    for (const name of scriptsOf(start)) {
      const script = readScript(project, name);
      if (script === undefined) missing ??= `${line} runs ${name}, which is not seen`;
      else if (BUILDS_AT_START.test(script)) return must(`${name}, which ${line} runs, builds when the container runs`);
    }
  }
  for (const { what, starts } of servicesIn(facts.file, facts.heirs(last.stage), project?.services(dockerfile) ?? [])) {
    const builds = starts.some(
      (text) => BUILDS_AT_START.test(text) || npmScripts(text, project).some((script) => BUILDS_AT_START.test(script)),
    );
    if (builds) return must(`${what} builds when the container runs`);
    for (const name of starts.flatMap(scriptsIn)) {
      const script = readScript(project, name);
      if (script === undefined) missing ??= `${what} runs ${name}, which is not seen`;
      else if (BUILDS_AT_START.test(script)) return must(`${name}, which ${what} runs, builds when the container runs`);
    }
  }
  const { image } = last.state;
  if (!starts.some(({ keyword }) => keyword !== 'HEALTHCHECK') && !SERVERS.test(image.image))
    missing ??= 'nothing says what runs in the image';
  return { reason: undefined, missing };
}

/** The texts of the files that name a project's Python packages. */
function requirementsOf(project: ProjectFacts | undefined): readonly string[] {
  const paths = project?.context.paths.filter((path) =>
    /(^|\/)(requirements[^/]*\.(txt|in)|pyproject\.toml|Pipfile)$/.test(path),
  );
  return (paths ?? []).flatMap((path) => project!.context.read(path) ?? []);
}

function must(reason: string): Need {
  return { reason, missing: undefined };
}

/** Names of the shell scripts that a start command runs: by ending, or programs with a usual name. */
function scriptsOf(start: Instruction): readonly string[] {
  return start.json === undefined ? scriptsIn(argumentText(start)) : scriptsAmong(start.json.map(({ value }) => value));
}

function scriptsIn(text: string): readonly string[] {
  return scriptsAmong(text.split(/[\s;&|'"]+/));
}

function scriptsAmong(words: readonly string[]): readonly string[] {
  return words
    .filter(
      (word, i) =>
        /\.(sh|bash)$/.test(word) ||
        ((i === 0 || word.includes('/')) && /(^|\/)(docker-)?(entrypoint|entry|start|run|boot|init)$/.test(word)),
    )
    .map((word) => word.slice(word.lastIndexOf('/') + 1));
}

/** The texts of the npm scripts that a start command runs. */
function npmScripts(text: string, project: ProjectFacts | undefined): readonly string[] {
  const name = /\b(?:npm|yarn|pnpm)[\s",]+(?:run(?:-script)?[\s",]+)?([\w:.-]+)/.exec(text)?.[1];
  if (name === undefined) return [];
  const quoted = name.replace(/[.:-]/g, '\\$&');
  const script = new RegExp(`"(?:pre)?${quoted}"\\s*:\\s*"([^"]*)"`, 'g');
  const paths = project?.context.paths.filter(
    (path) => /(^|\/)package\.json$/.test(path) && !/node_modules\//.test(path),
  );
  return (paths ?? []).flatMap((path) =>
    [...(project!.context.read(path) ?? '').matchAll(script)].map((match) => match[1]!),
  );
}

function readScript(project: ProjectFacts | undefined, name: string): string | undefined {
  const paths = project?.context.paths.filter((path) => path === name || path.endsWith(`/${name}`)) ?? [];
  const texts = paths.map((path) => project!.context.read(path));
  return texts.length > 0 && texts.every((text) => text !== undefined) ? texts.join('\n') : undefined;
}

/** The first RUN after a site, in the images built on it, that uses a program which would be gone. */
export function usedLater(
  facts: Facts,
  runs: readonly Run[],
  site: Site,
  mayBuild: (run: Run) => boolean,
): Run | undefined {
  const last = site.runs.at(-1)!;
  const heirs = facts.heirs(last.stage);
  return runs.find(
    (run) => heirs.includes(run.stage) && run.instruction.index > last.instruction.index && mayBuild(run),
  );
}
