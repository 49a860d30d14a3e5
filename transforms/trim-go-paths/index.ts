import { runsOf, type Use } from '../../src/cache-mounts/index.js';
import { resolvePath } from '../../src/facts/index.js';
import { valueOf } from '../../src/shell/index.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { finalPaths } from '../../src/runtime/index.js';
import { defineTransform } from '../../src/transform/index.js';
import { addFlags, hasFlag, linkerFlags } from './flags.js';
import { keepReason } from './reasons.js';
import { sourcesOf } from './sources.js';

export default defineTransform({
  meta: {
    name: 'trim-go-paths',
    summary: 'Leave the paths of the build machine out of Go programs',
    why: 'Go writes the folders that it compiles in into the program; with -trimpath the program is smaller and the same source gives the same bytes wherever it is built, so that a COPY of it stays cached.',
    phase: 'runtime',
    local: true,
    looksFor: [['go']],
    level: 'unsafe',
    assumes: ['packages that the program imports find no files by the folder that they were compiled in'],
    needs: ['project'],
    preset: 'default',
    sameAs: [],
    references: ['https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies', 'https://pkg.go.dev/cmd/link'],
    options: {
      strip: {
        default: false,
        describe:
          'Also leave out the symbol table and debug information (-ldflags="-s -w"): smaller by a quarter, but no debugger and no profile by line reads it',
      },
    },
  },
  find: (file, { facts, project, options, propose, decline }) => {
    for (const run of runsOf(facts)) {
      for (const use of run.uses) {
        if (!compilesOwn(use, project)) continue;
        const { instruction } = run;
        const trimmed = hasFlag(run, use, '-trimpath');
        const flags = trimmed ? [] : ['-trimpath'];
        const linked = options.strip ? linkerFlags(use) : undefined;
        if (flags.length === 0 && linked === undefined) continue;
        const reason = keepReason(facts, run, use) ?? (typeof linked === 'string' ? linked : undefined);
        if (reason !== undefined || use.script === undefined) {
          decline(reason ?? 'the RUN is in a form that is not edited', instruction.span);
          continue;
        }
        const sources = sourcesOf(facts, run, project);
        if ('reason' in sources) {
          decline(sources.reason, instruction.span);
          continue;
        }
        const program = programOf(use);
        const paths = program === undefined ? [] : finalPaths(facts, run.stage, program);
        propose({
          at: instruction.span,
          edits: addFlags(file, use, flags, typeof linked === 'string' ? undefined : linked),
          level: sources.isKnown ? 'review' : 'unsafe',
          what: what(flags.length > 0, linked !== undefined),
          evidence: [
            { fact: sources.fact },
            { fact: 'stack traces name files by module path and version, not by folder' },
          ],
          announces:
            paths.length === 0
              ? []
              : [
                  {
                    kind: 'files',
                    effect: 'changed',
                    paths,
                    why: 'the program is compiled without the paths of the build machine',
                  },
                ],
        });
      }
    }
  },
});

function what(trims: boolean, strips: boolean): string {
  return [
    ...(trims ? ['leave build paths out of the program'] : []),
    ...(strips ? ['leave its symbols out'] : []),
  ].join(' and ');
}

/** Whether a command compiles the module's own programs; `go install path@version` compiles somebody else's. */
function compilesOwn({ invocation }: Use, project: ProjectFacts | undefined): boolean {
  const { tool, subcommand, operands } = invocation;
  if (tool !== 'go' || !/^(?:build|install)$/.test(subcommand)) return false;
  const modules = project?.go.flatMap(({ module }) => module ?? []) ?? [];
  return operands.every(({ text }) => {
    if (text.includes('@') || text === 'std') return false;
    const isImportPath = /^(?:[\w-]+\.)+[a-z]+\//.test(text);
    return (
      !isImportPath ||
      subcommand === 'build' ||
      modules.some((module) => text === module || text.startsWith(`${module}/`))
    );
  });
}

/** What `-o` names, absolute in the image; undefined when it is a folder or not known. */
function programOf({ invocation, place }: Use): string | undefined {
  const option = invocation.options.find(({ name }) => /^--?o$/.test(name));
  if (option === undefined) return undefined;
  const written =
    option.value ?? (option.valueWord === undefined ? undefined : valueOf(option.valueWord, place.lookup));
  return written === undefined || written.endsWith('/') ? undefined : resolvePath(written, place);
}
