import { type Instruction } from '../dockerfile/index.js';
import type { Facts } from '../facts/index.js';
import { nestedScript, readInvocation, type ShellScript } from '../shell/index.js';
import { type Ecosystem, type Kind, RULES } from './kinds-table.js';

/** What a RUN does, as far as its commands say. */
export interface Work {
  readonly kinds: ReadonlySet<Kind>;
  /** Of the dependencies that it installs. */
  readonly ecosystems: ReadonlySet<Ecosystem>;
  /** Of the builds that install dependencies where nothing before them did: `go build`, `mvn package`. */
  readonly implied: ReadonlySet<Ecosystem>;
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
  const { args, logical, heredocs } = instruction;
  const text = [logical.text.slice(args.start, args.end), ...heredocs.map((one) => facts.file.slice(one.body))].join(
    '\n',
  );
  const lines =
    script !== undefined ? linesOf(script) : body.kind === 'exec' ? [lineOf(body.words)] : linesOfText(text);
  const kinds = new Set<Kind>();
  const ecosystems = new Set<Ecosystem>();
  const implied = new Set<Ecosystem>();
  for (const line of lines) {
    const rule = RULES.find(
      ({ tools, uses }) => tools.includes(line.tool) && uses.some((use) => startsWith(line, use)),
    );
    if (rule === undefined) continue;
    kinds.add(rule.kind);
    const installs = rule.ecosystem !== undefined && !line.options.some((option) => rule.unless?.includes(option));
    if (installs) (rule.kind === 'dependency-install' ? ecosystems : implied).add(rule.ecosystem);
  }
  return { kinds, ecosystems, implied };
}

function startsWith({ words }: Line, use: string): boolean {
  if (use === '*') return true;
  if (use === '') return words.length === 0;
  return use
    .split(' ')
    .every((word, i) => (word.endsWith('*') ? words[i]?.startsWith(word.slice(0, -1)) : words[i] === word));
}

function linesOf(script: ShellScript): readonly Line[] {
  return script.commands.flatMap((command) => {
    const nested = nestedScript(script, command);
    if (nested !== undefined) return linesOf(nested);
    const { tool, subcommand, use, args } = readInvocation(command);
    if (tool === undefined || tool === '') return [];
    const written = args.map((word) => word.value ?? word.text);
    const rest = lineOf([tool, ...written]);
    // The model knows which words are the values of options.
    const words =
      use === undefined || subcommand === ''
        ? rest.words
        : subcommand.split(' ').filter((word) => !word.startsWith('-'));
    return [
      {
        ...rest,
        words: words.length === 0 ? rest.words : [...words, ...rest.words.filter((word) => !words.includes(word))],
      },
    ];
  });
}

function lineOf([program = '', ...words]: readonly string[]): Line {
  return {
    tool: program.slice(program.lastIndexOf('/') + 1),
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
