import type { ContextFiles } from './context.js';
import { isForeignImage } from './image-owner.js';
import { parseYaml } from './manifests/parse.js';
import { mapOf, shellText, type Started } from './started.js';

const CANDIDATE = /^(?!(?:.*\/)?(?:node_modules|vendor|testdata|\.github)\/).*\.ya?ml$/;
const CONTAINERS = /^[ \t]*(?:- )?(?:initContainers|containers):/m;
const MOST_FILES = 500;
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** The containers of manifests and charts for Kubernetes that start something beside or instead of their image's command. */
export function deployedIn({ paths, read }: ContextFiles): readonly Started[] {
  return paths
    .filter((path) => CANDIDATE.test(path))
    .slice(0, MOST_FILES)
    .flatMap((path) => {
      const text = read(path) ?? '';
      return CONTAINERS.test(text) ? text.split(/^---(?:\s.*)?$/m).flatMap((one) => containersOf(one, path)) : [];
    });
}

function containersOf(document: string, path: string): readonly Started[] {
  const parsed = parseYaml(withoutTemplates(document));
  const found: Started[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    else
      for (const [key, one] of mapOf(value)) {
        if (/^(?:containers|initContainers)$/.test(String(key)) && Array.isArray(one))
          for (const container of one) found.push(...startedBy(mapOf(container), path));
        else visit(one);
      }
  };
  if ('value' in parsed) visit(parsed.value);
  return found;
}

/** A chart's text as YAML: lines that only steer the template go, values become a variable. */
function withoutTemplates(text: string): string {
  return text.replace(/^[ \t]*\{\{.*\}\}[ \t]*$/gm, '').replace(/\{\{[^{}\n]*\}\}/g, '$VALUE');
}

function startedBy(container: ReadonlyMap<unknown, unknown>, path: string): readonly Started[] {
  const image = String(container.get('image') ?? '');
  if (isForeignImage(image)) return [];
  const handlers = [...PROBES.map((name) => container.get(name)), ...mapOf(container.get('lifecycle')).values()];
  const [command, args] = [wordsOf(container.get('command')), wordsOf(container.get('args'))];
  const own = shellText([...command, ...args]);
  const starts = [
    own,
    ...handlers.map((one) => shellText(wordsOf(mapOf(mapOf(one).get('exec')).get('command')))),
  ].filter((text) => text !== '');
  const what = `the container ${String(container.get('name'))} of ${path}`;
  return starts.length === 0 ? [] : [{ what, path, image, starts, command: command.length === 0 ? own : '' }];
}

/** The words of a command, in which `$(NAME)` stands for a variable. */
function wordsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((word) => String(word).replace(/\$\((\w+)\)/g, '$${$1}')) : [];
}
