import type { Step } from './types.js';

type Option = Step['invocation']['options'][number];

/** A user that a step makes, with the folder that it makes for it. */
export interface Account {
  readonly name: string;
  /** Undefined without one. */
  readonly home: string | undefined;
  /** Whether the system picks its number, of those below 1000. */
  readonly numbered: boolean;
}

/** Whether a step makes a user or a group: useradd(8), groupadd(8), adduser(8), addgroup(8). */
export function makesAccount({ invocation: { tool } }: Step): boolean {
  return /^(?:useradd|groupadd|adduser|addgroup)$/.test(tool ?? '');
}

/** What such a step makes on Debian; undefined where that is not known from its words. */
export function accountOf({ invocation, text }: Step): Account | undefined {
  const { tool, options, operands } = invocation;
  const [word, more] = operands;
  const name = word === undefined ? undefined : text(word);
  if (name === undefined || more !== undefined || options.some(({ known }) => !known)) return undefined;
  const has = (names: RegExp): boolean => options.some((one) => names.test(one.name));
  const system = has(/^(?:-r|-S|--system)$/);
  const numbered = system && !has(/^(?:-u|--uid|-g|--gid)$/);
  if (/^group|group$/.test(tool!)) return { name, home: undefined, numbered };
  const named = options.find((one) => /^(?:-d|-h|--home-dir|--home)$/.test(one.name));
  const home = named === undefined ? `/home/${name}` : valueOf(named, text);
  const none = has(/^(?:-M|-H|--no-create-home)$/);
  // Whether Debian's adduser makes a home that is not named for a user of the system depends on the release.
  if (home === undefined || (tool === 'adduser' && has(/^(?:-r|--system)$/) && named === undefined && !none))
    return undefined;
  const makes = tool === 'adduser' ? !none : has(/^(?:-m|--create-home)$/);
  return { name, home: makes ? home : undefined, numbered };
}

function valueOf({ value, valueWord }: Option, text: Step['text']): string | undefined {
  return valueWord === undefined ? value : text(valueWord);
}
