import { argumentText, type Instruction, sourceStage, type Stage, toSource } from '../../src/dockerfile/index.js';
import { copyWords, isWithin, joinPath } from '../../src/facts/index.js';
import type { Proposal } from '../../src/transform/index.js';
import { leftBehind } from './announce.js';
import { isOfSystem } from './stacks/program-folder.js';
import { isPackageCommand } from './system-packages.js';
import { takenAway } from './taken-away.js';
import { ask, type Declined, declined, isDeclined, type Stack, type Subject } from './types.js';

/** Files that say how the image is made and run, not what the program reads. */
const OF_THE_BUILD =
  /(?:^|\/)(?:[dD]ockerfile[^/]*|[^/]*\.[dD]ockerfile|\.dockerignore|(?:docker-)?compose[^/]*\.ya?ml|[mM]akefile|[^/]*\.md)$|(?:^|\/)\.git(?:hub)?\//;

/**
 * What a file that has its stages already lacks: a COPY that takes the whole folder of the build, sources and all, takes the
 * program and what it reads.
 * @param stacks those that know each file which a program needs
 */
export function takeWhatRuns(
  final: Subject,
  read: (stage: Stage) => Subject,
  stacks: readonly Stack[],
  dockerfile: string,
): Proposal | Declined | undefined {
  const { facts, stage, project } = final;
  const { file } = facts;
  if (project === undefined) return undefined;
  const { command } = final;
  if (command.at === undefined || stage.index !== file.stages.length - 1) return undefined;
  for (const copy of stage.instructions) {
    const name = copy.keyword === 'COPY' ? copy.flags.find((flag) => flag.name === 'from')?.value : undefined;
    const source = name === undefined ? undefined : sourceStage(file.stages, stage, name);
    const [from, to, more] = copyWords(facts, copy);
    if (source === undefined || from === undefined || to === undefined || more !== undefined) continue;
    const root = joinPath('/', from);
    if (root !== facts.atEnd(source).workdir || isOfSystem(root)) continue;
    const target = joinPath(facts.before(copy)!.workdir ?? '/', to);
    const place = (path: string) => moved(path, root, target);
    const back = (path: string) => moved(path, target, root);
    const workdir = back(command.workdir ?? '/');
    const build = { ...read(source), command: { ...command, words: command.words.map(back), workdir } };
    const [planned] = stacks.flatMap((stack) => ask(stack, build) ?? []);
    if (planned === undefined) continue;
    const line = `COPY at line ${copy.lines.first} takes all of ${root}`;
    const started = [command.workdir ?? '/', command.words[0] ?? ''];
    if (started.some((path) => isWithin(path, root) && !isWithin(path, target)))
      return declined(`${line}: it puts it at ${target}`, copy);
    const named = target === root ? undefined : namesPlace(build, target);
    if (named !== undefined) return declined(`${line}: it puts it at ${target}, which ${named} names`, copy);
    if (isDeclined(planned)) return declined(`${line}: ${planned.reason}`, copy);
    const gone = takenAway(build, planned.copies);
    if (gone !== undefined) return declined(`${line}: ${gone.reason}`, copy);
    const kept = planned.copies.map(({ from: path }) => path);
    const maybe = kept.find((path) => path.endsWith('*'));
    if (maybe !== undefined) return declined(`${line}: ${maybe.slice(0, -1)} may be there too`, copy);
    const reason = kept.every((path) => isWithin(path, root))
      ? whyWhole(final, copy, target, kept.map(place))
      : 'what runs lies outside it';
    if (reason !== undefined) return declined(`${line}: ${reason}`, copy);
    const start = toSource(copy.logical, copy.args.start);
    const head = file.text.slice(copy.span.start, start);
    return {
      at: copy.span,
      edits: [{ span: copy.span, text: kept.map((path) => `${head}${path} ${place(path)}`).join(file.eol) }],
      level: planned.level,
      what: `copy ${kept.map((path) => path.slice(path.lastIndexOf('/') + 1)).join(', ')} instead of all of ${root}`,
      evidence: planned.evidence,
      announces: [
        ...planned.announces.flatMap((one) =>
          one.kind === 'files' && one.effect === 'removed' ? [{ ...one, paths: one.paths.map(place) }] : [],
        ),
        {
          kind: 'files',
          effect: 'removed',
          paths: leftBehind(build, planned, dockerfile).map(place),
          why: 'what only the build reads stays in its stage',
        },
      ],
    };
  }
  return undefined;
}

/** A path below one folder as it is below another. */
function moved(path: string, from: string, to: string): string {
  return isWithin(path, from) ? joinPath(to, `.${path.slice(from === '/' ? 0 : from.length)}`) : path;
}

/** A file of the project that names a path below a folder by its whole name. */
function namesPlace({ files, project }: Subject, folder: string): string | undefined {
  const names = [...files.values()].flatMap(({ context }) => context ?? []).filter((name) => !OF_THE_BUILD.test(name));
  return names.find((name) => project!.context.read(name)?.includes(`${folder}/`) === true);
}

/** Why a final stage may need more of the build's folder than the program and what it reads. */
function whyWhole(
  { stage, steps, command }: Subject,
  copy: Instruction,
  root: string,
  kept: readonly string[],
): string | undefined {
  const later = steps.find((step) => step.instruction.index > copy.index && !isPackageCommand(step));
  if (later !== undefined) return `RUN at line ${later.instruction.lines.first} may read it`;
  const volume = stage.instructions.find(({ keyword }) => keyword === 'VOLUME');
  if (volume !== undefined) return `VOLUME at line ${volume.lines.first} may hold files of it`;
  if (copy.flags.some(({ name }) => name === 'chown' || name === 'chmod'))
    return 'it gives the folder an owner or a mode';
  const other = stage.instructions.find(
    (one) =>
      /^(?:ENV|HEALTHCHECK)$/.test(one.keyword) &&
      [...argumentText(one).matchAll(/(?<![\w./-])[\w./-]*\/[\w./-]*/g)].some(([path]) => {
        const place = joinPath(command.workdir ?? '/', path);
        return place !== root && isWithin(place, root) && !kept.some((one) => isWithin(place, one));
      }),
  );
  return other === undefined ? undefined : `${other.keyword} at line ${other.lines.first} names files of it`;
}
