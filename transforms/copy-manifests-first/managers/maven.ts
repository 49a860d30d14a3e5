import { folderBy, joinPath, listed, optionTexts, unreadable } from './shared.js';
import type { Manager, Needs, Question } from './types.js';

const FETCHES =
  /^(?:clean|validate|(?:org\.apache\.maven\.plugins:maven-)?dependency(?:-plugin)?(?::[\d.]+)?:(?:go-offline|resolve|resolve-plugins|copy-dependencies)|de\.qaware\.maven:go-offline-maven-plugin(?::[\d.]+)?:resolve-dependencies)$/;
const BUILDS = /^(?:compile|test|package|verify|install|deploy|spring-boot:\S+|test-compile|prepare-package)$/;
/** Options that decide what is downloaded and from where. */
const KEPT =
  /^(?:-B|--batch-mode|-ntp|--no-transfer-progress|-q|--quiet|-P|--activate-profiles|-s|--settings|-gs|--global-settings|-f|--file|-Dmaven\.repo\.local|-U|--update-snapshots)$/;

/** Maven: maven.apache.org/plugins/maven-dependency-plugin/go-offline-mojo.html. */
export const maven: Manager = {
  tools: /^(?:mvn|mvnw)$/,
  install: (question) => {
    const goals = question.invocation.operands.map(({ text }) => text);
    if (goals.length === 0 || !goals.every((goal) => FETCHES.test(goal)) || !goals.some((goal) => goal.includes(':')))
      return undefined;
    return poms(question) ?? `no pom.xml is copied from the build context to ${question.cwd}`;
  },
  download: (question) => {
    const { invocation } = question;
    if (
      !invocation.operands.some(({ text }) => BUILDS.test(text)) ||
      invocation.options.some(({ name }) => /^(?:-o|--offline)$/.test(name))
    )
      return undefined;
    const needs = poms(question);
    if (needs === undefined || typeof needs === 'string') return needs;
    const facts = question.project.at.maven(needs.folder)!;
    if (facts.modules.length > 0)
      return 'the modules need one another, which dependency:go-offline cannot resolve before they are built';
    if (facts.packaging === 'pom') return undefined;
    const program = invocation.command.words.find(({ text }) => /(?:^|\/)mvnw?$/.test(text))?.text ?? 'mvn';
    const options = optionTexts(question, KEPT);
    if (options === undefined) return 'an option of Maven is computed';
    return {
      ...needs,
      level: 'review',
      directory: question.place.cwd ?? question.cwd,
      command: [program, ...options, 'dependency:go-offline'].join(' '),
      tool: /^(?:mvn|mvnw)$/,
      done: /\bmvnw?\b[^&|;]*\b(?:dependency:|compile|package|verify|install|test|resolve)/,
      mounted: /\.m2/,
    };
  },
};

function poms(question: Question): Needs | string | undefined {
  const { cwd, project } = question;
  const folder = folderBy(question, ['pom.xml']);
  const facts = folder === undefined ? undefined : project.at.maven(folder);
  if (folder === undefined || facts === undefined) return undefined;
  const fault = unreadable(facts);
  if (fault !== undefined) return fault;
  const wrapped = question.invocation.tool === 'mvnw';
  const paths = [
    ...facts.manifests.filter((path) => wrapped || !/(?:^|\/)(?:mvnw(?:\.cmd)?|\.mvn\/wrapper\/[^/]*)$/.test(path)),
    ...facts.readsSource.map(({ path }) => path),
  ];
  if (paths.includes('') || paths.includes(folder)) return `${joinPath(folder, 'pom.xml')}: a local repository or jar`;
  return { manager: 'Maven', folder, cwd, paths, fills: [], evidence: `Maven reads ${listed(facts.manifests)}` };
}
