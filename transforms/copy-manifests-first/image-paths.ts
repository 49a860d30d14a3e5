import { resolvePath } from '../../src/facts/index.js';
import type { ContextFiles } from '../../src/project/context.js';
import { filesBelow, hasFile } from '../../src/project/context.js';
import { valueOf } from '../../src/shell/index.js';
import { nameOf } from './commands.js';
import { imageOf } from './managers/shared.js';
import type { Needs, Question } from './managers/types.js';

/** Adds the files that options name (`-s settings.xml`) to what an install reads; a reason when one is computed. */
export function withOptionFiles<T extends Needs>(
  question: Question | undefined,
  answer: T | string | undefined,
): T | string | undefined {
  if (question === undefined || answer === undefined || typeof answer === 'string') return answer;
  const { invocation, place, source } = question;
  const images: string[] = [];
  for (const { name, value, valueWord } of invocation.options) {
    if (invocation.use?.readsOption?.includes(name) !== true || answer.images !== undefined) continue;
    const text = valueWord === undefined ? value : valueOf(valueWord, place.lookup);
    if (text === undefined) return `${nameOf(invocation)} reads a file that a variable names`;
    const path = resolvePath(text, place);
    if (path !== undefined && source(path) !== undefined) images.push(path);
  }
  return images.length === 0 ? answer : { ...answer, images };
}

/** Where the files that an install reads lie in the image; those that are not copied are left out. */
export function imagePaths(
  context: ContextFiles,
  present: ReadonlyMap<string, string>,
  { paths, folder, cwd, images }: Pick<Needs, 'paths' | 'folder' | 'cwd' | 'images'>,
): readonly string[] | string {
  const found: string[] = [];
  for (const named of paths) {
    for (const path of hasFile(context, named) ? [named] : filesBelow(context.paths, named)) {
      const image = imageOf({ folder, cwd }, path);
      const from = present.get(image);
      if (from === path) found.push(image);
      else if (from !== undefined) return `${image} is a copy of ${from}, not of ${path}`;
    }
  }
  return found.length === 0 && paths.length > 0 && images === undefined
    ? `${paths[0]!} is not copied to where it is read`
    : found;
}
