import { folderOf } from '../project/paths.js';
import { type BuildCommand, readBuildCommand } from './build-command.js';
import { defaultOf, readShell, type Word } from './shell-words.js';
import { constant, resolvePath, ROOT_MARK, UNKNOWN, type Value } from './use.js';

/** A build command in a script. */
export interface ScriptBuild extends BuildCommand {
  /** Line in the script, counted from 1. */
  readonly line: number;
  /** The folder that the command runs in, as far as `cd` tells; undefined when it does not. */
  readonly folder: string | undefined;
}

/** Variables that hold the folder of the checkout: GitLab, GitHub, Bitbucket, CircleCI. */
const ROOTS = /^(?:CI_PROJECT_DIR|GITHUB_WORKSPACE|BITBUCKET_CLONE_DIR|CIRCLE_WORKING_DIRECTORY)$/;
const MENTIONS = /\b(?:docker|podman|nerdctl|buildah|kaniko|finch)\b|\$[({]\w*(?:docker|podman|container|engine|oci)/i;

/** Whether a text is worth reading: it names a builder. */
export function mayBuild(text: string): boolean {
  return MENTIONS.test(text);
}

/**
 * The build commands of a shell script.
 * @param script path of the script, for `cd "$(dirname "$0")"`
 * @param folder where the script starts to run
 */
export function scriptBuilds(text: string, script: string, folder: string | undefined): readonly ScriptBuild[] {
  const builds: ScriptBuild[] = [];
  const variables = new Map<string, Value>();
  const ownFolder = ROOT_MARK + (folderOf(script) === '' ? '' : `/${folderOf(script)}`);
  const opened: (string | undefined)[] = [];
  const pushed: (string | undefined)[] = [];
  let current = folder;
  const expand = (expression: string): Value => {
    const name = /^\w+$/.exec(expression)?.[0] ?? '';
    if (name === 'PWD') return constant('.');
    if (ROOTS.test(name)) return constant(ROOT_MARK);
    if (expression.startsWith('(')) return commandValue(expression, ownFolder);
    return variables.get(/^\w*/.exec(expression)![0]) ?? defaultOf(expression);
  };
  readShell(text, expand, (step) => {
    if (step.kind === 'open') opened.push(current);
    if (step.kind === 'close') current = opened.length > 0 ? opened.pop() : current;
    if (step.kind !== 'command') return;
    const { words, line } = step;
    noteAssignments(words, variables);
    const first = words.findIndex((word) => !/^(?:then|do|else|if|!|\{)$/.test(word.raw));
    const verb = words[first]?.text;
    if (verb === 'cd' || verb === 'pushd') {
      const path = words.slice(first + 1).find((word) => !/^-[LPe]+$|^--$/.test(word.raw));
      if (verb === 'pushd') pushed.push(current);
      current = path?.text === '-' ? undefined : resolvePath(current, path?.text);
    } else if (verb === 'popd') current = pushed.pop();
    else {
      const command = readBuildCommand(words);
      if (command !== undefined) builds.push({ ...command, line, folder: current });
    }
  });
  return builds;
}

/** `$(pwd)`, `$(dirname "$0")`, `$(cd "$(dirname "$0")/.." && pwd)`, `$(git rev-parse --show-toplevel)`. */
function commandValue(expression: string, ownFolder: string): Value {
  if (expression.length > 200) return UNKNOWN;
  if (/^\(\s*pwd(?: -[LP])?\s*\)$/.test(expression)) return constant('.');
  if (/^\(\s*git rev-parse --show-toplevel\s*\)$/.test(expression)) return constant(ROOT_MARK);
  const own =
    /dirname(?: --)? "?(?:\$0|\$\{0\}|\$BASH_SOURCE|\$\{BASH_SOURCE(?:\[0\])?(?::-\$0)?\})"?\s*\)?"?((?:\/[\w.-]+)*)/.exec(
      expression,
    );
  if (own === null) return UNKNOWN;
  const plain = /^\(\s*dirname [^|;&]*\)$/.test(expression);
  const changed =
    /^\(\s*(?:unset CDPATH;?\s*)?cd (?:-P )?(?:-- )?"?\$\([^)]*\)(?:\/[\w.-]+)*"?(?:(?:\s+[12]|\s*&)?\s*>\s*\/dev\/null)*\s*(?:&&|;)\s*pwd(?: -P)?\s*\)$/;
  return plain || changed.test(expression) ? constant(ownFolder + own[1]!) : UNKNOWN;
}

/**
 * Keeps what `NAME=value` says; a name that is given two values is not known. Before a command, it is that command's.
 */
function noteAssignments(words: readonly Word[], variables: Map<string, Value>): void {
  const start = ['export', 'local', 'readonly', 'declare'].includes(words[0]?.text ?? '') ? 1 : 0;
  const assignments = words.slice(start).map((word) => ({ word, match: /^(\w+)(\+?)=/.exec(word.raw) }));
  if (assignments.some(({ match }) => match === null)) return;
  for (const { word, match } of assignments) {
    const name = match![1]!;
    const text = match![2] === '' ? word.text?.slice(name.length + 1) : undefined;
    const known = variables.get(name);
    variables.set(name, known !== undefined && known.text !== text ? UNKNOWN : { text, sure: false });
  }
}
