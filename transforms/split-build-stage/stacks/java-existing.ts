import { argumentWords } from '../../../src/dockerfile/index.js';
import { expandIn, isRoot } from '../../../src/facts/index.js';
import { declined, type Declined, type RuntimeBase, type Subject } from '../types.js';
import { javaReading } from './java-reading.js';
import { JAVA_VARIABLES, javaRuntime } from './java-runtime.js';
import { homeOf, isBuild } from './java-start.js';
import { TESTS } from './reads.js';
import { startCommand } from './start.js';

/** Where Maven and Gradle put an archive that was built before the image is. */
const BUILT_BEFORE = /(?:^|\/)(?:target|build\/libs)\/[^/]*\.[jw]ar$/;

/** The run-time image for a stage that starts Java with what earlier ones built. */
export function javaRuntimeOf(final: Subject, earlier: readonly Subject[]): RuntimeBase | Declined | undefined {
  const { base } = final;
  const runtime = base === undefined ? undefined : javaRuntime(base.image, base.tag);
  if (runtime === undefined) return undefined;
  const { command, project, stage, steps } = final;
  if (steps.some(isBuild)) return undefined;
  const isBuilt = earlier.some((one) => one.steps.some(isBuild));
  if (!isBuilt && ![final, ...earlier].some(takesArchive)) return undefined;
  const start = startCommand(final);
  const shell = /^(?:sh|bash)$/.test(start?.tool ?? '');
  if (start === undefined || shell || start.tool !== 'java')
    return declined('what the container starts is not read as one command of java', command.at ?? stage.from);
  if ('reason' in runtime) return declined(runtime.reason, stage.from);
  if (!runtime.samePublisher && steps.length > 0)
    return declined(`${runtime.image} is another system, and the stage has steps for its own`, steps[0]!.instruction);
  const home = homeOf(final);
  if (home !== undefined) return home;
  if (isRoot(final.facts.before(stage.instructions[1] ?? stage.from)!) !== true)
    return declined('the base runs as a user that the new base lacks', stage.from);
  const place = final.facts.before(stage.instructions[1] ?? stage.from)!.workdir ?? '/';
  if (place !== '/') return declined(`the stage starts in ${place}, which only its base has`, stage.from);
  const { context, complete } = project ?? {};
  const sources = context?.paths.filter((path) => javaReading.sources.test(path) && !TESTS.test(path)) ?? [];
  if (context !== undefined && (sources.length === 0 || complete === false))
    return declined('the sources of the program are not at hand, and may need tools of the JDK', stage.from);
  for (const path of sources) {
    const forbidden = javaReading.forbidden.find(([pattern]) => pattern.test(context!.read(path) ?? ''));
    if (forbidden !== undefined) return declined(`${path} ${forbidden[1]}`, stage.from);
  }
  const shown = !runtime.image.includes('alpine') && (isBuilt || runtime.samePublisher);
  return {
    image: runtime.image,
    level: shown ? 'review' : 'unsafe',
    sameCommands: runtime.samePublisher,
    variables: new Map(),
    sets: JAVA_VARIABLES,
    evidence: [
      runtime.samePublisher
        ? `${runtime.image} is the same Java on the same system, without its compiler`
        : `${runtime.image} is the same version of Java, without its compiler`,
      'no source of the build context uses tools of the JDK or starts programs',
      ...(shown ? [] : ['no real build has shown this road']),
    ],
  };
}

/** Whether a COPY brings an archive that the project's build left in the context, by its default where an argument names it. */
function takesArchive({ facts, stage }: Subject): boolean {
  return stage.instructions.some((one) => {
    if (!/^(?:COPY|ADD)$/.test(one.keyword) || one.flags.some(({ name }) => name === 'from')) return false;
    const words = argumentWords(one);
    const sources = words.slice(0, -1).map((word) => expandIn(facts.before(one)!, word, facts.file).value);
    return sources.some((source) => BUILT_BEFORE.test(source ?? ''));
  });
}
