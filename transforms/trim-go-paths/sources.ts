import type { Run, Use } from '../../src/cache-mounts/index.js';
import { runsOf } from '../../src/cache-mounts/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';

/** What is known of the sources that a stage compiles. */
export type Sources = { readonly isKnown: boolean; readonly fact: string } | { readonly reason: string };

const FETCHES = /^(?:git|curl|wget|hg|svn)$/;

/** Whether the sources of a step are those of the project, and find no files by the folder of their own code. */
export function sourcesOf(facts: Facts, run: Run, project: ProjectFacts | undefined): Sources {
  const stages = facts.lineage(run.stage);
  const fetches = (use: Use): boolean =>
    FETCHES.test(use.invocation.tool ?? '') &&
    /clone|\.(?:tar|zip|tgz|git)\b|https?:/.test(use.invocation.command.words.map(({ text }) => text).join(' '));
  const fetched = runsOf(facts).find(
    ({ stage, uses, instruction }) =>
      stages.includes(stage) && instruction.index <= run.instruction.index && uses.some(fetches),
  );
  const copies = stages.some(({ instructions }) =>
    instructions.some(
      ({ keyword, flags, index }) =>
        index < run.instruction.index && /^(?:COPY|ADD)$/.test(keyword) && !flags.some(({ name }) => name === 'from'),
    ),
  );
  const binds = run.instruction.flags.some(
    ({ name, value }) => name === 'mount' && value?.includes('type=bind') === true,
  );
  if (!/(?:^|\/)golang(?::|@|$)/.test(facts.rootImage(run.stage) ?? ''))
    return { isKnown: false, fact: 'which Go compiles is not known: -trimpath is new in Go 1.13' };
  if (project === undefined || fetched !== undefined || !(copies || binds))
    return {
      isKnown: false,
      fact: 'the sources are not at hand: whether they find files by the folder of their own code is not known',
    };
  const reason = pathReader(project);
  return reason === undefined
    ? {
        isKnown: true,
        fact: 'none of the sources finds files by the folder of its own code (runtime.Caller, runtime.GOROOT, go/build)',
      }
    : { reason };
}

const MOST_FILES = 5000;
/** What finds files at run time by the folder that code was compiled in, or by that of Go itself. */
const FINDS_SOURCES =
  /\bruntime\.GOROOT\(|\bbuild\.(?:Default|Import|ImportDir)\b|"go\/(?:build|importer)"|"golang\.org\/x\/tools\/go\/packages"|"plugin"/;
const CALLER = /\bruntime\.Callers?\(/;
const MAKES_PATHS = /\b(?:filepath|path)\.(?:Dir|Join|Abs|Rel|Split|FromSlash)\(/;

/** The first source of the project that finds files by where code was compiled; undefined when none does. */
function pathReader({ context, complete }: ProjectFacts): string | undefined {
  if (!complete) return 'the project is too large to be read in full';
  const sources = context.paths.filter(
    (path) => path.endsWith('.go') && !/_test\.go$|(?:^|\/)(?:vendor|testdata|node_modules)\//.test(path),
  );
  if (sources.length === 0) return 'no Go source is in the build context';
  if (sources.length > MOST_FILES) return 'the project is too large to be read in full';
  for (const path of sources) {
    const text = context.read(path);
    if (text === undefined) return `${path} cannot be read`;
    if (FINDS_SOURCES.test(text)) return `${path} looks for Go's own files or for packages when it runs`;
    if (CALLER.test(text) && MAKES_PATHS.test(text))
      return `${path} makes paths, and may take the folder of its own code for one (runtime.Caller)`;
  }
  return undefined;
}
