import { cgoOf } from './go-cgo.js';
import { type Answer, type Copied, declined, plan, type Stack, type Step, type Subject } from '../types.js';
import { guardProgram, inOrder, redirects, setsModes } from './binary.js';
import { sourcesOf } from './go-packages.js';
import { artefactOf, isBuilt, packageFolder, programPath, shipped } from './go-artefact.js';
import { withMade } from './go-make.js';
import { goReads } from './go-reads.js';

/** Variables that the go command reads and a built program does not. */
const BUILD_VARIABLES: ReadonlySet<string> = new Set(
  'GOLANG_VERSION GO111MODULE CGO_ENABLED GOOS GOARCH GOARM GOAMD64 GOPROXY GOSUMDB GONOSUMDB GONOPROXY GOPRIVATE GOFLAGS GOPATH GOBIN GOCACHE GOMODCACHE GOROOT GOTOOLCHAIN GOINSECURE DEBIAN_FRONTEND'.split(
    ' ',
  ),
);
/** Commands that leave nothing which a Go program would read. */
const HARMLESS = /^(?:gofmt|apt|apt-get|apk|cd|ls|echo|rm|true|set|export|pwd|cat|test|\[|:|mkdir|strip|)$/;
/** What has /etc/mime.types, which came with the Python of the Debian images. */
const MEDIA_TYPES = { apk: 'mailcap', apt: 'media-types' };

export const go: Stack = {
  name: 'go',
  isFor: ({ base }) => base?.image === 'golang',
  plan: (whole) => {
    const subject = withMade(whole);
    const { command, stage, steps, project } = subject;
    const builds = steps.filter(
      ({ invocation: { tool, subcommand, operands } }) =>
        tool === 'go' &&
        /^(?:build|install)$/.test(subcommand) &&
        // Tools of other modules, which the stage that ships has no use for.
        !operands.some(({ text }) => /^[^./].*@/.test(text)),
    );
    const at = command.at ?? stage.from;
    if (subject.opaque !== undefined) return subject.opaque;
    if (command.at === undefined)
      return builds.length === 0 ? undefined : declined('no command is declared in the stage', at);
    if (/^go(?:run|build)?$/.test(command.words[0] ?? ''))
      return declined('the container compiles the program when it starts', at);
    if (builds.length === 0) return declined('no go build or go install makes the program that starts', at);
    if (!command.single) return declined('the command needs a shell, and what it starts is not read', at);
    if (project === undefined)
      return declined('without its build context it is not known what the program reads when it runs', stage.from);
    if (!subject.filesComplete) return declined('what COPY or ADD brings is not known in full', stage.from);
    return planOf(subject, builds);
  },
};

function planOf(subject: Subject, builds: readonly Step[]): Answer {
  const { command, stage, steps } = subject;
  const at = command.at!;
  const artefacts = builds.map((step) => artefactOf(step, subject));
  if (artefacts.some((path) => path === undefined))
    return declined('where go build puts a program is not known', builds[artefacts.indexOf(undefined)]!.instruction);
  const program = programPath(subject, artefacts as string[]);
  if (program === undefined) return declined(`${command.words[0]} is none of the programs that the stage builds`, at);
  const foreign = builds.find((step) => ['GOOS', 'GOARCH'].some((name) => isForeign(step.variable(name))));
  if (foreign !== undefined)
    return declined('the program is built for another system than the image says', foreign.instruction);
  const other = steps.find((step) => {
    const { tool, subcommand } = step.invocation;
    // Settings in the home of who builds.
    if (tool === 'git' && subcommand === 'config') return false;
    return tool === 'go'
      ? !/^(?:build|install|mod(?: \w+)?|get|env|vet|test|version|list)$/.test(subcommand)
      : !HARMLESS.test(tool ?? '?') && !isBuilt(tool, artefacts) && !setsModes(step, subject, artefacts as string[]);
  });
  if (other !== undefined)
    return declined(
      `RUN at line ${other.instruction.lines.first} runs ${other.invocation.tool ?? 'a program'}, and what it leaves may be read`,
      other.instruction,
    );
  const guarded = guardProgram(subject, program);
  if ('reason' in guarded) return guarded;
  const cgo = cgoOf(subject, builds);
  if ('reason' in cgo) return cgo;
  const kept = shipped(artefacts as string[], steps);
  const making = builds.filter((_, index) => [program, ...kept].includes(artefacts[index]!));
  const reads = goReads(
    subject,
    sourcesOf(
      subject,
      making.map((step) => packageFolder(step, subject)),
    ),
  );
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
  const image = cgo.image ?? staticImage(subject);
  const copies = [...new Set([program, ...kept])].map((path): Copied => {
    return { from: path, to: command.words[0]!.includes('/') ? path : path.replace(/^\/go\/bin\//, '/usr/local/bin/') };
  });
  const manager = cgo.image?.startsWith('debian:') === true ? 'apt' : 'apk';
  const types = reads.mediaTypes && !subject.base!.tag.includes('alpine') ? [MEDIA_TYPES[manager]] : [];
  const packages = inOrder([
    ...reads.packages,
    ...guarded,
    ...(cgo.packages ?? []),
    ...types.map((name) => ({ name, why: 'the program looks up media types' })),
  ]);
  const made = (artefacts as string[]).filter((path) => !copies.some(({ from }) => from === path));
  return plan({
    image,
    what: `ship ${program.slice(program.lastIndexOf('/') + 1)} on ${image} and leave the Go toolchain in a build stage`,
    copies: [...copies, ...reads.copies],
    packages,
    manager,
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
      ...(cgo.image !== undefined || cgo.edits.length === 0
        ? []
        : [{ kind: 'files', effect: 'changed', paths: [program, ...kept], why: 'built without C' } as const]),
    ],
  });
}

/** Whether GOOS or GOARCH names a system that the image need not be for; linux and amd64 are what naive files spell out. */
function isForeign(value: string | undefined): boolean {
  return value !== undefined && !/^(?:linux|amd64|)$/.test(value);
}

/** The image for a program that needs no C library of another system. */
function staticImage({ facts, stage, base, options }: Subject): string {
  const release = base!.tag.includes('alpine') ? facts.atEnd(stage).image.release : undefined;
  return options.image === 'alpine' && release !== undefined ? `alpine:${release}` : options.image;
}
