import { filesBelow } from '../../../src/project/context.js';
import { baseName, folderOf } from '../../../src/project/paths.js';
import { certainValue } from '../../../src/facts/index.js';
import type { Level } from '../../../src/transform/index.js';
import { inside, listed } from './shared.js';
import type { Download, Manager, Needs, Question } from './types.js';

/** A manager whose install is one command over a few files, as its manual says. */
export interface Described {
  readonly manager: string;
  readonly tools: RegExp;
  /** The words behind the program, with one blank between, of a command that installs; options that are not named here are not known. */
  readonly installs?: RegExp;
  /** … of one that downloads by itself, and the step that does so ahead. */
  readonly builds?: RegExp;
  readonly step?: {
    readonly words: readonly string[];
    /** Those words of the build that the step has, too, before its last. */
    readonly keeps?: RegExp;
    readonly done: RegExp;
    readonly mounted: RegExp;
  };
  /** The name of a file without which there is nothing to install. */
  readonly manifest: RegExp;
  /** All that is read, by paths from the manifest's folder. */
  readonly reads: RegExp;
  /** What is said in files for which more is read, or run, than these. */
  readonly stops: readonly (readonly [file: RegExp, says: RegExp, why: string])[];
  readonly fills: readonly string[];
  /** What it fills where a file says so. */
  readonly fillsWhere?: readonly (readonly [file: RegExp, says: RegExp, folder: string])[];
  /** Variables that name the folder of the downloads, and others that change what is read. */
  readonly homes?: readonly string[];
  readonly moves?: readonly string[];
  readonly level?: Level;
}

/** A regular expression of words that may stand in any order, some of which must. */
export function all(options: string, ...needed: readonly string[]): RegExp {
  const ahead = needed.map((word) => `(?=.*(?:^| )(?:${word})(?: |$))`).join('');
  return new RegExp(`^${ahead}(?:(?:${[options, ...needed].filter((word) => word !== '').join('|')})(?: |$))+$`);
}

/** Whatever a file says: its being there is enough. */
export const ANY = /^/;

/** A manager as its description says. */
export function managerBy(described: Described): Manager {
  const { tools, installs, builds, step } = described;
  return {
    tools,
    install: (question) => (installs?.test(words(question)) === true ? needsOf(described, question) : undefined),
    ...(builds === undefined || step === undefined
      ? {}
      : {
          download: (question) => {
            if (!builds.test(words(question))) return undefined;
            const needs = needsOf(described, question);
            return typeof needs === 'string' ? needs : ahead(described, step, question, needs);
          },
        }),
  };
}

function ahead(
  { tools }: Described,
  { words: own, keeps, done, mounted }: NonNullable<Described['step']>,
  question: Question,
  needs: Needs,
): Download {
  const kept = question.invocation.args.flatMap(({ text }) => (keeps?.test(text) === true ? [text] : []));
  return {
    ...needs,
    directory: question.place.cwd ?? question.cwd,
    command: [...own.slice(0, -1), ...kept, ...own.slice(-1)].join(' '),
    tool: tools,
    done,
    mounted,
  };
}

/** What stands behind the program; a word that is computed is as written. */
function words({ invocation }: Question): string {
  return invocation.args.map(({ value, text }) => value ?? text).join(' ');
}

function needsOf(described: Described, question: Question): Needs | string {
  const { manager, manifest, reads, stops, fills, fillsWhere = [], homes = [], moves = [], level } = described;
  const { cwd, project, source, state, invocation } = question;
  const { context } = project;
  const set = (name: string): boolean => state.env.has(name) || invocation.environment.some(([own]) => own === name);
  const moved = moves.find(set);
  if (moved !== undefined) return `${manager} reads what ${moved} names`;
  const home = homes.find((name) => set(name) && question.isCopied(certainValue(state, name) ?? cwd));
  if (home !== undefined) return `${manager} downloads to where ${home} says, beside the source`;
  const found = context.paths.find(
    (path) => manifest.test(baseName(path)) && source(inside(cwd, baseName(path))) === path,
  );
  if (found === undefined) return `no manifest of ${manager} is copied from the build context to ${cwd}`;
  const folder = folderOf(found);
  const files = filesBelow(context.paths, folder).filter((path) => !question.ignored(path));
  const says = ([file, text]: readonly [RegExp, RegExp, string]): string | undefined =>
    files.find((path) => file.test(below(path, folder)) && text.test(context.read(path) ?? ''));
  for (const stop of stops) {
    const path = says(stop);
    if (path !== undefined) return `${path}: ${stop[2]}`;
  }
  const paths = files.filter((path) => reads.test(below(path, folder)));
  const unread = paths.find((path) => context.read(path) === undefined);
  if (unread !== undefined) return `${unread} cannot be read`;
  const filled = fillsWhere.flatMap((where) => (says(where) === undefined ? [] : where[2]));
  return {
    manager,
    folder,
    cwd,
    paths,
    fills: [...fills, ...new Set(filled)].map((name) => inside(cwd, name)),
    evidence: `${manager} reads ${listed(paths)}`,
    ...(level === undefined ? {} : { level }),
  };
}

function below(path: string, folder: string): string {
  return folder === '' ? path : path.slice(folder.length + 1);
}
