import { officialBase } from '../../src/bases/index.js';
import {
  argumentWords,
  type Dockerfile,
  type Instruction,
  sourceStage,
  type Stage,
} from '../../src/dockerfile/index.js';
import { joinPath } from '../../src/facts/index.js';
import { readStart, stageBuilder, withoutDevelopment } from '../../src/runtime/index.js';
import type { Proposal } from '../../src/transform/index.js';
import { devDependenciesOf, isInstall } from './stacks/node-prune.js';
import { type Declined, declined, startOf, type Subject } from './types.js';

/** What a file that has its stages already lacks: the development dependencies are taken out before they are copied. */
export function pruneCopied(final: Subject, read: (stage: Stage) => Subject): Proposal | Declined | undefined {
  const { facts, stage, project } = final;
  const { file } = facts;
  if (project === undefined || final.command.at === undefined || final.steps.some(isInstall)) return undefined;
  for (const copy of stage.instructions) {
    const source = copy.keyword === 'COPY' ? from(file, stage, copy) : undefined;
    if (source === undefined || officialBase(facts, source)?.image !== 'node') continue;
    const build = read(source);
    const installs = build.steps.filter(isInstall);
    const [install, second] = installs;
    if (install?.cwd === undefined || build.opaque !== undefined) continue;
    const paths = argumentWords(copy);
    const root = install.cwd;
    const taken = paths.slice(0, -1).map((path) => joinPath('/', path));
    const whole = taken.includes(root);
    const target = joinPath(facts.before(copy)!.workdir ?? '/', paths.at(-1)!);
    if (!whole && !taken.includes(joinPath(root, 'node_modules'))) continue;
    if (usersOf(file, source).some((one) => one !== stage)) return undefined;
    const manifest = build.files.get(joinPath(root, 'package.json'))?.context;
    const own = project.node.find(({ folder }) => joinPath(`/${folder}`, 'package.json') === `/${manifest ?? ''}`);
    if (own === undefined || own.devDependencies.size === 0) return undefined;
    if (second !== undefined) return declined('packages are installed more than once', second.instruction);
    if (own.workspaces.length > 0 || own.workspaceRoot !== undefined)
      return declined('package.json has workspaces, and which of them ship is not told apart', install.instruction);
    const start = readStart(
      startOf({ ...final, files: new Map([...build.files, ...final.files]) }),
      own,
      final.command.workdir ?? root,
    );
    if ('reason' in start) return start;
    const development = devDependenciesOf(
      { ...build, command: final.command },
      own,
      install,
      start.packages,
      new Map(),
    );
    if ('reason' in development) return development;
    if (development.run === undefined) return undefined;
    const asked = stageBuilder(project.context, source);
    if (asked !== undefined) return declined(`${asked} builds the stage ${source.name!} for itself`, source.from);
    const last = source.instructions.at(-1)!;
    const keyword = source.from.logical.text.startsWith('from') ? 'run' : 'RUN';
    return {
      at: copy.span,
      edits: [{ span: { start: last.span.end, end: last.span.end }, text: `${file.eol}${keyword} ${development.run}` }],
      level: development.level,
      what: 'take the development dependencies out before they are copied',
      evidence: [
        {
          fact: `COPY at line ${copy.lines.first} takes all of node_modules, and nothing else uses that stage`,
          span: copy.span,
        },
        { fact: 'no development dependency is named by the command or by the code', span: install.instruction.span },
      ],
      announces: withoutDevelopment(whole ? joinPath(target, 'node_modules') : target, own),
    };
  }
  return undefined;
}

function from(file: Dockerfile, stage: Stage, copy: Instruction): Stage | undefined {
  const name = copy.flags.find((flag) => flag.name === 'from')?.value;
  return name === undefined ? undefined : sourceStage(file.stages, stage, name);
}

/** The stages that are built on a stage, copy from it or mount it. */
function usersOf(file: Dockerfile, source: Stage): readonly Stage[] {
  return file.stages.filter(
    (stage) =>
      stage.parent === source.index ||
      stage.instructions.some((one) => {
        if (from(file, stage, one) === source) return true;
        const mounts = one.keyword === 'RUN' ? one.flags.map(({ value }) => value ?? '') : [];
        const named = mounts
          .map((value) => /(?:^|,)from=([^,]+)/.exec(value)?.[1])
          .filter((name) => name !== undefined);
        return named.some((name) => sourceStage(file.stages, stage, name) === source);
      }),
  );
}
