import type { Edit } from '../../../src/dockerfile/index.js';
import { joinPath } from '../../../src/facts/index.js';
import { readTag } from '../../../src/facts/images/tag.js';
import type { Evidence } from '../../../src/transform/index.js';
import { type Answer, declined, type Declined, plan, type Stack, type Step, type Subject } from '../types.js';
import { guardProgram, inOrder, redirects, setsModes } from './binary.js';
import { pathOf } from '../file-steps.js';
import { artefactsOf, copiedTo, madeBy } from './rust-artefact.js';
import { cratesOf, linkedBy } from './rust-crates.js';
import { ownLinks } from './rust-links.js';
import { rustReads } from './rust-reads.js';
import { sameRelease } from './same-release.js';

/** Variables that Cargo and the compiler read and a built program does not. */
const BUILD_VARIABLES: ReadonlySet<string> = new Set(
  'CARGO_HOME CARGO_TARGET_DIR CARGO_INCREMENTAL CARGO_TERM_COLOR CARGO_NET_GIT_FETCH_WITH_CLI CARGO_REGISTRIES_CRATES_IO_PROTOCOL RUSTUP_HOME RUSTFLAGS RUST_VERSION USER DEBIAN_FRONTEND'.split(
    ' ',
  ),
);
/** Commands that leave nothing which a program would read. */
const HARMLESS = /^(?:rustup|rustc|apt|apt-get|apk|cd|ls|echo|rm|true|set|export|pwd|cat|test|\[|:|mkdir|strip|)$/;
const CARGO = /^(?:build|install|fetch|test|check|clippy|fmt|update|generate-lockfile|clean)$/;
export const rust: Stack = {
  name: 'rust',
  isFor: ({ base }) => base?.image === 'rust',
  plan: (subject) => {
    const { command, stage, steps, project } = subject;
    const builds = steps.filter(
      ({ invocation: { tool, subcommand } }) => tool === 'cargo' && /^(?:build|install)$/.test(subcommand),
    );
    const at = command.at ?? stage.from;
    if (subject.opaque !== undefined) return subject.opaque;
    if (command.at === undefined)
      return builds.length === 0 ? undefined : declined('no command is declared in the stage', at);
    if (command.words[0] === 'cargo') return declined('the container compiles the program when it starts', at);
    if (builds.length === 0) return declined('no cargo build or cargo install makes the program that starts', at);
    if (!command.single) return declined('the command needs a shell, and what it starts is not read', at);
    if (project === undefined)
      return declined('without its build context it is not known what the program reads when it runs', stage.from);
    if (!subject.filesComplete) return declined('what COPY or ADD brings is not known in full', stage.from);
    return planOf(subject, builds);
  },
};

function planOf(subject: Subject, builds: readonly Step[]): Answer {
  const { command, stage, steps, base } = subject;
  const at = command.at!;
  const artefacts = [...new Set(builds.flatMap((step) => artefactsOf(step, subject)))];
  for (const step of steps) {
    const copied = copiedTo(step, artefacts);
    if (copied !== undefined) artefacts.push(copied);
  }
  const word = command.words[0] ?? '';
  const program = word.includes('/')
    ? artefacts.find((path) => path === joinPath(command.workdir ?? '/', word))
    : artefacts.find((path) => /^\/usr\/(?:local\/)?(?:cargo\/)?s?bin\/[^/]+$/.test(path) && path.endsWith(`/${word}`));
  if (program === undefined) return declined(`${word} is none of the programs that the stage builds`, at);
  const other = steps.find((step) => {
    const { tool, subcommand } = step.invocation;
    if (tool === 'cargo') return !CARGO.test(subcommand);
    return tool === 'cp' || tool === 'mv'
      ? copiedTo(step, artefacts) === undefined
      : !HARMLESS.test(tool ?? '?') && !touchesSources(step, subject) && !setsModes(step, subject, artefacts);
  });
  if (other !== undefined)
    return declined(
      `RUN at line ${other.instruction.lines.first} runs ${other.invocation.tool ?? 'a program'}, and what it leaves may be read`,
      other.instruction,
    );
  const writer = steps.find((step) => redirects(step) && !writesSources(step));
  if (writer !== undefined)
    return declined(`RUN at line ${writer.instruction.lines.first} writes a file that may be read`, writer.instruction);
  const foreign = steps.find(({ invocation }) =>
    invocation.options.some(
      ({ name, value }) => name === '--target' && !/^(?:x86_64|aarch64)-unknown-linux-/.test(value ?? ''),
    ),
  );
  if (foreign !== undefined)
    return declined('the program is built for another system than the image says', foreign.instruction);
  const guarded = guardProgram(subject, program);
  if ('reason' in guarded) return guarded;
  const crates = cratesOf(subject);
  if ('reason' in crates) return crates;
  const reads = rustReads(subject, [...crates.keys()]);
  if ('reason' in reads) return reads;
  const placed = stage.instructions.some(({ keyword }) => keyword === 'WORKDIR');
  if (!placed && reads.copies.length > 0)
    return declined('the program starts in the folder of the base image, which the new base may lack', at);
  const shipped = imageOf(subject);
  if ('reason' in shipped) return shipped;
  const linked = linkedBy(subject, crates, shipped.release);
  if ('reason' in linked) return linked;
  const own = ownLinks(subject, builds, shipped.release);
  if ('reason' in own) return own;
  const packages = inOrder([...reads.packages, ...guarded, ...linked.packages, ...own]);
  const to = program.replace(/^\/usr\/local\/cargo\/bin\//, '/usr/local/bin/');
  return plan({
    image: shipped.image,
    what: `ship ${program.slice(program.lastIndexOf('/') + 1)} on ${shipped.image} and leave the Rust toolchain in a build stage`,
    copies: [{ from: program, to: word.includes('/') ? program : to }, ...reads.copies],
    packages,
    manager: base!.tag.includes('alpine') ? 'apk' : 'apt',
    edits: shipped.edits,
    buildVariables: BUILD_VARIABLES,
    level: 'review',
    evidence: [
      { fact: `${program} is what cargo makes and the container starts`, span: at.span },
      ...linked.evidence,
      ...shipped.evidence,
      ...reads.evidence,
    ],
    announces: [
      {
        kind: 'files',
        effect: 'removed',
        paths: madeBy(artefacts, program),
        why: 'what Cargo makes beside the program',
      },
    ],
  });
}

/** Whether a step only dates sources anew, so that Cargo sees them behind its earlier build. */
function touchesSources(step: Step, { files }: Subject): boolean {
  const { tool, operands } = step.invocation;
  return tool === 'touch' && operands.every((word) => files.has(pathOf(step, word) ?? ''));
}

/** Whether a step writes a source in place of one that comes later: `echo "fn main() {}" > src/main.rs`. */
function writesSources({ invocation }: Step): boolean {
  return invocation.command.redirects.every(({ target }) => target?.value?.endsWith('.rs') === true);
}

/** A small image with the C library of the build stage, both with the release in their names. */
function imageOf(
  subject: Subject,
): { image: string; release?: string; edits: readonly Edit[]; evidence: readonly Evidence[] } | Declined {
  const { base, facts, stage } = subject;
  if (readTag(base!.tag).distribution === 'alpine') {
    const known = facts.atEnd(stage).image.release;
    return {
      image: known === undefined ? 'alpine' : `alpine:${known}`,
      edits: [],
      evidence: [{ fact: 'both images are Alpine, with one C library' }],
    };
  }
  const same = sameRelease(subject);
  if ('reason' in same) return same;
  const { release, edits } = same;
  return { image: `debian:${release}-slim`, release, edits, evidence: [{ fact: same.evidence }] };
}
