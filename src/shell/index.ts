export { readInvocation, wordsBehind, type Invocation, type Option } from './invocation.js';
export { parseShell } from './parse.js';
export { type Body, literalCommand, nestedScript, posixShell, shellBody } from './script.js';
export type {
  ShellBlock,
  ShellCommand,
  ShellNode,
  ShellRedirect,
  ShellScript,
  ShellSequence,
  ShellWord,
  WordPiece,
} from './syntax.js';
export { patternOf, valueOf, variablesOf } from './words.js';
