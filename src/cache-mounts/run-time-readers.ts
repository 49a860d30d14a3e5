import { type Instruction, type Stage, verbatim } from '../dockerfile/index.js';
import { type Facts, homeOf, servicesIn } from '../facts/index.js';
import type { Service } from '../project/services.js';
import { nestedScript, parseShell, readInvocation, type ShellScript } from '../shell/index.js';
import type { CacheManager } from './types.js';

/** What of a manager tells whether a running container uses it. */
type Reader = Pick<CacheManager, 'tools' | 'fills' | 'readers' | 'label' | 'runners' | 'needed'>;

/** Rule R1 at run time: no CMD, ENTRYPOINT or HEALTHCHECK of these stages, and no service of their images, reads the folder. */
export function readAtRunTime(
  facts: Facts,
  manager: Reader,
  tree: readonly Stage[],
  services: readonly Service[] = [],
): string | undefined {
  for (const stage of tree) {
    const final = stage.index === facts.file.stages.length - 1;
    let program = false;
    for (const instruction of stage.instructions) {
      if (!['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(instruction.keyword)) continue;
      const line = instruction.lines.first;
      const commands = runTimeCommands(facts, instruction);
      if (commands === undefined) {
        if (manager.needed && final) return `${instruction.keyword} at line ${line} is not understood`;
        continue;
      }
      if (instruction.keyword !== 'HEALTHCHECK') program ||= commands.length > 0;
      const read = readBy(commands, manager, manager.needed === true && final);
      if (read !== undefined) return `${instruction.keyword} at line ${line} ${read}`;
    }
    if (manager.needed && final && !program)
      return `nothing says what runs in this image; it may need the ${manager.label} cache`;
  }
  for (const { what, starts } of servicesIn(facts.file, tree, services)) {
    for (const text of starts) {
      const script = parseShell(verbatim(text, 0));
      const read = typeof script === 'string' ? undefined : readBy(commandsOf(script), manager, false);
      if (read !== undefined) return `${what} ${read}`;
    }
  }
  return undefined;
}

/** What one of the commands does with the folder. */
function readBy(commands: readonly (readonly string[])[], manager: Reader, scripts: boolean): string | undefined {
  for (const words of commands) {
    const tool = (words[0] ?? '').replace(/^.*\//, '');
    if (manager.runners?.test(tool)) return `runs ${tool}, which rebuilds when the container runs`;
    if (manager.tools.test(tool) && runsUse(manager, words.slice(1)))
      return `runs ${tool}, which may read the cache when the container runs`;
    if (scripts && (/\.sh$/.test(tool) || SHELLS.has(tool))) return `runs a script that may use ${manager.label}`;
  }
  return undefined;
}

/** Whether the arguments name a use of the manager; its first plain words may be a subcommand of several. */
function runsUse({ fills, readers, needed }: Reader, args: readonly string[]): boolean {
  const plain = args.filter((word) => !word.startsWith('-'));
  return [0, 1, 2].some((count) => {
    const words = plain.slice(0, count).join(' ');
    const uses = fills.test(words) || (needed === true && words !== '' && readers?.test(words) === true);
    return plain.length >= count && uses && (count > 0 || plain.length === 0);
  });
}

const NAMING = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'ENV']);

/** Rule R1 by name: nothing that starts in these stages, and no variable, leads into one of the folders. */
export function namedAtRunTime(facts: Facts, tree: readonly Stage[], folders: readonly string[]): string | undefined {
  for (const stage of tree) {
    for (const instruction of stage.instructions) {
      if (!NAMING.has(instruction.keyword)) continue;
      const home = homeOf(facts.before(instruction)!) ?? '/root';
      const text = facts.file.slice(instruction.span).replace(/(?<![\w/])~(?=\/)|\$HOME\b|\$\{HOME\}/g, () => home);
      // A variable that is the folder itself is how the manager is told of it.
      const end = instruction.keyword === 'ENV' ? '/' : '(?![\\w.-])';
      const named = folders.find(
        (folder) => text.includes(folder) && new RegExp(`(?<![\\w./-])${escapeRegExp(folder)}${end}`).test(text),
      );
      if (named !== undefined) {
        return `${instruction.keyword} at line ${instruction.lines.first} names ${named}, which would then be empty`;
      }
    }
  }
  return undefined;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

const SHELLS = new Set(['sh', 'bash', 'ash', 'dash', 'zsh']);

function runTimeCommands(facts: Facts, instruction: Instruction): readonly (readonly string[])[] | undefined {
  const body = facts.body(instruction);
  if (body.kind === 'opaque') return undefined;
  if (body.kind === 'none') return [];
  const script = body.kind === 'script' ? body.script : body.script;
  if (script === undefined) return body.kind === 'exec' ? [body.words] : [];
  return script.commands.map(wordsOf);
}

function commandsOf(script: ShellScript): readonly (readonly string[])[] {
  return script.commands.flatMap((command) => {
    const nested = nestedScript(script, command);
    return nested === undefined ? [wordsOf(command)] : commandsOf(nested);
  });
}

function wordsOf(command: ShellScript['commands'][number]): readonly string[] {
  const { tool, args } = readInvocation(command);
  return [tool ?? '', ...args.map(({ value }) => value ?? '')];
}
