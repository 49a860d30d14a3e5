import { resolvePath } from '../../src/facts/index.js';
import { toSource } from '../../src/dockerfile/index.js';
import { finalPaths } from '../../src/runtime/index.js';
import { valueOf } from '../../src/shell/index.js';
import type { Toolchain } from './types.js';

const COMPILER = /^(?:(?:gcc|g\+\+)(?:-[\d.]+)?|cc|c\+\+|clang(?:\+\+)?)$/;
/** Stops before it links, or links what others link again. */
const NO_PROGRAM = /^(?:-[cSEM]|-MM|-r|-shared|--version|-v|-dump\w+|-print-.*)$/;

/** gcc(1) and clang(1), which hand `-s` to the linker. */
export const compiler: Toolchain = {
  links: ({ invocation: { tool, args, options } }) =>
    COMPILER.test(tool ?? '') &&
    args.length > 0 &&
    !args.some(({ text }) => NO_PROGRAM.test(text)) &&
    options.some(({ name }) => name === '-o'),
  strip: ({ facts, run, use }) => {
    const { args, options, command, tool } = use.invocation;
    const texts = args.map(({ text }) => text);
    if (texts.some((text) => /^(?:-s|-Wl,(?:-s|--strip-all|-S)\b.*)$/.test(text))) return undefined;
    if (texts.some((text) => /^-g(?!no-)/.test(text) && !/^-g0$/.test(text)))
      return 'the program is compiled with debug information, which somebody wants';
    if (texts.some((text) => /^(?:-pg|--coverage|-fsanitize|-fprofile|-ftest-coverage)/.test(text)))
      return 'the program is compiled to be measured or checked, and reports name its functions';
    if (texts.some((text) => /^["']?[@$]/.test(text))) return 'flags of the compiler are not known';
    const word = command.words.find(({ value }) => value !== undefined && value.replace(/^.*\//, '') === tool)!;
    const at = toSource(use.script!.source, word.span.end - 1) + 1;
    const output = options.find(({ name }) => name === '-o')!;
    const written =
      output.value ?? (output.valueWord === undefined ? undefined : valueOf(output.valueWord, use.place.lookup));
    const path = written === undefined ? undefined : resolvePath(written, use.place);
    return {
      edit: { span: { start: at, end: at }, text: ' -s' },
      fact: `${tool!} is told of no debug information`,
      paths: path === undefined ? [] : finalPaths(facts, run.stage, path),
    };
  },
};
