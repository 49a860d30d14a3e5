import { argumentText, type Instruction, type Stage } from '../../src/dockerfile/index.js';
import { type Facts, resolvePath } from '../../src/facts/index.js';
import { baseName, spelledText } from './spelling.js';

/** An ADD of one file from the network. */
export interface RemoteAdd {
  readonly instruction: Instruction;
  readonly stage: Stage;
  /** As written. */
  readonly url: string;
  /** Where the file may be: a destination without a final slash is a folder when there is one. */
  readonly paths: readonly string[];
}

const FLAGS = new Set(['chown', 'chmod', 'link', 'checksum']);

/** The ADDs of a file that each fetch one file, no repository. */
export function remoteAdds(facts: Facts): readonly RemoteAdd[] {
  return facts.file.stages.flatMap((stage) =>
    stage.instructions.flatMap((instruction) => readAdd(facts, stage, instruction) ?? []),
  );
}

function readAdd(facts: Facts, stage: Stage, instruction: Instruction): RemoteAdd | undefined {
  if (instruction.keyword !== 'ADD' || instruction.heredocs.length > 0) return undefined;
  if (instruction.flags.some(({ name }) => !FLAGS.has(name))) return undefined;
  const words =
    instruction.json?.map(({ value }) => value) ??
    argumentText(instruction)
      .split(/\s+/)
      .map((word) => word.replace(/^"(.*)"$/, '$1'));
  const [url, target] = words;
  if (words.length !== 2 || !/^https?:\/\//i.test(url!) || /\.git(#|$)/.test(url!)) return undefined;
  const state = facts.before(instruction)!;
  const spelled = spelledText(url!, state);
  const folder = spelledText(target!, state);
  if (spelled === undefined || folder === undefined) return undefined;
  const path = resolvePath(folder, { cwd: state.workdir, home: undefined });
  if (path === undefined) return undefined;
  const name = baseName(spelled.replace(/[?#].*/s, ''));
  const inside = path === '/' ? `/${name}` : `${path}/${name}`;
  const isFolder = /\/\.?$/.test(target!) || target === '.';
  return { instruction, stage, url: url!, paths: name === '' ? [path] : isFolder ? [inside] : [path, inside] };
}
