import { describeValue } from './describe.js';
import { didYouMean } from './suggest.js';

/** The options that a transform takes; a default's type is the option's type. */
export type OptionsSpec = Readonly<
  Record<string, { readonly default: boolean | number | string | readonly string[]; readonly describe: string }>
>;

interface OptionProblem {
  readonly option: string;
  /** What was expected, without the option's name. */
  readonly message: string;
}

interface CheckedOptions {
  /** Every option of the spec, with its default where nothing usable was given. */
  readonly options: Readonly<Record<string, boolean | number | string | readonly string[]>>;
  readonly problems: readonly OptionProblem[];
}

/** Checks the options that were given to a transform against those that it has. */
export function checkOptions(spec: OptionsSpec, given: Readonly<Record<string, unknown>>): CheckedOptions {
  const problems: OptionProblem[] = [];
  for (const option of Object.keys(given)) {
    if (!Object.hasOwn(spec, option)) {
      problems.push({ option, message: `unknown option${didYouMean(option, Object.keys(spec))}` });
    }
  }
  const options = Object.entries(spec).map(([option, { default: fallback }]) => {
    const value = Object.hasOwn(given, option) ? given[option] : undefined;
    if (value === undefined) return [option, fallback] as const;
    if (fits(value, fallback)) return [option, value] as const;
    problems.push({ option, message: `expected ${typeName(fallback)}, got ${describeValue(value)}` });
    return [option, fallback] as const;
  });
  return { options: Object.fromEntries(options), problems };
}

function fits<T extends boolean | number | string | readonly string[]>(value: unknown, like: T): value is T {
  if (Array.isArray(like)) return Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (typeof like === 'number') return typeof value === 'number' && Number.isFinite(value);
  return typeof value === typeof like;
}

function typeName(value: unknown): string {
  return Array.isArray(value) ? 'list of strings' : typeof value;
}
