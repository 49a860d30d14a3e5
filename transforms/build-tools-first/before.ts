import { runAt } from '../../src/cache-mounts/index.js';
import type { Instruction, Stage } from '../../src/dockerfile/index.js';
import {
  commandEffects,
  copyWords,
  type Facts,
  globsMeet,
  isWithin,
  pathsMeet,
  resolvePath,
} from '../../src/facts/index.js';
import { isRemoteSource } from '../../src/project/copy-sources.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { readCopiedFiles } from '../../src/runtime/index.js';
import { contextPath, type SourceCopy } from './source.js';

/** Commands of Go that put nothing among the source. */
const ASIDE = /^go (?:mod download|mod verify|version|env)$/;
/** What Go looks for in the folders above the one that it works in. */
const LOOKED_FOR = /\/(?:go\.(?:mod|work)|\.git|vendor)$/;

/**
 * The files of the context that other COPYs bring before the last build, where all that lies in the source's folder then
 * is the context's; a reason where it may not be.
 * @param aside the COPY itself and the builds
 */
export function broughtBefore(
  facts: Facts,
  stage: Stage,
  source: SourceCopy,
  { project, dockerfile }: { readonly project: ProjectFacts; readonly dockerfile: string | undefined },
  last: Instruction,
  aside: ReadonlySet<Instruction>,
): ReadonlySet<string> | string {
  const brought = new Set<string>();
  for (const one of facts.lineage(stage)) {
    if (facts.triggers(one).length > 0)
      return 'ONBUILD triggers of the stage that this one is built from may write anything';
    const before = one.instructions.filter((instruction) => instruction.index < last.index && !aside.has(instruction));
    for (const instruction of before) {
      const reason = oddCopy(facts, instruction, source) ?? oddRun(facts, instruction, source);
      if (reason !== undefined) return `line ${instruction.lines.first} ${reason}`;
    }
    const seen = { ...one, instructions: before };
    for (const [image, { context, by }] of readCopiedFiles(facts, seen, project, dockerfile).files) {
      const own = contextPath(source, image);
      if (
        own === undefined &&
        LOOKED_FOR.test(image) &&
        isWithin(source.root, image.slice(0, image.lastIndexOf('/')) || '/')
      )
        return `line ${by.lines.first} copies ${image}, above the source`;
      if (own === undefined) continue;
      if (own !== context) return `line ${by.lines.first} copies other files among the source`;
      brought.add(own);
    }
  }
  return brought;
}

/** A COPY to the source's folder whose files are not worked out, or not the context's. */
function oddCopy(facts: Facts, instruction: Instruction, { root }: SourceCopy): string | undefined {
  const { keyword, flags, heredocs } = instruction;
  if (keyword !== 'COPY' && keyword !== 'ADD') return undefined;
  const words = copyWords(facts, instruction);
  const written = words.at(-1);
  const target =
    written === undefined
      ? undefined
      : resolvePath(written, { cwd: facts.before(instruction)!.workdir, home: undefined });
  if (target === undefined) return 'copies to a place that is not known';
  if (!pathsMeet(target, root)) return undefined;
  const odd =
    heredocs.length > 0 ||
    flags.some(({ name }) => !/^(?:chown|chmod|link)$/.test(name)) ||
    words.some((word) => word === undefined || isRemoteSource(word) || /\.(?:tar|tgz|gz|bz2|xz|zst)$/.test(word));
  return odd ? 'brings files to the source that are not of the build context' : undefined;
}

function oddRun(facts: Facts, instruction: Instruction, { root }: SourceCopy): string | undefined {
  const run = runAt(facts, instruction);
  if (run === undefined) return undefined;
  if (run.opaque !== undefined) return `may write anything: ${run.opaque}`;
  for (const { invocation, place } of run.uses) {
    const { tool, subcommand, operands } = invocation;
    const remote = tool === 'go' && subcommand === 'install' && operands.every(({ text }) => text.includes('@'));
    if (remote || (tool === 'go' && ASIDE.test(`${tool} ${subcommand}`))) continue;
    const { opaque, writes, removes, packageWrites } = commandEffects(invocation, place);
    if (opaque !== undefined) return `may write among the source: ${opaque}`;
    const own = [...writes, ...removes].filter((glob) => !packageWrites.includes(glob));
    if (own.some((glob) => globsMeet(glob, root))) return `may write among the source: ${tool ?? ''}`.trimEnd();
  }
  return undefined;
}
