import { joinPath } from '../../../src/facts/index.js';
import { readTag } from '../../../src/facts/images/tag.js';
import { type Answer, declined, plan, type Stack, type Step, type Subject } from '../types.js';
import { guardProgram, inOrder, redirects } from './binary.js';
import { cImage } from './c-image.js';
import { compilerPackages } from './c-libraries.js';
import { isCompile, movedTo, type Outputs, outputsOf } from './c-outputs.js';
import { cReading } from './c-reading.js';
import { carriedPackages } from './carried-packages.js';
import { literalReads } from './reads.js';
import { baseName } from './start.js';

/** Bases on which C is compiled: the compiler's own image, and systems that a step installs it in. */
const BASES = /^(?:gcc|debian|ubuntu|alpine)$/;
/** What a file says that runs a compiler or a build tool. */
const NAMED = /cc|[cg]\+\+|clang|make|ninja/;
/** Variables that compilers and build tools read and a program does not. */
const BUILD_VARIABLES: ReadonlySet<string> = new Set(
  'CC CXX CPP LD AR CFLAGS CXXFLAGS CPPFLAGS LDFLAGS LIBS MAKEFLAGS CMAKE_BUILD_TYPE CMAKE_PREFIX_PATH PKG_CONFIG_PATH GCC_VERSION GPG_KEYS GCC_MIRRORS DEBIAN_FRONTEND'.split(
    ' ',
  ),
);
/** Commands that leave nothing which a program would read. */
const HARMLESS =
  /^(?:apt|apt-get|apk|cd|ls|echo|rm|true|set|export|pwd|cat|test|\[|:|mkdir|strip|chmod|ctest|ldconfig|)$/;
/** What a build is made with, or what only a person at a shell needs. */
const BUILD_PACKAGES =
  /^(?:git|wget|unzip|zip|xz-utils|cmake-data|gdb|valgrind|vim|nano|less|clang-format|clang-tidy|cppcheck|doxygen|lcov|gcovr|file|ccache|python3?|apt-utils|software-properties-common|libc6|g?libc-bin|linux-libc-dev)$/;
export const c: Stack = {
  name: 'c',
  isFor: ({ base, facts }) => base !== undefined && BASES.test(base.image) && NAMED.test(facts.file.text),
  plan: (subject) => {
    const { base, command, stage, steps, project } = subject;
    const builds = steps.filter(isCompile);
    const own = base?.image === 'gcc';
    if (builds.length === 0 || command.at === undefined) return undefined;
    if (!own && (subject.opaque !== undefined || !command.single)) return undefined;
    if (subject.opaque !== undefined) return subject.opaque;
    if (isCompilerWord(command.words[0]))
      return declined('the container compiles the program when it starts', command.at);
    if (!command.single) return declined('the command needs a shell, and what it starts is not read', command.at);
    if (project === undefined || !subject.filesComplete)
      return own ? declined('what COPY or ADD brings is not known in full', stage.from) : undefined;
    const outputs = outputsOf(subject, steps);
    if ('reason' in outputs) return outputs;
    const word = command.words[0] ?? '';
    const program = word.includes('/')
      ? [...outputs.programs].find((path) => path === joinPath(command.workdir ?? '/', word))
      : [...outputs.programs].find(
          (path) => /^\/(?:usr\/(?:local\/)?)?s?bin\/[^/]+$/.test(path) && path.endsWith(`/${word}`),
        );
    if (program === undefined)
      return own || word.startsWith('./')
        ? declined(`${word} is none of the programs that the stage builds`, command.at)
        : undefined;
    return planOf(subject, program, outputs);
  },
};

function isCompilerWord(word: string | undefined): boolean {
  return /^(?:gcc|g\+\+|cc|c\+\+|make|cmake)$/.test(word ?? '');
}

function planOf(subject: Subject, program: string, outputs: Outputs): Answer {
  const { command, steps, base } = subject;
  const at = command.at!;
  const other = steps.find((step) => !isHarmless(step, outputs)) ?? steps.find(redirects);
  if (other !== undefined)
    return declined(
      `RUN at line ${other.instruction.lines.first} runs ${other.invocation.tool ?? 'a program'}, and what it leaves may be read`,
      other.instruction,
    );
  if (/-fsanitize=|\s-pg\b|--coverage/.test(outputs.text))
    return declined('the program is built with tools that watch it run, and their libraries are not known', at);
  const guarded = guardProgram(subject, program);
  if ('reason' in guarded) return guarded;
  const reads = literalReads(subject, cReading, command.words, steps.find(isCompile)!.cwd);
  if ('reason' in reads) return reads;
  if (outputs.written !== undefined && reads.opener !== undefined)
    return declined(`${outputs.written} in the build, and ${reads.opener} opens files`, at);
  const library = [...subject.files.keys()].find((path) => /\.so(?:\.[\d.]+)?$/.test(path));
  if (library !== undefined) return declined(`the program may be linked with ${library}`, at);
  const shipped = cImage(subject, outputs);
  if ('reason' in shipped) return shipped;
  const carried = carriedPackages(subject, guarded, BUILD_PACKAGES, true);
  if ('reason' in carried) return carried;
  const manager = readTag(base!.tag).distribution === 'alpine' || base!.image === 'alpine' ? 'apk' : 'apt';
  const static_ = /(?:^|\s)-static(?=\s|$)/m.test(outputs.text);
  const packages = inOrder([
    ...new Map(
      [...carried, ...shipped.packages, ...(static_ ? [] : compilerPackages(outputs.text, manager))].map((one) => [
        one.name,
        one,
      ]),
    ).values(),
  ]);
  const made = [...outputs.programs].filter((path) => path !== program);
  return plan({
    image: shipped.image,
    what: `ship ${baseName(program)} on ${shipped.image} and leave the compiler in a build stage`,
    copies: [{ from: program, to: program }, ...reads.copies],
    packages,
    manager,
    edits: shipped.edits,
    buildVariables: BUILD_VARIABLES,
    level: 'review',
    evidence: [
      { fact: `${program} is what the build links and the container starts`, span: at.span },
      ...shipped.evidence,
      ...packages.map(({ name, why }) => ({ fact: `${name}: ${why}` })),
      ...reads.evidence,
    ],
    announces: [
      {
        kind: 'files',
        effect: 'removed',
        paths: [...made, ...leftBy(subject)],
        why: 'what the build makes beside the program',
      },
    ],
  });
}

function isHarmless(step: Step, { programs }: Outputs): boolean {
  const { tool } = step.invocation;
  return isCompile(step) || HARMLESS.test(tool ?? '?') || movedTo(step, programs) !== undefined;
}

/** Objects, and what CMake writes into its folder. */
function leftBy({ steps, command }: Subject): readonly string[] {
  const folders = [
    ...new Set([command.workdir ?? '/', ...steps.filter(isCompile).flatMap(({ cwd }) => cwd ?? [])]),
  ].filter((folder) => folder !== '/');
  return folders.flatMap((folder) => [
    ...['CMakeFiles', 'build', 'obj', '_deps'].map((name) => `${folder}/${name}/**`),
    ...[
      '*.o',
      '*.d',
      '*.a',
      'CMakeCache.txt',
      '*.cmake',
      'Makefile',
      'install_manifest.txt',
      'build.ninja',
      '.ninja_*',
    ].map((name) => `${folder}/${name}`),
  ]);
}
