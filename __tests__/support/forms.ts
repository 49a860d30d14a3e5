/** The ways of writing one file that must not matter: line endings, a missing final newline. */
export interface Form {
  readonly name: string;
  write(text: string): string;
}

const withoutFinalNewline = (text: string): string => text.replace(/\r?\n$/, '');
const withCarriageReturns = (text: string): string => text.replace(/(?<!\r)\n/g, '\r\n');

export const forms: readonly Form[] = [
  { name: 'as written', write: (text) => text },
  { name: 'with CRLF', write: withCarriageReturns },
  { name: 'without a final newline', write: withoutFinalNewline },
  { name: 'with CRLF and no final newline', write: (text) => withoutFinalNewline(withCarriageReturns(text)) },
];

/** Whether the last newline may go: not when it ends a here-document, which needs it, or follows a continuation. */
export function formsOf(text: string): readonly Form[] {
  return /[\\`][ \t]*\r?\n$/.test(text) ? forms.filter(({ name }) => !name.includes('final')) : forms;
}
