import { isWithin, joinPath } from '../../../src/facts/index.js';
import type { Step, Subject } from '../types.js';

/** The programs that no later step of the build itself starts. */
export function shipped(artefacts: readonly string[], steps: readonly Step[]): readonly string[] {
  return artefacts.filter(
    (path) => !steps.some(({ invocation }) => invocation.tool !== undefined && isBuilt(invocation.tool, [path])),
  );
}

/** The folder of the package that a go build names; undefined where it is named by an import path. */
export function packageFolder(step: Step, subject: Subject): string | undefined {
  const { invocation, cwd, text } = step;
  const [operand] = invocation.operands;
  const value = operand === undefined ? '.' : onlyProgram(text(operand), step, subject);
  if (value === undefined || cwd === undefined) return undefined;
  if (value.endsWith('.go')) return joinPath(cwd, value).replace(/\/[^/]*$/, '');
  return /^\.{1,2}(?:\/|$)|^\//.test(value) ? joinPath(cwd, value) : undefined;
}

export function isBuilt(tool: string | undefined, artefacts: readonly (string | undefined)[]): boolean {
  const name = tool?.slice(tool.lastIndexOf('/') + 1);
  return artefacts.some((path) => path?.endsWith(`/${name}`) === true);
}

/** What a go build or go install makes: by -o, else by its package's folder or file, else by the module. */
export function artefactOf(step: Step, subject: Subject): string | undefined {
  const { invocation, cwd } = step;
  if (cwd === undefined || invocation.options.some(({ name, known }) => name === '-C' || !known)) return undefined;
  const operands = invocation.operands.map((word) => onlyProgram(step.text(word), step, subject));
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

/** The package that `go install ./...` makes a program of, where there is only one; other operands as they are. */
function onlyProgram(
  operand: string | undefined,
  { invocation, cwd }: Step,
  { files, project }: Subject,
): string | undefined {
  if (operand !== './...' || invocation.subcommand !== 'install' || cwd === undefined) return operand;
  const folders = [...files].flatMap(([path, { context }]) =>
    isWithin(path, cwd) &&
    /(?<!_test)\.go$/.test(path) &&
    !/\/(?:vendor|testdata|[_.][^/]*)\//.test(path) &&
    context !== undefined &&
    /^package main\b/m.test(project!.context.read(context) ?? '')
      ? [path.slice(0, path.lastIndexOf('/'))]
      : [],
  );
  const [only, more] = new Set(folders);
  return only === undefined || more !== undefined ? undefined : only;
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
export function programPath({ command }: Subject, artefacts: readonly string[]): string | undefined {
  const word = command.words[0] ?? '';
  if (!word.includes('/'))
    return artefacts.find(
      (path) => /^\/(?:(?:usr\/(?:local\/)?)?s?bin|go\/bin)\/[^/]+$/.test(path) && path.endsWith(`/${word}`),
    );
  if (command.workdir === undefined && !word.startsWith('/')) return undefined;
  return artefacts.find((path) => path === joinPath(command.workdir ?? '/', word));
}
