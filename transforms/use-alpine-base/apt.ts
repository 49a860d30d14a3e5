import { type Edit, type Instruction, type Stage, toSourceSpan } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { readInvocation } from '../../src/shell/index.js';
import { alpineNames, ownPackages } from './packages.js';

/** The edits that turn installs with apt into installs with apk, and the Debian names of what they install; or why not. */
export function translate(
  facts: Facts,
  heirs: readonly Stage[],
): { readonly edits: readonly Edit[]; readonly names: readonly string[] } | string {
  const edits: Edit[] = [];
  const all: string[] = [];
  for (const instruction of heirs.flatMap(({ instructions }) => instructions)) {
    const found = installsOf(facts, instruction);
    if (found === undefined) continue;
    if (typeof found === 'string') return found;
    all.push(...found.names);
    const { logical, args } = instruction;
    const apk = [
      ...new Set(found.names.filter((name) => !ownPackages.has(name)).flatMap((name) => alpineNames[name]!)),
    ];
    if (apk.length === 0) return `RUN at line ${instruction.lines.first} installs nothing that Alpine needs`;
    edits.push({ span: toSourceSpan(logical, args), text: `apk add --no-cache ${apk.join(' ')}` });
  }
  return { edits, names: all };
}

function installsOf(
  facts: Facts,
  instruction: Instruction,
): { readonly names: readonly string[] } | string | undefined {
  if (instruction.keyword !== 'RUN') return undefined;
  const body = facts.body(instruction);
  if (body.kind !== 'script') return undefined;
  const uses = body.script.commands.map(readInvocation);
  if (!uses.some(({ tool }) => /^apt(?:-get)?$/.test(tool ?? ''))) return undefined;
  const at = `RUN at line ${instruction.lines.first}`;
  if (facts.file.comments.some(({ inside }) => inside === instruction.index))
    return `${at} has comments inside its install`;
  if (instruction.flags.length > 0) return `${at} mounts something for apt`;
  const names: string[] = [];
  for (const { tool, subcommand, operands, command } of uses) {
    if (tool === 'rm' && operands.every(({ text }) => /^\/var\/(?:lib\/apt|cache\/apt)/.test(text))) continue;
    if (tool === 'set') continue;
    if (!/^apt(?:-get)?$/.test(tool ?? '') || command.conditional) return `${at} does more than install packages`;
    if (/^(?:update|clean|autoclean|autoremove)$/.test(subcommand)) continue;
    if (subcommand !== 'install') return `${at} uses apt in another way than to install`;
    for (const { value, text } of operands) {
      const name = value ?? text;
      if (alpineNames[name] === undefined && !ownPackages.has(name))
        return `${at} installs ${name}, for which no package of Alpine is sure`;
      names.push(name);
    }
  }
  return { names };
}
