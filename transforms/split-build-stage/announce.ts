import { argumentWords, type Instruction } from '../../src/dockerfile/index.js';
import { isWithin, joinPath } from '../../src/facts/index.js';
import { ignoreFileFor, ignoreTest, parseDockerignore } from '../../src/project/dockerignore.js';
import type { Announcement } from '../../src/transform/index.js';
import type { Plan, Subject } from './types.js';

/** Folders of a project that are read by no listing, and that a COPY of all brings along. */
const UNLISTED = ['.git', 'node_modules'];

/**
 * What the image will show of a split, each thing by its name: the files and variables that stay in the build stage.
 * @param dockerfile its path in the context, for the ignore file that goes with it
 */
export function announcementsOf(subject: Subject, plan: Plan, dockerfile: string): readonly Announcement[] {
  const paths = leftBehind(subject, plan, dockerfile);
  const names = lostVariables(subject, plan);
  return [
    ...plan.announces,
    ...(paths.length === 0
      ? []
      : [{ kind: 'files', effect: 'removed', paths, why: 'what only the build reads stays in its stage' } as const]),
    ...(names.length === 0
      ? []
      : [{ kind: 'config', field: 'Env', names, why: 'variables of the build and of its base image' } as const]),
    ...(startsElsewhere(subject, plan)
      ? [
          {
            kind: 'config',
            field: 'WorkingDir',
            why: 'the base image of the build starts in a folder of its own',
          } as const,
        ]
      : []),
  ];
}

/**
 * Files of the build context that the image had and will not have. A folder is named as a whole where nothing of it is
 * carried over; the folder of the program never is.
 */
export function leftBehind({ files, command, project }: Subject, plan: Plan, dockerfile: string): readonly string[] {
  const kept = [
    ...[...files].filter(([, { by }]) => plan.places.has(by)).map(([path]) => path),
    ...plan.copies.flatMap(({ from, to }) => [from, to]),
  ];
  const isCarried = (path: string): boolean => plan.copies.some(({ from, to }) => from === to && isWithin(path, from));
  const left = [...files].filter(
    ([path, { by, context }]) => context !== undefined && !plan.places.has(by) && !isCarried(path),
  );
  const whole = (folder: string): boolean =>
    folder.lastIndexOf('/') > 0 &&
    !isWithin(command.workdir ?? '/', folder) &&
    !kept.some((path) => isWithin(path, folder) || isWithin(folder, path));
  const roots = new Set(
    left.flatMap(([path, { context, by }]) =>
      context !== undefined && takesAll(by) && path.endsWith(`/${context}`) ? [path.slice(0, -context.length)] : [],
    ),
  );
  const ignoreFile = project === undefined ? undefined : ignoreFileFor(project.context, dockerfile);
  const text = ignoreFile === undefined ? '' : (project?.context.read(ignoreFile) ?? '');
  const ignored = ignoreTest(parseDockerignore(text).patterns);
  const unlisted = [...roots]
    .flatMap((root) => UNLISTED.filter((name) => !ignored(`${name}/any`)).map((name) => joinPath(root, name)))
    .filter(whole);
  const named = [...left.map(([path]) => nameOf(path, whole)), ...unlisted.map((folder) => `${folder}/**`)];
  return [...new Set(named)].sort();
}

function takesAll(by: Instruction): boolean {
  const words = argumentWords(by);
  return words.slice(0, -1).some((word) => /^(?:\.?\/?|(?:\.\/)?\*)$/.test(word));
}

/** The topmost folder around a path that may be named as a whole, else the path. */
function nameOf(path: string, whole: (folder: string) => boolean): string {
  for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
    const folder = path.slice(0, at);
    if (whole(folder)) return `${folder}/**`;
  }
  return path;
}

/** Names of variables that the stage had and the one that ships has not, or has with another value. */
function lostVariables({ facts, stage, base }: Subject, plan: Plan): readonly string[] {
  const names = new Set(plan.variables.keys());
  if (isOtherImage(base?.image, plan)) {
    for (const name of plan.buildVariables) names.add(name);
    for (const [name, { from }] of facts.before(stage.instructions[1] ?? stage.from)!.env)
      if (from === undefined) names.add(name);
  }
  return [...names].sort();
}

function startsElsewhere({ facts, stage, base }: Subject, plan: Plan): boolean {
  const placed = stage.instructions.some(({ keyword }) => keyword === 'WORKDIR');
  const { workdir } = facts.before(stage.instructions[1] ?? stage.from)!;
  return !placed && isOtherImage(base?.image, plan) && workdir !== '/';
}

function isOtherImage(image: string | undefined, { image: shipped }: Plan): boolean {
  return image === undefined || !new RegExp(`(?:^|/)${image}(?:[:@]|$)`).test(shipped);
}
