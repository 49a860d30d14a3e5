import { certainValue } from '../../../src/facts/index.js';
import { folderBy, has, inside, joinPath, listed, strangeOption, unreadable } from './shared.js';
import type { Answer, Manager, Needs, Question } from './types.js';

/** Go: go.dev/ref/mod#go-mod-download. */
export const go: Manager = {
  tools: /^go$/,
  install: (question) => {
    const { subcommand } = question.invocation;
    return subcommand === 'mod download' || subcommand === 'mod verify' ? download(question) : undefined;
  },
  download: (question) => {
    const { subcommand, operands } = question.invocation;
    if (!/^(?:build|install|test|vet|get|list|generate|run)$/.test(subcommand)) return undefined;
    if (subcommand === 'run' && operands[0]?.text.includes('@') !== false) return undefined;
    const flags = certainValue(question.state, 'GOFLAGS') ?? '';
    const vendored = /-mod=vendor/.test(flags) || question.invocation.args.some(({ text }) => text === '-mod=vendor');
    if (vendored || has(question, '-modfile', '-C') || inlineOff(question)) return undefined;
    if (isTooOld(question)) return undefined;
    const needs = modules(question);
    if (needs === undefined || typeof needs === 'string') return needs;
    if (question.project.at.go(needs.folder)?.vendored === true || !needsAny(question, needs.folder)) return undefined;
    return {
      ...needs,
      directory: needs.cwd,
      command: 'go mod download',
      tool: /^go$/,
      done: /\bgo (?:mod (?:download|tidy|vendor)|build|test|vet|run)\b/,
      mounted: /pkg\/mod/,
    };
  },
};

function inlineOff({ invocation, state }: Question): boolean {
  const inline = invocation.environment.find(([name]) => name === 'GO111MODULE')?.[1]?.value;
  return (inline ?? certainValue(state, 'GO111MODULE')) === 'off';
}

function download(question: Question): Answer {
  const strange = strangeOption(question);
  if (strange !== undefined) return strange;
  if (has(question, '-modfile')) return 'go -modfile is not followed';
  return modules(question) ?? `no go.mod is copied from the build context to ${question.cwd}`;
}

/** The module files of the module, of its workspace, and of modules that a local path replaces; undefined without any. */
function modules(question: Question): Needs | string | undefined {
  const { project } = question;
  const work = certainValue(question.state, 'GOWORK') === 'off' ? undefined : above(question, 'go.work');
  const module = above(question, 'go.mod');
  const start = work ?? module;
  if (start === undefined) return undefined;
  const all = [work, module].filter((at) => at !== undefined).map((at) => project.at.go(at.folder)!);
  for (const facts of all) {
    const fault = unreadable(facts);
    if (fault !== undefined) return fault;
  }
  const paths = [...new Set(all.flatMap(({ manifests }) => manifests))].filter(
    (path) => !path.endsWith('vendor/modules.txt'),
  );
  const home = [certainValue(question.state, 'GOMODCACHE'), certainValue(question.state, 'GOPATH')].find(
    (path) => path !== undefined,
  );
  if (home !== undefined && question.isCopied(home)) return `Go downloads to ${home}, beside the source`;
  return { manager: 'Go', ...start, paths, fills: [], evidence: `go mod download reads ${listed(paths)}` };
}

/** Whether a module, one of its workspace or one that a local path replaces requires anything from elsewhere. */
function needsAny({ project }: Question, folder: string): boolean {
  const seen = new Set<string>();
  const open = [folder];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const facts = seen.has(at) ? undefined : project.at.go(at);
    seen.add(at);
    if (facts === undefined) continue;
    if ([...facts.requires.keys()].some((name) => !facts.localReplaces.has(name))) return true;
    open.push(...facts.uses, ...facts.localReplaces.values());
  }
  return false;
}

/** The nearest folder, from the working directory up, that holds a file of this name. */
function above(question: Question, name: string): { readonly cwd: string; readonly folder: string } | undefined {
  for (let at = question.cwd; ; at = at.slice(0, at.lastIndexOf('/')) || '/') {
    const folder = folderBy({ ...question, cwd: at }, [name]);
    if (
      folder !== undefined &&
      question.project.at.go(folder) !== undefined &&
      joinPath(folder, name) === question.source(inside(at, name))
    )
      return { cwd: at, folder };
    if (at === '/') return undefined;
  }
}

/** Whether the image's Go has no modules, or leaves them off below GOPATH as it did before Go 1.13. */
function isTooOld({ image, cwd, state }: Question): boolean {
  const minor = Number(/(?:^|\/)golang:1\.(\d+)/.exec(image ?? '')?.[1] ?? '99');
  const off = cwd.startsWith('/go/src/') && certainValue(state, 'GO111MODULE') !== 'on';
  return minor < 11 || (minor < 13 && off);
}
