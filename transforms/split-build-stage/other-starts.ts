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

/** Why a compose file stands in the way: a service starts something in the image that stays in the build stage. */
export function startedByServices(
  { command, services }: Subject,
  stack: string,
  shipped: readonly string[] = [],
  packages: readonly string[] = [],
): string | undefined {
  const [program = '', ...first] = command.words;
  for (const { what, starts } of services) {
    for (const text of starts) {
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
