import type { ShellCommand, ShellNode, ShellScript } from '../shell/index.js';
import { patternOf, valueOf } from '../shell/index.js';
import { type CommandPlace, resolvePath } from './command-effects.js';
import { certainValue, homeOf, type State } from './state.js';

type Places = ReadonlyMap<ShellCommand, CommandPlace>;

/** By the state and the commands, which scripts of one text share wherever they stand. */
const memo = new WeakMap<State, WeakMap<ShellScript['commands'], Places>>();

/** Where each command of a script runs: `cd`, `export` and plain assignments before it are followed. */
export function placesIn(script: ShellScript, state: State): Places {
  let known = memo.get(state);
  if (known === undefined) memo.set(state, (known = new WeakMap()));
  let places = known.get(script.commands);
  if (places === undefined) known.set(script.commands, (places = follow(script, state)));
  return places;
}

function follow(script: ShellScript, state: State): Places {
  const places = new Map<ShellCommand, CommandPlace>();
  const variables = new Map<string, string | undefined>();
  const scopes: { readonly until: number; readonly cwd: string | undefined }[] = [];
  const home = homeOf(state);
  let cwd = state.workdir;
  let captured = new Map(variables);
  for (const command of script.commands) {
    while (scopes.length > 0 && command.span.start >= scopes.at(-1)!.until) cwd = scopes.pop()!.cwd;
    const seen = captured;
    const here = cwd;
    const place: CommandPlace = {
      cwd,
      home: seen.has('HOME') ? seen.get('HOME') : home,
      lookup: (name) => {
        if (seen.has(name)) return seen.get(name);
        if (name === 'HOME') return home;
        return name === 'PWD' ? here : certainValue(state, name);
      },
    };
    places.set(command, place);
    const name = command.words[0]?.value;
    if (name === 'cd' || name === 'pushd' || name === 'popd') {
      const branch = command.conditional ? branchOf(script, command) : undefined;
      if (command.isolated) scopes.push({ until: scopeEnd(script, command), cwd });
      if (branch !== undefined) scopes.push({ until: branch.span.end, cwd: undefined });
      const target = command.words[1] === undefined ? undefined : patternOf(command.words[1], place.lookup);
      cwd =
        name === 'popd' ||
        (command.conditional && branch === undefined) ||
        target === undefined ||
        /[*?]|^-$/.test(target)
          ? undefined
          : resolvePath(target, place);
    }
    const assigned =
      name === undefined ? command.assignments.map(({ name: variable, value }) => [variable, value] as const) : [];
    for (const [variable, value] of assigned) {
      const known =
        command.conditional || command.isolated ? undefined : value === undefined ? '' : valueOf(value, place.lookup);
      variables.set(variable, known);
    }
    if (name === 'export') {
      for (const word of command.words.slice(1)) {
        const equals = /^([A-Za-z_]\w*)=/.exec(word.text);
        if (equals === null) continue;
        const whole = valueOf(word, place.lookup);
        variables.set(equals[1]!, command.conditional ? undefined : whole?.slice(equals[0].length));
      }
    }
    if (name === 'unset')
      for (const word of command.words.slice(1)) if (word.value !== undefined) variables.set(word.value, undefined);
    if (assigned.length > 0 || name === 'export' || name === 'unset') captured = new Map(variables);
  }
  return places;
}

/** The branch or subshell in which a command runs whenever the commands after it in there do; undefined when there is none. */
function branchOf(script: ShellScript, command: ShellCommand): ShellNode | undefined {
  let node: ShellNode = command;
  let parent = script.parents.get(node);
  while (parent?.type === 'sequence') {
    if (parent.operators.some(({ text }) => text === '||' || text === '&')) return undefined;
    node = parent;
    parent = script.parents.get(node);
  }
  return parent?.type === 'block' && /^(?:subshell|group|if)$/.test(parent.kind) ? node : undefined;
}

/** Where the process that an isolated command runs in ends: its subshell, or the command's own pipeline. */
function scopeEnd(script: ShellScript, command: ShellCommand): number {
  let node: ShellNode = command;
  for (;;) {
    const parent = script.parents.get(node);
    if (parent === undefined) return node.span.end;
    if (node.type === 'block' && node.kind === 'subshell') return node.span.end;
    if (parent.type === 'pipeline') return node.span.end;
    node = parent;
  }
}
