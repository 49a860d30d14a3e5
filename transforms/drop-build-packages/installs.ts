import { isApt, type Run, runsIn, type Use } from '../../src/cache-mounts/index.js';
import { mayDepend, officialBase, type Package, readPackages, rootOf } from '../../src/bases/index.js';
import type { Stage } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ShellWord } from '../../src/shell/index.js';

/** The distributions whose packages are read. */
export type Family = 'alpine' | 'debian';

/** A command that installs packages, as it is written. */
interface InstallCommand {
  readonly use: Use;
  readonly operands: readonly ShellWord[];
  /** The name of apk's virtual package, when it has one. */
  readonly virtual: string | undefined;
}

/** A command that brings build packages. */
export interface Install {
  readonly use: Use;
  readonly run: Run;
  readonly packages: readonly Package[];
  /** The name of apk's virtual package, when it has one. */
  readonly virtual: string | undefined;
}

export function familyOf({ state, uses }: Run): Family | undefined {
  if (state.image.family === 'alpine') return 'alpine';
  if (state.image.family === 'debian') return 'debian';
  if (state.image.family !== 'unknown') return undefined;
  return uses.some(({ invocation }) => invocation.tool === 'apk') ? 'alpine' : undefined;
}

/** The commands of a RUN that install; undefined where one is in a form that is not read. */
export function installsIn(run: Run, family: Family): readonly InstallCommand[] | undefined {
  const found: InstallCommand[] = [];
  for (const use of run.uses) {
    const { invocation, script } = use;
    const installs =
      family === 'alpine'
        ? invocation.tool === 'apk' && invocation.subcommand === 'add'
        : isApt(invocation) && invocation.subcommand === 'install';
    if (!installs) continue;
    if (
      script === undefined ||
      invocation.command.conditional ||
      invocation.command.piped ||
      invocation.wrappers.includes('xargs')
    )
      return undefined;
    const option = invocation.options.find(({ name }) => name === '-t' || name === '--virtual');
    const virtual = family === 'alpine' ? (option?.value ?? option?.valueWord?.value) : undefined;
    found.push({ use, operands: invocation.operands, virtual });
  }
  return found;
}

/** Those installs of a RUN that bring build packages, or why the packages stay. */
export function readInstalls(
  facts: Facts,
  run: Run,
  installs: readonly InstallCommand[],
  family: Family,
): readonly Install[] | string {
  const { image } = run.state;
  const base = officialBase(facts, rootOf(facts.file.stages, run.stage));
  const read: Install[] = [];
  for (const { use, operands, virtual } of installs) {
    const packages = readPackages(operands, {
      family,
      release: image.release,
      image: image.image,
      tag: base?.variable === undefined ? base?.tag : undefined,
    });
    if (typeof packages === 'string') return `build packages stay at line ${run.instruction.lines.first}: ${packages}`;
    if (packages.some(({ kind }) => kind === 'build')) read.push({ use, run, packages, virtual });
  }
  return read;
}

/** What apt installs in a stage and those that it is built on, and which of it may depend on build packages. */
export interface AptWords {
  readonly all: readonly AptWord[];
  readonly dependent: readonly AptWord[];
}

interface AptWord {
  readonly word: ShellWord;
  /** The place of its RUN in the file. */
  readonly index: number;
}

export function aptWords(facts: Facts, stage: Stage): AptWords {
  const all = facts.file.stages
    .filter((one) => facts.heirs(one).includes(stage))
    .flatMap((one) => runsIn(facts, one))
    .flatMap(({ instruction: { index }, uses }) =>
      uses
        .filter(({ invocation }) => isApt(invocation) && invocation.subcommand === 'install')
        .flatMap(({ invocation }) => invocation.operands.map((word) => ({ word, index }))),
    );
  return { all, dependent: all.filter(({ word }) => mayDepend(word)) };
}
