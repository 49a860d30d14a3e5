import type { Edit, Instruction } from '../../../src/dockerfile/index.js';
import { joinPath } from '../../../src/facts/index.js';
import type { Evidence } from '../../../src/transform/index.js';
import { type Answer, type Copied, declined, plan, type Stack, type Step, type Subject } from '../types.js';
import { guardProgram, inOrder, redirects } from './binary.js';
import { sourcesOf } from './go-packages.js';
import { goReads } from './go-reads.js';

/** Variables that the go command reads and a built program does not. */
const BUILD_VARIABLES: ReadonlySet<string> = new Set(
  'GOLANG_VERSION GO111MODULE CGO_ENABLED GOOS GOARCH GOARM GOAMD64 GOPROXY GOSUMDB GONOSUMDB GONOPROXY GOPRIVATE GOFLAGS GOPATH GOBIN GOCACHE GOMODCACHE GOROOT GOTOOLCHAIN GOINSECURE DEBIAN_FRONTEND'.split(
    ' ',
  ),
);
/** Commands that leave nothing which a Go program would read. */
const HARMLESS = /^(?:gofmt|apt|apt-get|apk|cd|ls|echo|rm|true|set|export|pwd|cat|test|\[|:|mkdir|strip|)$/;

export const go: Stack = {
  name: 'go',
  plan: (subject) => {
    const { base, command, stage, steps, project } = subject;
    if (base?.image !== 'golang') return undefined;
    const builds = steps.filter(
      ({ invocation }) => invocation.tool === 'go' && /^(?:build|install)$/.test(invocation.subcommand),
    );
    const at = command.at ?? stage.from;
    if (subject.opaque !== undefined) return subject.opaque;
    if (command.at === undefined)
      return builds.length === 0 ? undefined : declined('no command is declared in the stage', at);
    if (/^go(?:run|build)?$/.test(command.words[0] ?? ''))
      return declined('the container compiles the program when it starts', at);
    if (builds.length === 0) return declined('no go build or go install makes the program that starts', at);
    if (!command.plain) return declined('the command needs a shell, and what it starts is not read', at);
    if (project === undefined)
      return declined('without its build context it is not known what the program reads when it runs', stage.from);
    if (!subject.filesComplete) return declined('what COPY or ADD brings is not known in full', stage.from);
    return planOf(subject, builds);
  },
};

function planOf(subject: Subject, builds: readonly Step[]): Answer {
  const { command, stage, steps, facts, base } = subject;
  const at = command.at!;
  const artefacts = builds.map((step) => artefactOf(step, subject));
  if (artefacts.some((path) => path === undefined))
    return declined('where go build puts a program is not known', builds[artefacts.indexOf(undefined)]!.instruction);
  const program = programPath(subject, artefacts as string[]);
  if (program === undefined) return declined(`${command.words[0]} is none of the programs that the stage builds`, at);
  const foreign = builds.find((step) => ['GOOS', 'GOARCH'].some((name) => isForeign(step.variable(name))));
  if (foreign !== undefined)
    return declined('the program is built for another system than the image says', foreign.instruction);
  const other = steps.find(({ invocation: { tool, subcommand } }) =>
    tool === 'go'
      ? !/^(?:build|install|mod(?: \w+)?|get|env|vet|test|version|list)$/.test(subcommand)
      : !HARMLESS.test(tool ?? '?') && !isBuilt(tool, artefacts),
  );
  if (other !== undefined)
    return declined(
      `RUN at line ${other.instruction.lines.first} runs ${other.invocation.tool ?? 'a program'}, and what it leaves may be read`,
      other.instruction,
    );
  const guarded = guardProgram(subject, program);
  if ('reason' in guarded) return guarded;
  const cgo = withoutCgo(subject, builds);
  if ('reason' in cgo) return cgo;
  const kept = shipped(artefacts as string[], steps);
  const making = builds.filter((_, index) => [program, ...kept].includes(artefacts[index]!));
  const reads = goReads(subject, sourcesOf(subject, making.map(packageFolder)));
  if ('reason' in reads) return reads;
  const writer = reads.readsFiles
    ? steps.find((step) => isBuilt(step.invocation.tool, artefacts) || redirects(step))
    : undefined;
  if (writer !== undefined)
    return declined(
      `RUN at line ${writer.instruction.lines.first} writes files, and the program may read them`,
      writer.instruction,
    );
  const placed = stage.instructions.some(({ keyword }) => keyword === 'WORKDIR');
  if (!placed && (reads.copies.length > 0 || !/^\/|^[^/]+$/.test(command.words[0]!)))
    return declined('the program starts in the folder of the golang image, which the new base lacks', at);
  const release = base!.tag.includes('alpine') ? facts.atEnd(stage).image.release : undefined;
  const { image: wanted } = subject.options;
  const image = wanted === 'alpine' && release !== undefined ? `alpine:${release}` : wanted;
  const copies = [...new Set([program, ...kept])].map((path): Copied => {
    return { from: path, to: command.words[0]!.includes('/') ? path : path.replace(/^\/go\/bin\//, '/usr/local/bin/') };
  });
  const packages = inOrder([...reads.packages, ...guarded]);
  const made = (artefacts as string[]).filter((path) => !copies.some(({ from }) => from === path));
  return plan({
    image,
    what: `ship ${program.slice(program.lastIndexOf('/') + 1)} on ${image} and leave the Go toolchain in a build stage`,
    copies: [...copies, ...reads.copies],
    packages,
    edits: cgo.edits,
    buildVariables: BUILD_VARIABLES,
    level: 'review',
    evidence: [
      {
        fact: `${program} is what go ${builds[0]!.invocation.subcommand} makes and the container starts`,
        span: at.span,
      },
      ...cgo.evidence,
      ...reads.evidence,
    ],
    announces: [
      ...(made.length === 0
        ? []
        : [{ kind: 'files', effect: 'removed', paths: made, why: 'programs that only the build starts' } as const]),
      ...(cgo.edits.length === 0
        ? []
        : [{ kind: 'files', effect: 'changed', paths: [program, ...kept], why: 'built without C' } as const]),
    ],
  });
}

/** Whether GOOS or GOARCH names a system that the image need not be for; linux and amd64 are what naive files spell out. */
function isForeign(value: string | undefined): boolean {
  return value !== undefined && !/^(?:linux|amd64|)$/.test(value);
}

/** The programs that no later step of the build itself starts. */
function shipped(artefacts: readonly string[], steps: readonly Step[]): readonly string[] {
  return artefacts.filter(
    (path) => !steps.some(({ invocation }) => invocation.tool !== undefined && isBuilt(invocation.tool, [path])),
  );
}

/** The folder of the package that a go build names; undefined where it is named by an import path. */
function packageFolder({ invocation, cwd, text }: Step): string | undefined {
  const [operand] = invocation.operands;
  const value = operand === undefined ? '.' : text(operand);
  if (value === undefined || cwd === undefined) return undefined;
  if (value.endsWith('.go')) return joinPath(cwd, value).replace(/\/[^/]*$/, '');
  return /^\.{1,2}(?:\/|$)|^\//.test(value) ? joinPath(cwd, value) : undefined;
}

function isBuilt(tool: string | undefined, artefacts: readonly (string | undefined)[]): boolean {
  const name = tool?.slice(tool.lastIndexOf('/') + 1);
  return artefacts.some((path) => path?.endsWith(`/${name}`) === true);
}

/** What a go build or go install makes: by -o, else by its package's folder or file, else by the module. */
function artefactOf(step: Step, subject: Subject): string | undefined {
  const { invocation, cwd } = step;
  if (cwd === undefined || invocation.options.some(({ name, known }) => name === '-C' || !known)) return undefined;
  const operands = invocation.operands.map((word) => step.text(word));
  if (operands.length > 1 || operands.some((one) => one === undefined || one.includes('...') || one.includes('@')))
    return undefined;
  const output = invocation.options.find(({ name }) => name === '-o');
  const name = defaultName(operands[0] ?? '.', cwd, subject);
  if (output !== undefined) {
    const value = output.valueWord === undefined ? output.value : step.text(output.valueWord);
    if (value === undefined || invocation.subcommand !== 'build') return undefined;
    const path = joinPath(cwd, value);
    const folder =
      value.endsWith('/') ||
      value === '.' ||
      path === cwd ||
      [...subject.files.keys()].some((file) => file.startsWith(`${path}/`));
    return folder ? (name === undefined ? undefined : joinPath(path, name)) : path;
  }
  if (name === undefined) return undefined;
  if (invocation.subcommand === 'build') return joinPath(cwd, name);
  return step.variable('GOBIN') === undefined && step.variable('GOPATH') === '/go' ? `/go/bin/${name}` : undefined;
}

function defaultName(operand: string, cwd: string, { files, project }: Subject): string | undefined {
  if (operand.endsWith('.go')) return operand.slice(operand.lastIndexOf('/') + 1, -3);
  if (!/^\.{0,2}(?:\/|$)/.test(operand)) return undefined;
  const folder = joinPath(cwd, operand);
  const mod = files.get(`${folder}/go.mod`)?.context;
  if (mod === undefined) return folder === '/' ? undefined : folder.slice(folder.lastIndexOf('/') + 1);
  const parts = project!.go.find((one) => one.manifests.includes(mod))?.module?.split('/');
  return parts?.findLast((part, index) => index === 0 || !/^v\d+$/.test(part));
}

/** The built program that the container's first word means. */
function programPath({ command }: Subject, artefacts: readonly string[]): string | undefined {
  const word = command.words[0] ?? '';
  if (!word.includes('/'))
    return artefacts.find(
      (path) => /^\/(?:(?:usr\/(?:local\/)?)?s?bin|go\/bin)\/[^/]+$/.test(path) && path.endsWith(`/${word}`),
    );
  if (command.workdir === undefined && !word.startsWith('/')) return undefined;
  return artefacts.find((path) => path === joinPath(command.workdir ?? '/', word));
}

/** That no program needs a C library: by CGO_ENABLED=0, by a compiler that is not there, or by what the modules are. */
function withoutCgo(
  { base, project }: Subject,
  builds: readonly Step[],
): { edits: readonly Edit[]; evidence: readonly Evidence[] } | { reason: string; at: Instruction } {
  const open = builds.filter((step) => step.variable('CGO_ENABLED') !== '0');
  if (open.length === 0) return { edits: [], evidence: [{ fact: 'CGO_ENABLED=0 makes a static program' }] };
  const { instruction } = open[0]!;
  const modules = project!.go;
  const native = modules.flatMap(({ cgoModules, cgoFiles }) => [
    ...cgoModules,
    ...(cgoFiles ?? ['more files than are read']),
  ])[0];
  if (native !== undefined)
    return declined(`${native} needs C, and the library that it would link to is not known`, instruction);
  if (modules.length === 0 || modules.some(({ unreadable }) => unreadable.length > 0) || !project!.complete)
    return declined('whether a module needs C is not known', instruction);
  if (
    open.some(
      ({ variable, invocation }) =>
        variable('CGO_ENABLED') !== undefined || invocation.options.some(({ name }) => name === '-race'),
    )
  )
    return declined('the program is built with C', instruction);
  if (base!.tag.includes('alpine'))
    return { edits: [], evidence: [{ fact: 'both images are Alpine, with one C library' }] };
  if (open.some(({ start }) => start === undefined))
    return declined('CGO_ENABLED=0 cannot be set in a RUN in JSON form', instruction);
  return {
    edits: open.map(({ start }) => ({ span: { start: start!, end: start! }, text: 'CGO_ENABLED=0 ' })),
    evidence: [{ fact: 'no file of the modules imports "C", and none of their requirements is known to' }],
  };
}
