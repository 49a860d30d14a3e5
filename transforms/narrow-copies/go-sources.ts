import {
  argumentText,
  argumentWords,
  type Instruction,
  mountsOf,
  type Stage,
  sourceStage,
} from '../../src/dockerfile/index.js';
import { expandIn, type Facts, isWithin, resolvePath } from '../../src/facts/index.js';
import { hasFile } from '../../src/project/context.js';
import { goFile } from '../../src/project/go-source.js';
import { keptOut, type View } from '../../src/project/view.js';
import { readInvocation } from '../../src/shell/index.js';

/** More lines than this are no improvement. */
const MOST_FOLDERS = 8;

/** Commands beside those of Go that read nothing of the source. */
const HARMLESS = /^(?:|cd|mkdir|echo|true|:|set|export)$/;
/** What a folder's compiler takes beside Go (pkg.go.dev/cmd/go, "File types"), and the profile that `-pgo=auto` looks for. */
const COMPILED = /^(?:[^/]+\.(?:c|cc|cpp|cxx|m|h|hh|hpp|hxx|f|F|for|f90|s|S|sx|swig|swigcxx|syso)|default\.pgo)$/;
const MODULE_FILES = ['go.mod', 'go.sum', 'go.work', 'go.work.sum'];
/** Go files that no package holds (`go help packages`). */
const NOT_BUILT = /(?:^|\/)(?:testdata\/|[_.])/;
const GO_USES = /^go (?:build|install|vet|version|env|mod download|mod verify)$/;

/**
 * The COPYs that bring what `go build` reads in place of one of everything: go.mod and go.sum, the files of packages, and
 * what these embed, which lies below them (pkg.go.dev/embed). A reason where more may be read; undefined where the stage
 * builds no Go or there is nothing to leave out.
 */
