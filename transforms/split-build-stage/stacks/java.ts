import { isRoot, joinPath } from '../../../src/facts/index.js';
import type { Announcement } from '../../../src/transform/index.js';
import { type Answer, declined, type Declined, plan, type Stack, type Subject } from '../types.js';
import { guardProgram, redirects } from './binary.js';
import { carriedPackages } from './carried-packages.js';
import { JAVA_VARIABLES, javaRuntime } from './java-runtime.js';
import { javaReading } from './java-reading.js';
import { artefactOf, buildsAtStart, homeOf, isBuild, javaStart, putsAt } from './java-start.js';
import { literalReads } from './reads.js';
import { baseName } from './start.js';

/** Variables that Maven and Gradle read and a program does not. */
const BUILD_VARIABLES: ReadonlySet<string> = new Set(
  'MAVEN_HOME MAVEN_CONFIG MAVEN_OPTS MAVEN_ARGS MAVEN_CLI_OPTS M2_HOME GRADLE_HOME GRADLE_OPTS GRADLE_USER_HOME GRADLE_VERSION MAVEN_VERSION DEBIAN_FRONTEND'.split(
    ' ',
  ),
);
/** Commands that leave nothing which a program would read. */
const HARMLESS = /^(?:apt|apt-get|apk|cd|ls|echo|rm|true|set|export|pwd|cat|test|\[|:|mkdir|chmod|java|)$/;
/** What a build is made with, or what only a person at a shell needs. */
const BUILD_PACKAGES =
  /^(?:maven|gradle|ant|git|unzip|zip|(?:default|openjdk-?\d+)-jdk(?:-headless)?|nodejs|npm|vim|nano|less)$/;
/** Archives with libraries of their own that need the C++ library, which images of Alpine need not have. */
const NATIVE =
  /:(?:rocksdbjni|zstd-jni|snappy-java|leveldbjni-all|netty-tcnative.*|kafka-(?:clients|streams).*|spring-kafka|sqlite-jdbc|onnxruntime.*|tensorflow.*|opencv.*|jna(?:-platform)?|conscrypt.*|grpc-netty-shaded|duckdb_jdbc|jffi)$/;

export const java: Stack = {
  name: 'java',
  isFor: ({ base }) => base !== undefined && javaRuntime(base.image, base.tag) !== undefined,
  plan: (subject) => {
    const { base, command, stage, steps, project } = subject;
    const runtime = javaRuntime(base!.image, base!.tag)!;
    const at = command.at ?? stage.from;
    if (buildsAtStart(subject)) return declined('the container builds the program when it starts', at);
    const builds = steps.filter(isBuild);
    if (builds.length === 0) return undefined;
    if (subject.opaque !== undefined) return subject.opaque;
    if (command.at === undefined) return declined('no command is declared in the stage', at);
    const start = javaStart(subject);
    if ('reason' in start) return start;
    if ('reason' in runtime) return declined(runtime.reason, stage.from);
    if (project === undefined)
      return declined('without its build context it is not known what the program reads when it runs', stage.from);
    if (!subject.filesComplete) return declined('what COPY or ADD brings is not known in full', stage.from);
    return planOf(subject, start, runtime);
  },
};

function planOf(
  subject: Subject,
  start: Exclude<ReturnType<typeof javaStart>, Declined>,
  { image, samePublisher }: { readonly image: string; readonly samePublisher: boolean },
): Answer {
  const { command, stage, steps, facts, project } = subject;
  const { program } = start;
  const at = command.at!;
  const copies = artefactOf(subject, start);
  if ('reason' in copies) return copies;
  const other = steps.find(
    (step) =>
      !isBuild(step) &&
      !putsAt(step, program) &&
      !HARMLESS.test(step.invocation.tool ?? '?') &&
      !(
        step.invocation.tool === 'touch' &&
        step.invocation.operands.every((word) => joinPath(step.cwd ?? '/', word.text) === program)
      ),
  );
  const writer = other ?? steps.find(redirects);
  if (writer !== undefined)
    return declined(
      `RUN at line ${writer.instruction.lines.first} runs ${writer.invocation.tool ?? 'a program'}, and what it leaves may be read`,
      writer.instruction,
    );
  const home = homeOf(subject);
  if (home !== undefined) return home;
  if (isRoot(facts.atEnd(stage)) === undefined || isRoot(facts.before(stage.instructions[1] ?? stage.from)!) !== true)
    return declined('the base runs as a user that the new base lacks', stage.from);
  if (!stage.instructions.some(({ keyword }) => keyword === 'WORKDIR') && (command.workdir ?? '/') !== '/')
    return declined(`the program starts in ${command.workdir!}, which only the base of the build has`, at);
  const checked = guardProgram(subject, program);
  if ('reason' in checked) return checked;
  // Amazon Linux is on both sides, with its curl.
  const guarded = image.startsWith('amazoncorretto:') && !image.includes('alpine') ? [] : checked;
  const needs = manifestNeeds(subject, image);
  if (needs !== undefined) return declined(needs, stage.from);
  const loader = start.words.find((word) => word.startsWith('-Dloader.path'));
  if (loader !== undefined) return declined(`${loader} adds files to the program that are not followed`, at);
  const reads = literalReads(subject, javaReading, start.words, steps.find(isBuild)!.cwd);
  if ('reason' in reads) return reads;
  const packages = carriedPackages(subject, guarded, BUILD_PACKAGES, samePublisher);
  if ('reason' in packages) return packages;
  // What real builds have shown; Quarkus' folder and Alpine are not among it.
  const shown = !image.includes('alpine') && !copies[0]!.from.endsWith('/quarkus-app');
  return plan({
    image,
    what: `ship ${baseName(copies[0]!.from)} on ${image} and leave the JDK and the build in a stage of their own`,
    copies: [...copies, ...reads.copies],
    packages,
    manager: image.includes('alpine') ? 'apk' : 'apt',
    buildVariables: BUILD_VARIABLES,
    level: shown ? 'review' : 'unsafe',
    evidence: [
      { fact: `${program} is what the build makes and the container starts`, span: at.span },
      {
        fact: samePublisher
          ? `${image} is the same Java on the same system, without its compiler`
          : `${image} is the same version of Java, without its compiler`,
      },
      {
        fact: `no source of the ${project!.maven.length > 0 ? 'Maven' : 'Gradle'} project uses tools of the JDK or starts programs`,
      },
      ...reads.evidence,
      ...(shown ? [] : [{ fact: 'no real build has shown this road' }]),
    ],
    announces: [
      ...madeBeside(copies[0]!.from),
      { kind: 'config', field: 'Env', names: JAVA_VARIABLES, why: 'each base sets them for its own Java' },
      { kind: 'config', field: 'Entrypoint', why: 'each base has a script of its own that starts the command' },
      { kind: 'config', field: 'Volumes', why: 'the folder of the build tool is no volume any more' },
    ],
  });
}

/** What Maven and Gradle leave in their folders beside the program. */
function madeBeside(program: string): readonly Announcement[] {
  const [, folder, tool] = /^(.*\/(target|build))\//.exec(program) ?? [];
  if (folder === undefined) return [];
  const names =
    tool === 'target'
      ? [
          'classes',
          'generated-sources',
          'generated-test-sources',
          'maven-archiver',
          'maven-status',
          'surefire-reports',
          'test-classes',
        ]
      : ['classes', 'generated', 'reports', 'resources', 'test-results', 'tmp'];
  const paths = [...names.map((name) => `${folder}/${name}/**`), `${folder}/*.original`, `${folder}/libs/*-plain.jar`];
  return [{ kind: 'files', effect: 'removed', paths, why: 'what the build makes beside the program' }];
}

/** What the manifests say that an archive needs beside itself; undefined when it stands alone. */
function manifestNeeds({ project }: Subject, image: string): string | undefined {
  const { maven, gradle, context, complete } = project!;
  if (!complete) return 'there are more build files than are read';
  for (const path of new Set([...maven, ...gradle].flatMap(({ manifests }) => manifests))) {
    const text = /\.(?:xml|gradle|kts)$/.test(path) ? (context.read(path) ?? '') : '';
    if (/<addClasspath>\s*true|Class-Path\b/.test(text)) return `${path} has the archive look for others beside it`;
    if (/thin-launcher|spring-boot-thin|thin-layout/.test(text))
      return `${path} has the archive fetch its libraries when it starts`;
    if (!image.includes('alpine')) continue;
    const native = [...text.matchAll(/<artifactId>\s*([^<\s]+)|["']([\w.-]+:[\w.-]+)(?=[:"'])/g)]
      .map(([, id, coordinate]) => coordinate ?? `:${id!}`)
      .find((name) => NATIVE.test(name));
    if (native !== undefined)
      return `${native.replace(/^:/, '')} has native code, and ${image} may lack the libraries that it needs`;
  }
  return undefined;
}
