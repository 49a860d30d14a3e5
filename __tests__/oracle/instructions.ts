import { Unknown } from './shell.js';

/** An instruction as the oracle reads it: flags apart, continuation lines joined, a here-document as its body. */
export interface Instruction {
  readonly keyword: string;
  readonly flags: ReadonlyMap<string, string>;
  readonly mounts: readonly ReadonlyMap<string, string>[];
  readonly rest: string;
  readonly body: string | undefined;
}

/** Reads a Dockerfile, for the part of the format that generated builds and the rewrites use. */
export function readInstructions(text: string): readonly Instruction[] {
  const lines = text.split(/\r?\n/);
  const found: Instruction[] = [];
  for (let at = 0; at < lines.length; at++) {
    let line = lines[at] ?? '';
    if (/^\s*(?:#|$)/.test(line)) continue;
    while (line.endsWith('\\')) {
      line = line.slice(0, -1);
      do at++;
      while (/^\s*(?:#|$)/.test(lines[at] ?? '') && at < lines.length);
      line += lines[at] ?? '';
    }
    const [, keyword = '', words = ''] = /^\s*(\w+)\s+(.*)$/s.exec(line) ?? [];
    const { flags, mounts, rest } = readFlags(words);
    const heredoc = /^<<-?(\w+)$/.exec(rest.trim());
    let body: string | undefined;
    if (heredoc !== null) {
      const start = at + 1;
      while (at < lines.length && lines[++at] !== heredoc[1]);
      body = lines.slice(start, at).join('\n');
    } else if (rest.includes('<<')) throw new Unknown(`here-document: ${rest}`);
    found.push({ keyword: keyword.toUpperCase(), flags, mounts, rest: rest.trim(), body });
  }
  return found;
}

function readFlags(words: string): Pick<Instruction, 'flags' | 'mounts' | 'rest'> {
  const flags = new Map<string, string>();
  const mounts: ReadonlyMap<string, string>[] = [];
  let rest = words.trimStart();
  for (;;) {
    const flag = /^--(\w[\w-]*)(?:=(\S*))?\s+/.exec(rest);
    if (flag === null) return { flags, mounts, rest };
    rest = rest.slice(flag[0].length);
    const [, name = '', value = ''] = flag;
    if (name === 'mount') mounts.push(new Map(value.split(',').map((part) => part.split('=') as [string, string])));
    else flags.set(name, value);
  }
}
