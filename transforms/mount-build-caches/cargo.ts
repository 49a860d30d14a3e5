import { type Preparation, type Prepare, relationTo, type Run, type Use } from '../../src/cache-mounts/index.js';
import { argumentText, type Dockerfile, type Stage } from '../../src/dockerfile/index.js';
import { resolvePath } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { patternOf, wordsBehind } from '../../src/shell/index.js';
import { artefactsOf, OUT } from './cargo-artefacts.js';
import { cargoTarget } from './managers.js';

/**
 * A mounted target folder is not in the image, so what later stages take out of it is copied out in the same RUN, and
 * their COPY reads the copy. Cargo judges freshness by file times: with a second build in the stage, or anything else
 * that touches the folder, a stale program could be taken for fresh.
 */
export const prepareCargo: Prepare = (site, facts, tree, project) => {
  const { run, uses } = site;
  const target = site.folders[0]!.path;
  const builds = tree.flatMap((other) =>
    other.uses.filter(
      ({ invocation }) =>
        invocation.tool === 'cargo' &&
        (BUILDS.test(invocation.subcommand) || invocation.args.some(({ value }) => value === 'cook')) &&
        cargoTarget.skip?.(invocation, other.state) === undefined,
    ),
  );
  if (builds.length !== 1 || uses.length !== 1)
    return 'more than one cargo command builds here, and file times could make a stale program look fresh';
  const use = uses[0]!;
  if (use.invocation.command.conditional || use.invocation.command.isolated || run.script === undefined)
    return 'the build is not a plain step of the RUN';
  if (site.uid !== undefined) return `user ${run.state.user!} is not root and cannot put the program into ${OUT}`;
  const toucher = tree.find((other) => other !== run && touching(other, target).length > 0);
  if (toucher !== undefined)
    return `line ${toucher.instruction.lines.first} uses ${target}, which would not be in the image`;
  if (runsFrom(facts.file, run.stage, target)) return `the image runs its program out of ${target}`;
  const artefacts = artefactsOf(facts, run.stage, target);
  if (typeof artefacts === 'string') return artefacts;
  const beside = touching(run, target).filter(({ invocation }) => invocation !== use.invocation);
  if (beside.some(({ invocation }) => invocation.tool === 'ln'))
    return `line ${run.instruction.lines.first} links into ${target}, which would not be in the image`;
  if (artefacts.length === 0) {
    const taken = beside.find(({ invocation }) => TAKES.test(invocation.tool ?? ''));
    if (use.invocation.subcommand === 'install') return owner(project, 'install');
    if (taken === undefined) return 'nothing shows which program the build makes';
    return owner(project, taken.invocation.operands[0]!.text.replace(/^.*\//, ''));
  }
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

/** Programs that put what they are given elsewhere. */
const TAKES = /^(cp|mv|install)$/;

const BUILDS = /^(build|b|rustc|install|test|t|run|r|check|c|clippy|doc|bench)$/;

/** The project that the outputs belong to: two projects must not share them. Without one, the program's name stands in. */
function owner(project: ProjectFacts | undefined, program: string): Preparation {
  const cargo = project?.cargo[0];
  const name =
    cargo === undefined
      ? undefined
      : (/^[ \t]*name\s*=\s*"([^"]+)"/m.exec(
          project?.context.read(cargo.folder === '' ? 'Cargo.toml' : `${cargo.folder}/Cargo.toml`) ?? '',
        )?.[1] ?? undefined);
  if (name !== undefined) return { project: name };
  return {
    project: program,
    level: 'unsafe',
    evidence: [{ fact: 'no Cargo.toml was seen, so the id of the cache is only the name of the program' }],
  };
}

/** The commands of a RUN that name the target folder, or something in it. */
function touching({ uses }: Run, target: string): readonly Use[] {
  return uses.filter(({ invocation, place }) =>
    wordsBehind(invocation).some((word) => {
      const pattern = patternOf(word, place.lookup);
      const path = pattern === undefined || pattern.startsWith('-') ? undefined : resolvePath(pattern, place);
      return path !== undefined && ['same', 'within'].includes(relationTo(path, target));
    }),
  );
}

function runsFrom(file: Dockerfile, stage: Stage, target: string): boolean {
  const name = target.slice(target.lastIndexOf('/') + 1);
  return file.stages
    .filter((other) => other.index >= stage.index)
    .some((other) =>
      other.instructions.some(
        (instruction) =>
          ['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(instruction.keyword) &&
          new RegExp(`(^|[/"' ])${name}/|\\bcargo\\b`).test(argumentText(instruction)),
      ),
    );
}
