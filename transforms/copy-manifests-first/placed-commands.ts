import { type CommandPlace, placesIn, type State } from '../../src/facts/index.js';
import { nestedScript, type ShellCommand, type ShellScript } from '../../src/shell/index.js';

/** A command of a RUN with where it runs. */
export interface Placed {
  readonly command: ShellCommand;
  readonly place: CommandPlace;
  /** The command of the RUN's own script that it belongs to. */
  readonly outer: ShellCommand;
}

/** Every command with its place, those of `sh -c '…'` in the place of that. */
export function commandsOf(script: ShellScript, state: State): readonly Placed[] {
  const functions = new Set(
    [...script.parents.values()].flatMap((node) =>
      node.type === 'block' && node.kind === 'function' ? (node.name ?? []) : [],
    ),
  );
  const places = placesIn(script, state);
  return script.commands.flatMap((command): readonly Placed[] => {
    const nested = nestedScript(script, command);
    const place = places.get(command)!;
    if (nested !== undefined) {
      const inner: State = { ...state, workdir: place.cwd };
      return commandsOf(nested, inner).map((found) => ({ ...found, outer: command }));
    }
    return functions.has(command.words[0]?.value ?? '') ? [] : [{ command, place, outer: command }];
  });
}
