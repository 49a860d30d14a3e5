import { isWithin, joinPath } from '../../../src/facts/index.js';
import type { Invocation } from '../../../src/shell/index.js';
import { type Copied, declined, type Declined, type Step, type Subject } from '../types.js';
import { baseName, startCommand } from './start.js';

/** What the container starts, and the words of its command that may name files. */
interface JavaStart {
  readonly invocation: Invocation;
  /** Absolute path of the archive or the start script. */
  readonly program: string;
  readonly words: readonly string[];
}

/** Options of `java` whose value is the next word. */
const VALUED =
  /^(?:-cp|-classpath|--class-path|-p|--module-path|--add-(?:opens|modules|exports|reads)|--patch-module)$/;
/** Where Maven and Gradle put what they make, below a project's folder. */
const MADE = /^(.*?)\/(?:target(?:\/quarkus-app)?|build\/(?:libs|quarkus-app|install\/[^/]+\/bin))\/[^/]+$/;
const BUILD_FILES = ['pom.xml', 'build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'];
const BUILD = /^(?:mvnw?|gradlew?)$/;
const STARTS_BUILD = /^(?:mvnw?|gradlew?|sbt|ant)$/;

/** Follows `java -jar` to its archive; `build/install/name/bin/name` is Gradle's own start script. */
export function javaStart(subject: Subject): JavaStart | Declined {
  const { command, stage } = subject;
  const at = command.at ?? stage.from;
  const invocation = startCommand(subject);
  if (invocation === undefined) return declined('the command needs a shell, and what it starts is not read', at);
  const { tool, args, wrappers } = invocation;
  const workdir = command.workdir ?? '/';
  const words = args.flatMap(({ value }) => value ?? []);
  const other = wrappers.find((name) => !/^(?:exec|env|nohup)$/.test(name));
  if (other !== undefined) return declined(`the command starts ${other}, which the new base may lack`, at);
  const installed = invocation.command.words.find(({ value }) => /\/java$/.test(value ?? ''))?.value;
  if (installed !== undefined)
    return declined(`the command starts ${installed}, and the new base may have it elsewhere`, at);
  if (tool !== 'java') {
    const program = tool?.includes('/') === true ? joinPath(workdir, tool) : undefined;
    return program !== undefined && /\/build\/install\/[^/]+\/bin\/[^/]+$/.test(program)
      ? { invocation, program, words }
      : declined(`${tool ?? 'what the container starts'} is no archive that java is given`, at);
  }
  for (let i = 0; i < args.length; i++) {
    const { value } = args[i]!;
    if (value === '-jar') {
      const archive = args[i + 1]?.value;
      return archive === undefined || /[*?[{]/.test(archive)
        ? declined('the archive that java is given has no literal name', at)
        : { invocation, program: joinPath(workdir, archive), words: words.filter((word) => word !== archive) };
    }
    if (value !== undefined && VALUED.test(value)) i++;
    else if (value !== undefined && !value.startsWith('-'))
      return declined(`java starts ${value} of a class path, and what lies on it is not followed`, at);
  }
  return declined('java is given no archive', at);
}

/** What of the build the program is, or why it is not known to be of the build. */
export function artefactOf(
  { files, steps, command, stage }: Subject,
  { program }: JavaStart,
): readonly Copied[] | Declined {
  const at = command.at ?? stage.from;
  const copied = steps.some((step) => putsAt(step, program));
  const folder = MADE.exec(program)?.[1];
  const built = folder !== undefined && BUILD_FILES.some((name) => files.has(joinPath(folder, name)));
  if (files.has(program)) return declined(`${program} comes with the build context, and no build makes it`, at);
  if (!copied && !built) return declined(`${program} is nothing that the build is known to make`, at);
  const parent = program.slice(0, program.lastIndexOf('/'));
  const whole =
    built && (parent.endsWith('/quarkus-app') ? parent : /\/bin$/.test(parent) ? parent.slice(0, -4) : undefined);
  const path = typeof whole === 'string' ? whole : program;
  return [{ from: path, to: path }];
}

/** Whether `cp` or `mv` puts an archive of the build at a path. */
export function putsAt({ invocation: { tool, operands }, cwd, text }: Step, program: string): boolean {
  if ((tool !== 'cp' && tool !== 'mv') || operands.length !== 2 || cwd === undefined) return false;
  const [from, to] = operands.map((word) => text(word) ?? word.text);
  if (/[$`]/.test(to!) || !/(?:^|\/)(?:target|build\/libs)\//.test(from!)) return false;
  const target = joinPath(cwd, to!);
  return target === program || (isWithin(program, target) && joinPath(target, baseName(from!)) === program);
}

/** Whether the container builds its program when it starts. */
export function buildsAtStart(subject: Subject): boolean {
  return STARTS_BUILD.test(baseName(startCommand(subject)?.tool ?? ''));
}

/** Whether a step runs Maven or Gradle, by their wrappers as well. */
export function isBuild({ invocation: { tool, args } }: Step): boolean {
  return BUILD.test(baseName(/^(?:sh|bash)$/.test(tool ?? '') ? (args[0]?.value ?? '') : (tool ?? '')));
}

/** A variable that says where Java is: no image has it where another one has. */
export function homeOf({ facts, stage }: Subject): Declined | undefined {
  const home = stage.instructions.find(
    ({ keyword, logical }) => keyword === 'ENV' && /\bJAVA_HOME\b/.test(logical.text),
  );
  return home === undefined || facts.atEnd(stage).env.get('JAVA_HOME')?.from === undefined
    ? undefined
    : declined(`ENV at line ${home.lines.first} says where Java is, and the new base has it elsewhere`, home);
}
