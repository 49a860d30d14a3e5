import type { Run, Use } from '../../src/cache-mounts/index.js';
import { type Dockerfile, type Edit, toSource, toSourceSpan } from '../../src/dockerfile/index.js';
import { type ShellWord, valueOf } from '../../src/shell/index.js';

const LINKER = /^--?ldflags$/;

/** Whether a go command has a flag, by itself, from GOFLAGS of its own or of the image. */
export function hasFlag({ state }: Run, { invocation, place }: Use, flag: string): boolean {
  if (invocation.options.some(({ name }) => name.replace(/^--/, '-') === flag)) return true;
  const own = invocation.environment.find(([name]) => name === 'GOFLAGS')?.[1];
  const known =
    own === undefined
      ? (place.lookup('GOFLAGS') ?? state.env.get('GOFLAGS')?.value ?? '')
      : (valueOf(own, place.lookup) ?? own.text);
  return known.split(/\s+/).some((word) => word.replace(/^--/, '-').split('=')[0] === flag);
}

/**
 * How `-s -w` gets to the linker: the words that are still missing, or the edit that adds them to the flags that are there.
 * Undefined when they are there; a reason when they cannot be added.
 */
export function linkerFlags({ invocation }: Use): readonly string[] | ShellWord | string | undefined {
  const options = invocation.options.filter(({ name }) => LINKER.test(name));
  if (options.length === 0) return ['-ldflags="-s -w"'];
  const [option, second] = options;
  if (second !== undefined) return 'the linker gets flags more than once';
  const word = option!.valueWord ?? option!.word;
  const missing = missingFlags(word.text);
  if (missing === '') return undefined;
  const text = word.text.replace(/^--?ldflags=/, '');
  if (/^["']?[^-$"'\s]/.test(text)) return 'the flags of the linker are for some packages only';
  if (/^[^"']*\$/.test(text)) return 'the shell splits the flags of the linker';
  return word;
}

/** Those of `-s -w` that a text of linker flags lacks. */
function missingFlags(text: string): string {
  const words = text
    .replace(/["']/g, ' ')
    .replace(/-?-ldflags=/, ' ')
    .split(/\s+/);
  return ['-s', '-w'].filter((flag) => !words.includes(flag)).join(' ');
}

/** Adds flags behind the subcommand, and the linker's to those that it has. */
export function addFlags(
  file: Dockerfile,
  use: Use,
  flags: readonly string[],
  linked: readonly string[] | ShellWord | undefined,
): readonly Edit[] {
  const { invocation } = use;
  const script = use.script!;
  const words = [...flags, ...(Array.isArray(linked) ? (linked as readonly string[]) : [])];
  const edits: Edit[] = [];
  if (words.length > 0) {
    const directory = invocation.options.find(({ name }) => name === '-C' || name === '--C');
    const last =
      directory === undefined
        ? invocation.args.find(({ value }) => value === invocation.subcommand)!
        : (directory.valueWord ?? directory.word);
    const at = toSource(script.source, last.span.end - 1) + 1;
    edits.push({ span: { start: at, end: at }, text: words.map((word) => ` ${word}`).join('') });
  }
  if (linked !== undefined && !Array.isArray(linked)) edits.push(mergeInto(file, use, linked as ShellWord));
  return edits;
}

/** Puts the missing linker flags in front of those in a word: after its quote, or with quotes around all of it. */
function mergeInto(file: Dockerfile, { script }: Use, word: ShellWord): Edit {
  const span = toSourceSpan(script!.source, word.span);
  const text = file.slice(span);
  const [, head, quote, rest] = /^((?:--?ldflags=)?)(["']?)([\s\S]*)$/.exec(text)!;
  const missing = missingFlags(word.text);
  const merged =
    quote === ''
      ? `${head}"${missing} ${rest}"`
      : `${head}${quote}${missing}${rest!.startsWith(quote!) ? '' : ' '}${rest}`;
  return { span, text: merged };
}
