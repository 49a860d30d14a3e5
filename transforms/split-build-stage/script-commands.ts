import { joinPath } from '../../src/facts/index.js';
import { type Invocation, nestedScript, readInvocation, type ShellScript } from '../../src/shell/index.js';
import { type Declined, declined, type RuntimePackage, type Subject } from './types.js';

/** Commands that each shell and each small image has, with the options that scripts give them. */
const THERE =
  /^(?:|[.:[]|\[\[|test|true|false|echo|printf|exit|set|unset|export|shift|read|local|return|trap|wait|sleep|eval|umask|mkdir|chown|chmod|cat|touch|rm|cp|mv|ln|ls|id|dirname|basename|env|hostname|date|head|tail|tr|cut|sort|uniq|wc|sed|grep|kill|ulimit|uname|whoami|true)$/;
/** Options that only the GNU programs know. */
const GNU = /^(?:--(?!help$|$)\w|-P)/;
const OF_CMD = /^"?\$(?:\{?@\}?|\*)"?$/;

export interface Started {
  /** The program that runs in the end, and its arguments. */
  readonly words: readonly string[];
  /** Programs that run before it. */
  readonly before: readonly string[];
  /** The script that starts it, absolute in the image. */
  readonly script: string | undefined;
  /** What needs a shell, to be named in a sentence. */
  readonly by: string | undefined;
  readonly packages: readonly RuntimePackage[];
  /** Words of the script, which may name files. */
  readonly texts: readonly string[];
}

/** Follows the commands of a script, in which the words of CMD may stand for the last. */
export function followScript(
  script: ShellScript,
  rest: readonly string[],
  { subject, path, packages }: { subject: Subject; path: string | undefined; packages: RuntimePackage[] },
): Started | Declined {
  const at = subject.command.at!;
  const what = path ?? 'the command';
  const functions = new Set(
    [...script.parents.values()].flatMap((node) =>
      node.type === 'block' && node.kind === 'function' ? (node.name ?? []) : [],
    ),
  );
  const starts: string[][] = [];
  const texts: string[] = [];
  for (const invocation of commandsOf(script)) {
    const { tool, args, command, wrappers } = invocation;
    texts.push(
      ...[...command.words, ...command.redirects.flatMap(({ target }) => target ?? [])].map(({ text }) =>
        unquoted(text),
      ),
    );
    const first = command.words[wrappers.length]?.text ?? '';
    if (OF_CMD.test(first)) {
      if (rest.length > 0) starts.push([...rest]);
      continue;
    }
    if (tool === undefined) return declined(`${what} starts a program whose name is not literal`, at);
    if (functions.has(tool)) continue;
    if (wrappers.some((name) => name !== 'exec'))
      return declined(`${what} starts ${wrappers.join(' ')}, which the new base may lack`, at);
    const wrong = wrongIn(subject, invocation);
    if (wrong !== undefined) return declined(`${what} ${wrong}`, at);
    if (tool === 'set' && args[0]?.text === '--' && args[1]?.value !== undefined) starts.unshift([args[1].value]);
    if (tool === 'cd') continue;
    if (tool === '.' || tool === 'eval' || (THERE.test(tool) && args.some(({ text }) => GNU.test(text))))
      return declined(`${what} runs ${tool} in a way that the new base may not know`, at);
    if (THERE.test(tool)) continue;
    if (tool === 'curl') packages.push({ name: tool, why: 'a script runs it' });
    if (tool === 'curl' && args.some(({ text }) => /https:|\$/.test(text)))
      packages.push({ name: 'ca-certificates', why: 'a script calls others over TLS' });
    if (tool !== 'curl')
      starts.push([tool, ...args.filter((_, i) => !isOptions(args, i)).map(({ value, text }) => value ?? text)]);
  }
  const words = starts.at(-1);
  if (words === undefined) return declined(`${what} starts no program that is known`, at);
  return { words, before: starts.slice(0, -1).map(([name]) => name!), script: path, by: what, packages, texts };
}

/** What a command of a script asks of the image that a small one may not have. */
function wrongIn(
  { command, accounts }: Subject,
  { tool, args, operands, command: { redirects } }: Invocation,
): string | undefined {
  const workdir = command.workdir ?? '/';
  if (tool === 'cd' && args[0]?.value !== workdir)
    return 'changes the folder, and where it starts programs is not followed';
  const owners = /^ch(?:own|grp)$/.test(tool ?? '') ? (operands[0]?.value?.split(':') ?? ['?']) : [];
  const owner = owners.find((name) => !/^(?:root|nobody|\d*)$/.test(name) && !accounts.has(name));
  if (owner !== undefined) return `names ${owner}, a user that the new base may lack`;
  const written = redirects.find(({ operator, target }) => {
    const path = joinPath(workdir, target?.value ?? '');
    return (
      operator.startsWith('>') &&
      !operator.includes('&') &&
      !/^\/(?:dev|tmp|etc|var\/tmp)\//.test(path) &&
      (target?.value === undefined || joinPath(path, '..') !== workdir)
    );
  });
  return written === undefined
    ? undefined
    : `writes ${written.target?.text ?? 'a file'}, whose folder the new base may lack`;
}

/** Whether a word is a variable with options, such as $JAVA_OPTS, and no value of the option before it. */
function isOptions(args: Invocation['args'], index: number): boolean {
  return /^\$\{?\w+\}?$/.test(args[index]!.text) && !args[index - 1]?.text.startsWith('-');
}

/** The commands of a script, those in the texts of further shells in place of the shells. */
function commandsOf(script: ShellScript): readonly Invocation[] {
  return script.commands.flatMap((command) => {
    const nested = nestedScript(script, command);
    return nested === undefined ? [readInvocation(command)] : commandsOf(nested);
  });
}

function unquoted(text: string): string {
  return text.replaceAll(/["']/g, '');
}
