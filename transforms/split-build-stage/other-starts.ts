import { joinPath } from '../../src/facts/index.js';
import { startsOf } from '../../src/runtime/index.js';
import { compilerCommands, lostCommands, minimalCommands } from '../../src/bases/index.js';
import { verbatim } from '../../src/dockerfile/index.js';
import { type Invocation, nestedScript, parseShell, readInvocation, type ShellScript } from '../../src/shell/index.js';
import type { Subject } from './types.js';

/** Stacks whose image keeps all files of the program and its language, so that another of its programs starts, too. */
const WHOLE: ReadonlySet<string> = new Set(['python', 'php', 'ruby']);
/** What belongs to the build of those. */
const OF_THE_BUILD = /^(?:composer|npm|npx|yarn|pnpm|node|pip3?|poetry|pipenv|uv|make)$/;
/** Programs of which the first argument that is no option says what runs. */
const HOSTS = /^(?:node|java|dotnet)$/;
/** Programs whose arguments are a command, or name a script of package.json. */
const RUNNERS = /^(?:npm|yarn|pnpm|bun|npx|bunx|tini|dumb-init)$/;

/** Why what files of the project start stands in the way: it is something that stays in the build stage. */
export function startedByServices(
  subject: Subject,
  stack: string,
  shipped: readonly string[] = [],
  packages: readonly string[] = [],
): string | undefined {
  const [program = '', ...first] = subject.command.words;
  const arguments_ = takesArguments(subject, shipped);
  for (const { what, starts, command } of subject.services) {
    for (const text of starts) {
      if (text === command && arguments_) continue;
      const script = parseShell(verbatim(text, 0));
      if (typeof script === 'string') return `what ${what} starts is not understood: ${script}`;
      for (const { tool, args, command: words } of invocationsOf(script)) {
        const name = baseName(tool ?? '');
        if (tool === '' || words.words[0]?.text === '"$@"' || minimalCommands.has(name) || packages.includes(name))
          continue;
        const given = args.map(({ text }) => text);
        const same = name === baseName(program) && started(name, given) === started(name, first);
        const kept =
          WHOLE.has(stack) && !compilerCommands.has(name) && !lostCommands.has(name) && !OF_THE_BUILD.test(name);
        const ships = shipped.some((path) => path === tool || (name === tool && path.endsWith(`/bin/${name}`)));
        if (!same && !ships && !(kept && tool !== undefined)) return `${what} starts ${shown(tool, name, given)}`;
      }
    }
  }
  return undefined;
}

/** Whether the ENTRYPOINT is a program that takes what stands for CMD as its arguments: one that ships, or code given to its language. */
function takesArguments(
  { facts, stage, command: { workdir = '/' }, files }: Subject,
  shipped: readonly string[],
): boolean {
  const [program, ...rest] = startsOf(facts, stage).entry?.json?.map(({ value }) => value) ?? [];
  if (program === undefined) return false;
  if (/^(?:node|java|dotnet|python[\d.]*)$/.test(baseName(program))) return rest.some((word) => /\.\w+$/.test(word));
  const path = joinPath(workdir, program);
  return program.includes('/')
    ? shipped.includes(path) && !files.has(path)
    : shipped.some((one) => one.endsWith(`/bin/${program}`) && !files.has(one));
}

function invocationsOf(script: ShellScript): readonly Invocation[] {
  return script.commands.flatMap((command) => {
    const nested = nestedScript(script, command);
    return nested === undefined ? [readInvocation(command)] : invocationsOf(nested);
  });
}

/** What arguments say of the program that runs. */
function started(name: string, words: readonly string[]): string | undefined {
  if (HOSTS.test(name)) return words.find((word) => !word.startsWith('-'));
  return RUNNERS.test(name) ? words.join(' ').replace(/^(?:run|run-script|exec) /, '') : '';
}

function shown(tool: string | undefined, name: string, words: readonly string[]): string {
  if (tool === undefined) return 'a program that a variable names';
  return RUNNERS.test(name) ? [tool, ...words].join(' ') : tool;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