export function goSources(
  facts: Facts,
  view: View,
  copy: Instruction,
): { readonly text: string; readonly evidence: string } | { readonly reason: string } | undefined {
  const { file } = facts;
  const { context } = view.project;
  const stage = file.stageOf(copy)!;
  const runs = stage.instructions.filter(({ keyword, index }) => keyword === 'RUN' && index > copy.index);
  const used = runs.map((run) => commandsOf(facts, run));
  if (!used.flat().some((name) => name === 'go build' || name === 'go install') || !hasFile(context, 'go.mod'))
    return undefined;
  if (copy.keyword === 'ADD' || copy.json !== undefined) return undefined;
  if (facts.heirs(stage).length > 1 || facts.target === stage)
    return { reason: 'more than the Go build uses this stage' };
  const other = used.flat().find((name) => name !== undefined && !GO_USES.test(name));
  if (other !== undefined || used.flat().includes(undefined))
    return { reason: `${other ?? 'a RUN that is not understood'} may read more of the source than the Go build` };
  if (!keptOut(view, '.git'))
    return { reason: 'go build writes the commit into the program, which it reads from .git' };
  const visible = view.visible.paths;
  const files = visible.filter((path) => path.endsWith('.go'));
  const read = selected(view, files);
  if (typeof read === 'string') return { reason: read };
  const target = targetOf(facts, copy);
  if (target === undefined) return { reason: 'where it is copied to is not known' };
  const taken = consumerOf(facts, stage, target, visible);
  if (taken !== undefined) return { reason: taken };
  const folders = [...read].sort();
  const left = new Set(visible.filter((path) => path.includes('/')).map(topOf));
  for (const folder of folders) left.delete(folder);
  if (left.size === 0) return undefined;
  if (folders.length > MOST_FOLDERS) return { reason: `the Go build reads ${folders.length} folders` };
  const words = argumentText(copy).split(/\s+/);
  const base = /^\.\/?$/.test(words[1]!) ? '' : `${words[1]!.replace(/\/$/, '')}/`;
  const flags = flagsOf(copy);
  const there = stage.instructions
    .filter(
      (one) =>
        one.index < copy.index && one.keyword === 'COPY' && flagsOf(one) === flags && targetOf(facts, one) === target,
    )
    .flatMap((one) => argumentText(one).split(/\s+/).slice(0, -1));
  const single = [
    ...MODULE_FILES.filter((name) => visible.includes(name) && !there.includes(name)),
    ...(files.some((path) => !path.includes('/')) ? ['*.go'] : []),
    ...visible.filter((path) => COMPILED.test(path)),
  ];
  if ([...single, ...folders].some((name) => name !== '*.go' && /[[\]*?\\$"'\s]/.test(name)))
    return { reason: 'a name of the source cannot be written without quoting' };
  const keyword = file.slice(copy.span).startsWith('copy') ? 'copy' : 'COPY';
  const lines = [
    ...(single.length === 0 ? [] : [`${keyword} ${flags}${single.join(' ')} ${base === '' ? './' : base}`]),
    ...folders.map((folder) => `${keyword} ${flags}${folder}/ ${base}${folder}/`),
  ];
  return {
    text: lines.join(file.eol),
    evidence: `packages of Go lie in ${folders.join(', ') || 'the root'} only, and ${[...left].sort().slice(0, 6).join(', ')} hold none`,
  };
}

function flagsOf({ flags, logical }: Instruction): string {
  return flags.map(({ span }) => `${logical.text.slice(span.start, span.end)} `).join('');
}

/** The commands of a RUN by name; undefined for one that is not understood. */
function commandsOf(facts: Facts, run: Instruction): readonly (string | undefined)[] {
  if (mountsOf(run).some(({ type }) => type === 'bind')) return [undefined];
  const body = facts.body(run);
  const script = body.kind === 'script' || body.kind === 'exec' ? body.script : undefined;
  if (script === undefined) return body.kind === 'none' ? [] : [undefined];
  return script.commands.flatMap((command): readonly (string | undefined)[] => {
    const { tool, subcommand, options } = readInvocation(command);
    if (tool === undefined) return [undefined];
    if (HARMLESS.test(tool)) return [];
    const odd = tool === 'go' && options.some(({ name }) => /^--?(?:overlay|modfile|C|toolexec)$/.test(name));
    if (odd) return ['go with files that an option names'];
    return [`${tool} ${subcommand}`.trim()];
  });
}

/** The folders at the root of the context that packages of Go and what they embed lie in; a reason when that is not known. */
function selected(view: View, files: readonly string[]): ReadonlySet<string> | string {
  const { context } = view.project;
  const modules = view.visible.paths.filter((path) => /\/go\.(?:mod|sum)$/.test(path));
  const folders = new Set([...files, ...modules].filter((path) => path.includes('/')).map(topOf));
  for (const path of files) {
    const source = goFile(context, path);
    if (source === undefined && NOT_BUILT.test(path)) continue;
    if (source === undefined) return `${path} could not be read`;
    if (source.imports.includes('C')) return `${path} is compiled with C files of the source`;
    if (path.includes('/')) continue;
    for (const pattern of source.embeds) {
      const top = topOf(pattern);
      if (/[*?[]/.test(top) || !context.paths.some((one) => one.startsWith(`${top}/`)))
        return `${path} embeds ${pattern} of the root`;
      folders.add(top);
    }
  }
  const work = context.read('go.work') ?? '';
  const outside = /^[ \t]*(?:use|replace\b.*=>)\s+\.\.\//m.test(`${context.read('go.mod') ?? ''}\n${work}`);
  if (outside) return 'go.mod names a folder outside of the build context';
  if (view.visible.paths.some((path) => path.startsWith('vendor/'))) folders.add('vendor');
  return folders;
}

function topOf(path: string): string {
  return path.split('/', 1)[0]!;
}

function targetOf(facts: Facts, copy: Instruction): string | undefined {
  const state = facts.before(copy)!;
  const { value, overridable } = expandIn(state, argumentText(copy).split(/\s+/).at(-1)!, facts.file);
  return value === undefined || overridable ? undefined : resolvePath(value, { cwd: state.workdir, home: undefined });
}

/** A COPY or mount that takes files of the source from the stage, as a reason. */
function consumerOf(facts: Facts, stage: Stage, target: string, visible: readonly string[]): string | undefined {
  for (const other of facts.file.stages) {
    for (const instruction of other.instructions) {
      const line = `line ${instruction.lines.first}`;
      if (
        mountsOf(instruction).some(
          ({ from }) => from !== undefined && sourceStage(facts.file.stages, other, from) === stage,
        )
      )
        return `${line} mounts this stage`;
      const from = instruction.flags.find(({ name }) => name === 'from')?.value;
      if (from === undefined || sourceStage(facts.file.stages, other, from) !== stage) continue;
      const words = argumentWords(instruction);
      for (const word of words.slice(0, -1)) {
        const { value } = expandIn(facts.before(instruction)!, word, facts.file);
        if (value === undefined || /[*?[]/.test(value)) return `${line} copies what is not known by its name`;
        const path = resolvePath(value, { cwd: '/', home: undefined })!;
        const local = isWithin(path, target) ? path.slice(target === '/' ? 1 : target.length + 1) : undefined;
        const takes =
          isWithin(target, path) || visible.some((one) => one === local || one.startsWith(`${local ?? '\0'}/`));
        if (takes) return `${line} copies ${path}, which is source`;
      }
    }
  }
  return undefined;
}
