import { posix } from 'node:path';
import { Dockerfile } from '../dockerfile/index.js';
import { type BuildInputs, copyWords, NO_INPUTS, readFacts, resolvePath } from '../facts/index.js';

/** Folders in which base images keep files of their own. */
const SYSTEM = /^\/(?:bin|boot|dev|etc|lib(?:32|64|x32)?|opt|proc|root|run|sbin|sys|usr|var)(?:\/|$)/;

/**
 * Where COPY and ADD of the stage that is built put files: absolute, folders with a final slash. In folders of the system
 * only single files are named.
 */
export function copiedPaths(text: string, inputs: BuildInputs | undefined): readonly string[] {
  const file = Dockerfile.parse(text);
  const facts = readFacts(file, inputs ?? NO_INPUTS);
  const built = facts.target ?? file.stages.at(-1);
  return (built === undefined ? [] : facts.lineage(built))
    .toReversed()
    .flatMap(({ instructions }) => instructions)
    .filter(({ keyword }) => keyword === 'COPY' || keyword === 'ADD')
    .flatMap((instruction): readonly string[] => {
      const words = copyWords(facts, instruction);
      const written = words.at(-1);
      const cwd = facts.before(instruction)!.workdir;
      const resolved = written === undefined ? undefined : resolvePath(written, { cwd, home: undefined });
      if (resolved === undefined) return [];
      const target = resolved === '/' ? '' : resolved;
      const names = words.slice(0, -1).map((source) => posix.basename(source ?? ''));
      const files = names
        .filter((name) => name !== '' && !/[*?[$]|^\.{1,2}$/.test(name))
        .map((name) => `${target}/${name}`);
      return target === '' || SYSTEM.test(target)
        ? [...(target === '' ? [] : [target]), ...files]
        : [target, `${target}/`];
    });
}
