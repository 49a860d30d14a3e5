import { type Preparation, type Prepare, relationTo, type Run } from '../../src/cache-mounts/index.js';
import {
  argumentText,
  type Dockerfile,
  type Edit,
  type Instruction,
  sourceStage,
  type Stage,
  toSourceSpan,
} from '../../src/dockerfile/index.js';
import { resolvePath } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { patternOf } from '../../src/shell/index.js';

/** Where programs are put that a mounted target folder would keep out of the image. */
const OUT = '/usr/local/bin';

interface Artefact {
  readonly path: string;
  readonly edit: Edit;
}

/**
 * A mounted target folder is not in the image, so what later stages take out of it is copied out in the same RUN, and
 * their COPY reads the copy. Cargo judges freshness by file times: with a second build in the stage, or anything else
 * that touches the folder, a stale program could be taken for fresh.
 */
export const prepareCargo: Prepare = (site, facts, tree, project) => {
  const { run, uses } = site;
  const target = site.folders[0]!.path;
  const builds = tree.flatMap((other) =>
    other.uses.filter(({ invocation }) => invocation.tool === 'cargo' && BUILDS.test(invocation.subcommand)),
  );
  if (builds.length !== 1 || uses.length !== 1)
    return 'more than one cargo command builds here, and file times could make a stale program look fresh';
  const use = uses[0]!;
  if (use.invocation.command.conditional || use.invocation.command.isolated || run.script === undefined)
    return 'the build is not a plain step of the RUN';
  const toucher = tree.find((other) => touches(other, target, use.invocation.command));
  if (toucher !== undefined)
    return `line ${toucher.instruction.lines.first} uses ${target}, which would not be in the image`;
  if (runsFrom(facts.file, run.stage, target)) return `the image runs its program out of ${target}`;
  const artefacts = artefactsOf(facts, run.stage, target);
  if (typeof artefacts === 'string') return artefacts;
  if (artefacts.length === 0)
    return use.invocation.subcommand === 'install'
      ? owner(project, 'install')
      : 'nothing shows which program the build makes';
  const files = [...new Set(artefacts.map(({ path }) => path))];
  const names = new Set(files.map((path) => path.slice(path.lastIndexOf('/') + 1)));
  if (names.size !== files.length) return 'two programs of one name are copied out';
  return {
    ...owner(project, [...names].join('-')),
    wrapping: { after: `cp ${files.join(' ')} ${OUT}/`, why: 'a mounted target folder is not in the image' },
    elsewhere: artefacts.map(({ edit }) => edit),
    announces: [
      {
        kind: 'files',
        effect: 'added',
        paths: files.map((path) => `${OUT}/${path.slice(path.lastIndexOf('/') + 1)}`),
        why: 'the programs that the build makes',
      },
    ],
  };
};

const BUILDS = /^(build|b|rustc|install|test|t|run|r|check|c|clippy|doc|bench|chef cook)$/;

/** The project that the outputs belong to: two projects must not share them. Without one, the program's name stands in. */
function owner(project: ProjectFacts | undefined, program: string): Preparation {
  const cargo = project?.cargo[0];
  const name =
    cargo === undefined
      ? undefined
      : (/^\s*name\s*=\s*"([^"]+)"/m.exec(
          project?.context.read(cargo.folder === '' ? 'Cargo.toml' : `${cargo.folder}/Cargo.toml`) ?? '',
        )?.[1] ?? undefined);
  if (name !== undefined) return { project: name };
  return {
    project: program,
    level: 'unsafe',
    evidence: [{ fact: 'no Cargo.toml was seen, so the id of the cache is only the name of the program' }],
  };
}

/** Whether a RUN names the target folder, other than by the build itself. */
function touches({ uses }: Run, target: string, build: unknown): boolean {
  return uses.some(({ invocation, place }) => {
    if (invocation.command === build) return false;
    return invocation.args.some((word) => {
      const pattern = patternOf(word, place.lookup);
      const path = pattern === undefined || pattern.startsWith('-') ? undefined : resolvePath(pattern, place);
      return path !== undefined && ['same', 'within'].includes(relationTo(path, target));
    });
  });
}

function runsFrom(file: Dockerfile, stage: Stage, target: string): boolean {
  const name = target.slice(target.lastIndexOf('/') + 1);
  return file.stages
    .filter((other) => other.index >= stage.index)
    .some((other) =>
      other.instructions.some(
        (instruction) =>
          ['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(instruction.keyword) &&
          new RegExp(`(^|[/"' ])${name}/`).test(argumentText(instruction)),
      ),
    );
}

/** The files that later stages copy out of the target folder, each with the edit that makes its COPY read the copy. */
function artefactsOf(facts: Parameters<Prepare>[1], stage: Stage, target: string): readonly Artefact[] | string {
  const { file } = facts;
  const artefacts: Artefact[] = [];
  for (const user of file.stages) {
    for (const instruction of user.instructions) {
      if (instruction.keyword !== 'COPY') continue;
      const from = instruction.flags.find(({ name }) => name === 'from')?.value;
      if (from === undefined || sourceStage(file.stages, user, from) !== stage) continue;
      const named = instruction.json?.find(({ value }) => relationTo(value, target) !== 'none');
      if (named !== undefined) return `line ${instruction.lines.first} copies ${named.value} in JSON form`;
      for (const word of instruction.json === undefined ? words(instruction) : []) {
        const path = resolvePath(word.text, { cwd: '/', home: undefined });
        const relation = path === undefined || word.text.includes('$') ? 'above' : relationTo(path, target);
        if (relation === 'none') continue;
        if (relation !== 'within' || /[*?[]/.test(word.text) || !/\/(release|debug)\/[^/]+$/.test(path!)) {
          return `line ${instruction.lines.first} copies ${word.text}, which is not one program`;
        }
        artefacts.push({
          path: path!,
          edit: {
            span: toSourceSpan(instruction.logical, word.span),
            text: `${OUT}/${path!.slice(path!.lastIndexOf('/') + 1)}`,
          },
        });
      }
    }
  }
  return artefacts;
}

/** The source words of a COPY in shell form; none of one in JSON form. */
function words(instruction: Instruction) {
  const { start, end } = instruction.args;
  const found = [...instruction.logical.text.slice(start, end).matchAll(/\S+/g)].map(({ 0: text, index }) => ({
    text,
    span: { start: start + index, end: start + index + text.length },
  }));
  return found.slice(0, -1);
}
