import { argumentText, type Instruction } from '../dockerfile/index.js';
import { type Facts, isWithin } from '../facts/index.js';
import { literalCommand, nestedScript, readInvocation, type ShellCommand, type ShellScript } from '../shell/index.js';
import { type Ecosystem, type Kind, RULES } from './kinds-table.js';

/** What a RUN does, as far as its commands say. */
export interface Work {
  /** What it does beside installing dependencies. */
  readonly kinds: ReadonlySet<Exclude<Kind, 'dependency-install'>>;
  readonly installs: readonly Install[];
  /** Of builds that install dependencies where nothing before them did: `go build`, `mvn package`. */
  readonly implied: ReadonlySet<Ecosystem>;
}

export interface Install {
  readonly tool: string;
  /** Undefined when what it installs is in no manifest: `npm install -g`. */
  readonly ecosystem: Ecosystem | undefined;
  /** Without the project itself. */
  readonly partial: boolean;
  /** The whole command where its tool, run again, only finishes what it finds; undefined for others. */
  readonly finishes: string | undefined;
  /** It goes by the imports of the sources where no manifest is there: `go get` of the project itself. */
  readonly followsImports: boolean;
}

/** A command by its program and the words that say what it is to do. */
interface Line {
  readonly tool: string;
  readonly words: readonly string[];
  readonly options: readonly string[];
}

/** The kinds of work that a RUN does. A body that is not understood is read word by word. */
export function workOf(facts: Facts, instruction: Instruction): Work {
  const body = facts.body(instruction);
  const script = body.kind === 'script' || body.kind === 'exec' ? body.script : undefined;
  const lines =
    script !== undefined
      ? linesOf(script)
      : body.kind === 'exec'
        ? lineOfCommand(literalCommand(body.words))
        : linesOfText(
            [argumentText(instruction), ...instruction.heredocs.map((one) => facts.file.slice(one.body))].join('\n'),
          );
  const kinds = new Set<Exclude<Kind, 'dependency-install'>>();
  const installs: Install[] = [];
  const implied = new Set<Ecosystem>();
  for (const line of lines) {
    const rule = RULES_OF.get(line.tool)?.find(({ uses }) => uses.some((use) => startsWith(line, use)));
    if (rule === undefined) continue;
    const has = (options: readonly string[] = []): boolean =>
      options.some((option) => line.options.some((given) => matches(given, option)));
    const ecosystem = has(rule.unless) ? undefined : rule.ecosystem;
    if (rule.kind === 'dependency-install') {
      const finishes = rule.leavesOut && [line.tool, ...line.words, ...line.options].join(' ');
      const followsImports = getsItself(line, facts.before(instruction)?.workdir);
      installs.push({ tool: line.tool, ecosystem, partial: has(rule.leavesOut), finishes, followsImports });
      continue;
    }
    kinds.add(rule.kind);
    if (ecosystem !== undefined) implied.add(ecosystem);
  }
  return { kinds, installs, implied };
}

/** Whether a `go get` names no packages but those of the folder that it works in: go.dev/cmd/go, GOPATH. */
function getsItself({ tool, words: [use, ...packages] }: Line, workdir = ''): boolean {
  const isOwn = (name: string): boolean =>
    name.startsWith('.') || isWithin(workdir.split('/src/').slice(1).join('/src/'), name.replace(/\/\.{3}$/, ''));
  return tool === 'go' && use === 'get' && packages.every(isOwn);
}

/** Whether a word is the pattern, which may end in `*`. */
function matches(word: string | undefined, pattern: string): boolean {
  return pattern.endsWith('*') ? word?.startsWith(pattern.slice(0, -1)) === true : word === pattern;
}

function startsWith({ words }: Line, use: string): boolean {
  if (use === '*') return true;
  if (use === '') return words.length === 0;
  return use.split(' ').every((word, i) => matches(words[i], word));
}

/** By the commands, which scripts of one text share. */
const memo = new WeakMap<ShellScript['commands'], readonly Line[]>();

function linesOf(script: ShellScript): readonly Line[] {
  let lines = memo.get(script.commands);
  if (lines === undefined) {
    lines = script.commands.flatMap((command) => {
      const nested = nestedScript(script, command);
      return nested === undefined ? lineOfCommand(command) : linesOf(nested);
    });
    memo.set(script.commands, lines);
  }
  return lines;
}

function lineOfCommand(command: ShellCommand): readonly Line[] {
  const { tool, subcommand, use, args } = readInvocation(command);
  if (tool === undefined || !RULES_OF.has(nameOf(tool))) return [];
  const line = lineOf([tool, ...args.map((word) => word.value ?? word.text)]);
  // The model knows which words are the values of options, so what it names comes first.
  const named = use === undefined || tool === 'mix' ? [] : subcommand.split(' ').filter((word) => !/^-|^$/.test(word));
  return [{ ...line, words: [...named, ...line.words.filter((word) => !named.includes(word))] }];
}

/** The rules of each tool, in the order of the table. */
const RULES_OF: ReadonlyMap<string, typeof RULES> = new Map(
  RULES.flatMap(({ tools }) => tools).map((tool) => [tool, RULES.filter(({ tools }) => tools.includes(tool))]),
);

function nameOf(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}

function lineOf([program = '', ...all]: readonly string[]): Line {
  const tool = nameOf(program);
  // `mix do deps.get, deps.compile`
  const words = tool === 'mix' && all[0] === 'do' ? all.slice(1).map((word) => word.replace(/,$/, '')) : all;
  return {
    tool,
    words: words.filter((word) => !word.startsWith('-')),
    options: words.filter((word) => word.startsWith('-')),
  };
}

function linesOfText(text: string): readonly Line[] {
  return text.split(/&&|\|\||[;|\n(){}]/).map((part) => {
    const words = part.trim().split(/\s+/);
    const first = words.findIndex((word) => !/^\w+=|^(?:if|then|else|do|!|sudo|exec|time)$/.test(word));
    return lineOf(words.slice(Math.max(0, first)));
  });
}
