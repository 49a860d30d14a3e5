import { argumentWords } from '../../src/dockerfile/index.js';
import { certainValue, type Facts, placesIn, resolvePath } from '../../src/facts/index.js';
import { memoryContext } from '../../src/project/context.js';
import { isRemoteSource } from '../../src/project/copy-sources.js';
import { visiblePaths } from '../../src/project/dockerignore.js';
import { cleanPath } from '../../src/project/paths.js';
import type { ManifestFacts } from '../../src/project/manifests/facts.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { readInvocation, valueOf } from '../../src/shell/index.js';
import type { View } from '../../src/project/view.js';

/** Stands for all of the context that the Dockerfile does not name. */
const THE_REST = 'what the Dockerfile does not name';

/** Why an install of which only the Dockerfile is known stays where it is. */
export const NOT_KNOWN =
  'the build context is not known, so what the install reads of it is not either: name it with --context';

/**
 * What a Dockerfile alone proves of its context: the requirements files that pip is told to read. What these include is
 * not known.
 */
export function loneView(facts: Facts): View {
  const named = Object.fromEntries([...requirementsFiles(facts)].map((path) => [path, '']));
  const context = memoryContext({ ...named, [THE_REST]: '' });
  const nothing = (): undefined => undefined;
  const project: ProjectFacts = {
    context,
    node: [],
    python: [],
    go: [],
    cargo: [],
    maven: [],
    gradle: [],
    dotnet: [],
    composer: [],
    ruby: [],
    elixir: [],
    services: () => [],
    at: {
      node: nothing,
      python: nothing,
      requirements: (folder, files): ManifestFacts => {
        return { manager: 'pip', folder, manifests: files, readsSource: [], unreadable: [] };
      },
      go: nothing,
      cargo: nothing,
      maven: nothing,
      gradle: nothing,
      dotnet: nothing,
      composer: nothing,
      ruby: nothing,
      elixir: nothing,
      outDir: nothing,
      buildInfos: () => [],
    },
    complete: false,
  };
  const visible = visiblePaths(context, 'Dockerfile');
  return { project, visible, ignoreFile: '.dockerignore', ignoreText: undefined, ignored: () => false, lone: true };
}

/** Requirements files below a `COPY . DESTINATION`, by their paths in the context. */
function requirementsFiles(facts: Facts): ReadonlySet<string> {
  const found = new Set<string>();
  for (const stage of facts.file.stages) {
    const roots: string[] = [];
    for (const instruction of stage.instructions) {
      const state = facts.before(instruction);
      if (state === undefined) continue;
      if (/^(?:COPY|ADD)$/.test(instruction.keyword) && !instruction.flags.some(({ name }) => name === 'from')) {
        const words = argumentWords(instruction);
        const written = (words.at(-1) ?? '').replace(
          /\$\{?(\w+)\}?/g,
          (all, name: string) => certainValue(state, name) ?? all,
        );
        const target = resolvePath(written, { cwd: state.workdir, home: undefined });
        if (words.length === 2 && cleanPath(words[0]!) === '' && !isRemoteSource(words[0]!) && target !== undefined)
          roots.push(target);
      }
      if (roots.length === 0) continue;
      const body = instruction.keyword === 'RUN' ? facts.body(instruction) : undefined;
      if (body?.kind !== 'script') continue;
      const places = placesIn(body.script, state);
      for (const command of body.script.commands) {
        const { tool, options } = readInvocation(command);
        if (!/^(?:pip[\d.]*|uv)$/.test(tool ?? '')) continue;
        const place = places.get(command)!;
        for (const option of options.filter(({ name }) => /^(?:-r|--requirements?|-c|--constraints?)$/.test(name))) {
          const value = option.valueWord === undefined ? option.value : valueOf(option.valueWord, place.lookup);
          const path = value === undefined ? undefined : resolvePath(value, place);
          const root = roots.find((folder) => path?.startsWith(folder === '/' ? '/' : `${folder}/`));
          if (path !== undefined && root !== undefined) found.add(path.slice(root === '/' ? 1 : root.length + 1));
        }
      }
    }
  }
  return found;
}
