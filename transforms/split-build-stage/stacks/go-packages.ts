import { joinPath } from '../../../src/facts/index.js';
import { goFile } from '../../../src/project/go-source.js';
import type { Subject } from '../types.js';

/** Sources that are no part of a program. */
const LEFT_OUT = /_test\.go$|(?:^|\/)(?:testdata|vendor)\//;

/** The Go sources, by path in the image, that programs may be made of. */
function allSources({ files }: Subject): readonly string[] {
  return [...files].flatMap(([image, { context }]) =>
    context !== undefined && context.endsWith('.go') && !LEFT_OUT.test(context) ? [image] : [],
  );
}

/**
 * The sources that the programs of some folders are made of: their packages and those of the same module that these
 * import, whatever their build constraints. All sources where the module's own folder is not all that it is made of: a
 * workspace, a replacement by a folder, vendored modules, a file that is not understood.
 */
export function sourcesOf(subject: Subject, folders: readonly (string | undefined)[]): readonly string[] {
  const all = allSources(subject);
  const { files, project } = subject;
  const roots = [...files].flatMap(([image, { context }]) => {
    const one = image.endsWith('/go.mod')
      ? project!.go.find(({ manifests }) => context !== undefined && manifests.includes(context))
      : undefined;
    return one?.module === undefined ? [] : [{ folder: image.slice(0, -'/go.mod'.length), module: one.module }];
  });
  const [root] = roots;
  const whole = [...files.keys()].some((path) => /(?:\/vendor\/|\/go\.work$)/.test(path));
  if (root === undefined || roots.length > 1 || whole || folders.includes(undefined)) return all;
  const reached = new Set(folders as readonly string[]);
  const found: string[] = [];
  for (const folder of reached) {
    // The set grows while it is walked.
    for (const image of all) {
      if (image.slice(0, image.lastIndexOf('/')) !== folder) continue;
      found.push(image);
      const source = goFile(project!.context, files.get(image)!.context!);
      if (source === undefined) return all;
      for (const name of source.imports) {
        if (name === root.module) reached.add(root.folder);
        else if (name.startsWith(`${root.module}/`))
          reached.add(joinPath(root.folder === '' ? '/' : root.folder, name.slice(root.module.length + 1)));
      }
    }
  }
  return found;
}
