import { verbatim } from '../dockerfile/index.js';
import { parseShell } from '../shell/index.js';
import type { ContextFiles } from './context.js';
import { nameOfImage } from './image-owner.js';
import { shellText, type Started } from './started.js';

const SCRIPTS =
  /^(?!(?:.*\/)?(?:node_modules|vendor|testdata)\/)(?:.*\/)?(?:[Mm]akefile|[Jj]ustfile|Jenkinsfile|package\.json|[^/]+\.(?:sh|mk)|\.gitlab-ci\.yml|\.github\/workflows\/[^/]+\.ya?ml|\.circleci\/config\.yml)$/;
const COMMAND =
  /\bdocker(?: buildx| image| container)? +(build|run)\b((?:[^\n]*\\\r?\n)*[^\n]*)|\bdocker(?:-compose| compose)\b[^\n|&;]{0,300}? (run|exec)\b((?:[^\n]*\\\r?\n)*[^\n]*)/g;
/** Options that stand alone: https://docs.docker.com/reference/cli/docker/container/run/ and those of compose. */
const FLAGS =
  /^(?:-[dPitqT]+|--(?:build|detach|disable-content-trust|init|interactive|no-[\w-]+|oom-kill-disable|privileged|publish-all|quiet[\w-]*|read-only|remove-orphans|rm|service-ports|sig-proxy|tty|use-aliases|use-api-socket))$/;
const MOST_FILES = 500;

/**
 * What scripts, Makefiles and CI start by `docker run` in images that they build by the same name, and in services of
 * compose files.
 */
export function dockerRunsIn({ paths, read }: ContextFiles): readonly Started[] {
  const built = new Set<string>();
  const runs: Started[] = [];
  for (const path of paths.filter((one) => SCRIPTS.test(one)).slice(0, MOST_FILES)) {
    const text = read(path) ?? '';
    for (const [, verb, rest, ofCompose, behind] of text.matchAll(COMMAND)) {
      const words = wordsOf(rest ?? behind!, path);
      if (verb === 'build') for (const tag of tagsOf(words)) built.add(nameOfImage(tag));
      else runs.push(...runOf(words, path, ofCompose));
    }
    for (const [, tag] of text.matchAll(/^[ \t]*tags:[ \t]*["']?([^\s"',|>[]+)/gm)) built.add(nameOfImage(tag!));
  }
  return runs.filter(({ image, service }) => service !== undefined || built.has(image));
}

/** The words behind `docker run`, with the variables of make and of workflows as those of a shell. */
function wordsOf(text: string, path: string): readonly string[] {
  const plain = text
    .replace(/\$\{\{([^{}]*)\}\}/g, (_all, name: string) => `\${${name.trim().replace(/\W/g, '_')}}`)
    .replace(/\$(\$|\(\w+\))/g, (all, form: string) =>
      /\.sh$|\.ya?ml$/.test(path) ? all : form === '$' ? '$' : `\${${form.slice(1, -1)}}`,
    );
  const script = parseShell(verbatim(path.endsWith('.json') ? plain.replace(/".*/s, '') : plain, 0));
  const command = typeof script === 'string' ? undefined : script.commands[0];
  return command?.words.map(({ value, text: written }) => value ?? written.replaceAll('"', '')) ?? [];
}

function tagsOf(words: readonly string[]): readonly string[] {
  return words.flatMap((word, i) =>
    /^(?:-t|--tag)$/.test(word) ? (words[i + 1] ?? []) : (/^--tag=(.+)$/.exec(word)?.[1] ?? []),
  );
}

function runOf(words: readonly string[], path: string, ofCompose: string | undefined): readonly Started[] {
  let [at, entry] = [0, ''];
  while (words[at]?.startsWith('-') === true) {
    const [option, value] = words[at]!.split(/=(.*)/s);
    if (option === '--entrypoint') entry = value ?? words[at + 1] ?? '';
    at += FLAGS.test(words[at]!) || value !== undefined || /^-\w./.test(words[at]!) ? 1 : 2;
  }
  const [name, ...rest] = words.slice(at);
  const started = shellText(entry === '' ? rest : [entry, ...rest]);
  if (name === undefined || started === '') return [];
  const what = `docker ${ofCompose === undefined ? 'run' : `compose ${ofCompose}`} in ${path}`;
  const command = entry === '' && ofCompose !== 'exec' ? started : '';
  const found = { what, path, starts: [started], command };
  return [ofCompose === undefined ? { ...found, image: nameOfImage(name) } : { ...found, image: '', service: name }];
}
