import { folderBy, has, inside, isBelow, joinPath, listed, optionTexts, strangeOption, unreadable } from './shared.js';
import type { Manager, Needs, Question } from './types.js';

const FETCHES =
  /^(?:dependencies|buildEnvironment|help|tasks|projects|resolveDependencies|downloadDependencies|wrapper)$/;
const BUILDS =
  /(?:^|:)(?:build|assemble|jar|bootJar|bootWar|war|shadowJar|installDist|distZip|distTar|buildFatJar|classes|nativeCompile|quarkusBuild)$/;
const KEPT = /^(?:--no-daemon|-q|--quiet|-g|--gradle-user-home|-I|--init-script|-P|--project-prop)$/;

/** Gradle: docs.gradle.org/current/userguide/command_line_interface.html. */
export const gradle: Manager = {
  tools: /^(?:gradle|gradlew)$/,
  install: (question) => {
    const tasks = question.invocation.operands.map(({ text }) => text);
    const version = has(question, '--version', '-v');
    if (!version && (tasks.length === 0 || !tasks.every((task) => FETCHES.test(task)))) return undefined;
    const strange = strangeOption(question);
    if (strange !== undefined) return strange;
    if (version) return wrapper(question);
    const found = scripts(question);
    if (found === undefined) return `no Gradle script is copied from the build context to ${question.cwd}`;
    if (typeof found === 'string' || !tasks.includes('wrapper')) return found;
    const written = ['gradlew', 'gradlew.bat', 'gradle/wrapper'].map((name) => inside(found.cwd, name));
    return { ...found, fills: [...found.fills, ...written] };
  },
  download: (question) => {
    const { invocation } = question;
    if (!invocation.operands.some(({ text }) => BUILDS.test(text)) || has(question, '--offline')) return undefined;
    const needs = scripts(question);
    if (needs === undefined || typeof needs === 'string') return needs;
    const facts = question.project.at.gradle(needs.folder)!;
    if (facts.includes.length > 0) return 'the dependencies task resolves those of one project, and there are several';
    const program = invocation.command.words.find(({ text }) => /(?:^|\/)gradlew?$/.test(text))?.text ?? 'gradle';
    const options = optionTexts(question, KEPT);
    if (options === undefined) return 'an option of Gradle is computed';
    return {
      ...needs,
      level: 'review',
      directory: question.place.cwd ?? question.cwd,
      command: [program, ...options, 'dependencies'].join(' '),
      tool: /^(?:gradle|gradlew)$/,
      done: /\bgradlew?\b[^&|;]*\b(?:build|assemble|\w*[Jj]ar|classes|dependencies|\w+Dependencies)\b/,
      mounted: /gradle/,
    };
  },
};

function wrapper(question: Question): Needs | string | undefined {
  const { cwd } = question;
  const folder = folderBy(question, ['gradlew']);
  if (folder === undefined) return undefined;
  const paths = ['gradlew', 'gradle/wrapper', 'gradle.properties'].map((name) => joinPath(folder, name));
  return {
    manager: 'Gradle',
    folder,
    cwd,
    paths,
    fills: [inside(cwd, '.gradle')],
    evidence: 'the wrapper reads its properties',
  };
}

function scripts(question: Question): Needs | string | undefined {
  const { cwd, project } = question;
  const folder = folderBy(question, ['settings.gradle', 'settings.gradle.kts', 'build.gradle', 'build.gradle.kts']);
  const facts = folder === undefined ? undefined : project.at.gradle(folder);
  if (folder === undefined || facts === undefined) return undefined;
  const fault = unreadable(facts);
  if (fault !== undefined) return fault;
  const source = facts.readsSource.find(({ path }) => isBelow(folder, path));
  if (source !== undefined) return `${source.path}: ${source.why}`;
  const paths = [...facts.manifests, ...facts.readsSource.map(({ path }) => path)];
  return {
    manager: 'Gradle',
    folder,
    cwd,
    paths,
    fills: [inside(cwd, '.gradle'), inside(cwd, 'build')],
    evidence: `Gradle reads ${listed(facts.manifests)}`,
  };
}
