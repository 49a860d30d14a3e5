import yargs, { type Argv } from 'yargs';
import { parseRate, type Rate } from '../batch/queues.js';
import { didYouMean } from '../config/suggest.js';
import { DfixError } from '../errors.js';
import { type BuildInputs } from '../facts/index.js';
import { type Platform, PLATFORMS } from '../forge/types.js';
import { type Level, LEVELS } from '../transform/types.js';
import packageJson from '../../package.json' with { type: 'json' };
import { ENGINE_NAMES, type EngineName } from '../verify/commands.js';
import {
  type FixArguments,
  type Format,
  FORMATS,
  type VerifyArguments,
  VERIFY_FORMATS,
  type VerifyFormat,
} from './arguments.js';
import { BATCH_STEPS, type BatchArguments, type BatchStep } from './batch-arguments.js';
import { ASK, completions, completionScript } from './completion.js';
import type { Io } from './io.js';
import { isRemote, type PrArguments, prOnly, prOptions } from './pr-arguments.js';
import type { ReplayArguments } from './replay.js';
import type { WorkerArguments } from './worker.js';

/** What the command line asks for. */
export type Request =
  | { readonly command: 'print'; readonly text: string }
  | { readonly command: 'fix'; readonly args: FixArguments }
  | { readonly command: 'verify'; readonly args: VerifyArguments }
  | { readonly command: 'facts'; readonly place: string; readonly inputs: BuildInputs; readonly json: boolean }
  | { readonly command: 'replay'; readonly args: ReplayArguments }
  | { readonly command: 'pr'; readonly args: PrArguments }
  | { readonly command: 'batch'; readonly args: BatchArguments }
  | { readonly command: 'worker'; readonly args: WorkerArguments }
  | { readonly command: 'lsp'; readonly config: string | undefined }
  | ({ readonly command: 'list' } & About)
  | ({ readonly command: 'explain'; readonly name: string } & About);

interface About {
  readonly json: boolean;
  readonly colour: boolean | undefined;
  readonly config: string | undefined;
}

/**
 * Reads the command line.
 * @throws DfixError for words that mean nothing, with a suggestion.
 */
export async function readArguments(argv: readonly string[], io: Io): Promise<Request> {
  let request: Request | { readonly command: 'completion' } | undefined;
  let printed = '';
  const asked = argv.indexOf(ASK);
  // The script hands over the program's name first.
  if (asked >= 0) return print((await completions(argv.slice(asked + 2), OPTIONS)).join('\n'));
  const { words: parsed, paths } = withoutPaths(argv);
  const parser = build(io, paths, argv, (asked) => (request = asked));
  await parser.parseAsync([...parsed], {}, (_error, _argv, output) => void (printed += output));
  if (request?.command === 'completion') return print(await completionScript(io.cwd));
  return request ?? print(printed);
}

function print(text: string): Request {
  return { command: 'print', text: text === '' || text.endsWith('\n') ? text : `${text}\n` };
}

/** Takes out the words that yargs would not read as paths: `-`, and all that follows `--`. */
function withoutPaths(argv: readonly string[]): {
  readonly words: readonly string[];
  readonly paths: readonly string[];
} {
  const end = argv.indexOf('--');
  const head = end < 0 ? argv : argv.slice(0, end);
  const after = end < 0 ? [] : argv.slice(end + 1);
  return { words: head.filter((word) => word !== '-'), paths: [...head.filter((word) => word === '-'), ...after] };
}

function build(
  io: Io,
  paths: readonly string[],
  argv: readonly string[],
  ask: (request: Request | { readonly command: 'completion' }) => void,
): Argv {
  const parser: Argv = yargs([], io.cwd)
    .scriptName('dfix')
    .locale('en')
    .exitProcess(false)
    .detectLocale(false)
    .parserConfiguration({ 'parse-numbers': false, 'parse-positional-numbers': false, 'dot-notation': false })
    .usage('Rewrites Dockerfiles so that they build fast and ship small.\n\ndfix [PATH...]   show what would change')
    .version(packageJson.version)
    .help()
    .alias({ h: 'help' })
    .strict()
    .wrap(100)
    .option('config', { type: 'string', requiresArg: true, describe: 'Use this configuration file', global: true })
    .option('color', { type: 'boolean', describe: 'Colour the output, or not (--no-color)' })
    .option('config-code', { type: 'boolean', hidden: true, default: true })
    .option('target', { type: 'string', requiresArg: true, describe: 'The stage that is built' })
    .option('build-arg', { type: 'string', requiresArg: true, describe: 'A build argument, NAME=VALUE; repeatable' })
    .command(
      ['$0 [paths..]'],
      'Show what would change, and why; PATH is a file, a folder, a glob, or - for standard input',
      (command) =>
        formatOption(command, FORMATS)
          .positional('paths', { type: 'string', array: true, default: [] as string[] })
          .option('write', { type: 'boolean', default: false, describe: 'Write the changes' })
          .option('interactive', {
            alias: 'i',
            type: 'boolean',
            default: false,
            describe: 'Take or leave each change, then write what was taken',
          })
          .option('check', { type: 'boolean', default: false, describe: 'Exit with 1 when something would change' })
          .option('only', { type: 'string', requiresArg: true, describe: 'Run only these transforms' })
          .option('skip', { type: 'string', requiresArg: true, describe: 'Leave out these transforms' })
          .option('allow', {
            choices: LEVELS,
            requiresArg: true,
            describe: 'The highest level of change; review unless said',
          })
          .option('context', { type: 'string', requiresArg: true, describe: 'The folder of the build context' })
          .option('proof', { type: 'string', requiresArg: true, describe: 'For html: what verify --save wrote' })
          .option('history', {
            type: 'string',
            requiresArg: true,
            describe: 'For html: what replay --format json printed',
          })
          .option('jobs', {
            type: 'string',
            requiresArg: true,
            describe:
              'Rewrite files in so many threads; unless said 1, and from 400 files on one for each core, up to 4',
          })
          .option('quiet', { type: 'boolean', default: false, describe: 'No reasons, no warnings, no summary' }),
      (args) => ask({ command: 'fix', args: fixArguments(args, paths) }),
    )
    .command(
      'verify [paths..]',
      'Build before and after, run both, compare; drop what fails, keep what passes',
      (command) => verifyOptions(command),
      (args) => ask({ command: 'verify', args: verifyArguments(args) }),
    )
    .command(
      'lsp',
      'A language server on standard input and output, for editors',
      (command) => command.option('stdio', { type: 'boolean', hidden: true }),
      (args) => ask({ command: 'lsp', config: last(args['config']) }),
    )
    .command(
      'list',
      'The transforms',
      (command) => formatOption(command),
      (args) => ask({ command: 'list', ...about(args) }),
    )
    .command(
      'explain [name]',
      'What a transform does, why, and what it assumes',
      (command) =>
        formatOption(command).positional('name', { type: 'string' }).option('facts', {
          type: 'string',
          requiresArg: true,
          describe: 'Instead: what is known at each instruction of PATH, or at PATH:LINE',
        }),
      (args) => ask(explainRequest(args)),
    )
    .command(
      'replay [path]',
      'What the last commits would have cost to rebuild, before and after',
      (command) =>
        formatOption(command)
          .positional('path', { type: 'string' })
          .option('commits', { type: 'string', requiresArg: true, default: '200', describe: 'How many commits' })
          .option('timings', { type: 'string', requiresArg: true, describe: 'A build log to take the times from' })
          .option('context', { type: 'string', requiresArg: true, describe: 'The folder of the build context' }),
      (args) => ask({ command: 'replay', args: replayArguments(args) }),
    )
    .command(
      'pr [paths..]',
      'The changes as a pull request, opened or brought up to date; the first PATH may be the address of a repository',
      (command) => prOptions(formatOption(command)),
      (args) => ask({ command: 'pr', args: prArguments(args, paths) }),
    )
    .command(
      'batch [step] [repos..]',
      'Many repositories, step by step: plan, verify, preview, publish; it goes on where it was stopped',
      (command) => batchOptions(command),
      (args) => ask({ command: 'batch', args: batchArguments(args, paths) }),
    )
    .command(
      'worker',
      'Does the steps that campaigns put into a queue, on as many machines as one likes',
      (command) => workOptions(command),
      (args) => ask({ command: 'worker', args: workerArguments(args) }),
    )
    .command(
      'completion',
      'Print a script that completes dfix in bash or zsh',
      (command) => command,
      () => ask({ command: 'completion' }),
    )
    .fail((message, error) => {
      throw error instanceof DfixError ? error : usageError(message ?? error?.message ?? 'wrong usage', argv);
    });
  return parser;
}

/** What `batch` takes; names and short forms are those of multi-gitter. */
function batchOptions(command: Argv): Argv {
  const value = { type: 'string', requiresArg: true } as const;
  const flag = { type: 'boolean', default: false } as const;
  return workOptions(formatOption(command))
    .positional('step', { choices: BATCH_STEPS })
    .positional('repos', { type: 'string', array: true, default: [] as string[] })
    .option('campaign', { ...value, describe: 'The campaign file; dfix-batch.yaml' })
    .option('repo-exclude', { ...value, describe: 'Leave out these folders; repeatable' })
    .option('repo-include', { ...value, describe: 'Of lists, only these owner/name, as globs; repeatable' })
    .option('org', { ...value, alias: 'O', describe: 'All repositories of an organisation; repeatable' })
    .option('group', { ...value, alias: 'G', describe: 'All repositories of a group; repeatable' })
    .option('user', { ...value, alias: 'U', describe: 'All repositories of a user; repeatable' })
    .option('topic', { ...value, describe: 'All repositories with a topic; repeatable' })
    .option('repo-search', { ...value, describe: 'What the search of the platform finds; repeatable' })
    .option('forks', { ...flag, describe: 'Forks of lists too' })
    .option('archived', { ...flag, describe: 'What is archived too' })
    .option('platform', { choices: PLATFORMS, alias: 'p', requiresArg: true, describe: 'Where the lists are' })
    .option('base-url', { ...value, alias: 'g', describe: 'The address of a server of your own' })
    .option('canary', { ...value, describe: 'Stop after so many repositories' })
    .option('max-prs', { ...value, describe: 'Open so many pull requests at most' })
    .option('rate', { ...value, describe: 'How many pull requests in what time: 60-PT1H' })
    .option('failed', { ...flag, describe: 'Only what failed before' })
    .option('fail-fast', { ...flag, describe: 'Stop at the first failure' })
    .option('skip-errors', { ...flag, describe: 'Exit with 0 though repositories failed' });
}

function workOptions(command: Argv): Argv {
  const value = { type: 'string', requiresArg: true } as const;
  return command
    .option('queue', { ...value, describe: 'The server of Redis, redis://host:port; rediss:// with TLS' })
    .option('concurrent', { ...value, alias: 'C', describe: 'How many repositories at a time; one for each core' })
    .option('build-concurrent', { ...value, describe: 'How many builds at a time; one' })
    .option('timeout', { ...value, describe: 'How long one repository may take, seconds' });
}

/** How a command reports; text unless said. */
function formatOption(command: Argv, choices: readonly string[] = ['text', 'json']): Argv {
  return command.option('format', { choices, default: 'text', requiresArg: true, describe: 'How to report' });
}

function verifyOptions(command: Argv): Argv {
  const value = { type: 'string', requiresArg: true } as const;
  return formatOption(command, VERIFY_FORMATS)
    .positional('paths', { type: 'string', array: true, default: [] as string[] })
    .option('file', { ...value, alias: 'f', describe: 'As docker takes it: the Dockerfile, and PATH is its context' })
    .option('write', { type: 'boolean', default: false, describe: 'Write what is proven' })
    .option('only', { ...value, describe: 'Run only these transforms' })
    .option('skip', { ...value, describe: 'Leave out these transforms' })
    .option('allow', {
      choices: LEVELS,
      requiresArg: true,
      describe: 'The highest level of change; review unless said',
    })
    .option('context', { ...value, describe: 'The folder of the build context' })
    .option('quiet', { type: 'boolean', default: false, describe: 'No progress, no warnings' })
    .option('engine', { choices: ENGINE_NAMES, requiresArg: true, describe: 'Build with this; else the first found' })
    .option('platform', { ...value, describe: 'Passed on to the builds' })
    .option('secret', { ...value, describe: 'Passed on to the builds; repeatable' })
    .option('network', { ...value, describe: 'Passed on to the builds' })
    .option('builder', { ...value, describe: 'Passed on to the builds' })
    .option('smoke', { ...value, describe: 'A command to run in both images; repeatable' })
    .option('http', { ...value, describe: 'A path to ask both containers for; repeatable' })
    .option('ready', { ...value, describe: 'A text in the log, or a port: ready when it is there' })
    .option('timeout', { ...value, default: '30', describe: 'How long a container may run, seconds' })
    .option('dry-engine', { type: 'boolean', default: false, describe: 'Print the commands instead of running them' })
    .option('save', { ...value, describe: 'Keep the proof in this file' });
}

const OPTIONS =
  'engine platform secret network builder smoke http ready timeout dry-engine save file write check only skip allow format context target build-arg config color no-color quiet jobs facts commits timings dry-run push-only draft fork comment branch base-branch one-commit signoff author-name author-email base-url proof history campaign repo-exclude repo-include org group user topic repo-search forks archived canary max-prs rate queue concurrent build-concurrent failed fail-fast skip-errors help version'
    .split(' ')
    .map((name) => `--${name}`);

/** What yargs says, shorter and with a suggestion. */
function usageError(message: string, argv: readonly string[]): DfixError {
  const hint = 'see dfix --help';
  const unknown = /^Unknown (?:argument|option|command)s?: (.*)$/s.exec(message);
  if (unknown !== null) {
    const name = unknown[1]!.split(', ')[0]!;
    const option = `${name.length === 1 ? '-' : '--'}${name}`;
    if (argv.includes(name)) return new DfixError('usage', `"${name}" is one word too many`, { hint });
    return new DfixError('usage', `unknown option ${option}${didYouMean(option, OPTIONS)}`, { hint });
  }
  const value = /Argument: ([\w-]+), Given: "(.*)", Choices: (.*)$/s.exec(message);
  if (value !== null) {
    const choices = value[3]!.replaceAll('"', '').split(', ');
    const given = value[2]!;
    const subject = value[1] === 'step' ? 'batch' : `--${value[1]!}`;
    const text = `${subject} takes ${choices.join(', ')}, not "${given}"${didYouMean(given, choices)}`;
    return new DfixError('usage', text, { hint });
  }
  const missing = /^Not enough arguments following: (.*)$/s.exec(message);
  const text =
    missing === null
      ? message.replaceAll('\n', ' ').trim()
      : `${missing[1]!.length === 1 ? '-' : '--'}${missing[1]!} takes a value`;
  return new DfixError('usage', text, { hint });
}

interface Given {
  readonly [name: string]: unknown;
}

function about(args: Given): About {
  return { json: last(args['format']) === 'json', colour: last<boolean>(args['color']), config: last(args['config']) };
}

function explainRequest(args: Given): Request {
  const place = last<string>(args['facts']);
  const name = args['name'] as string | undefined;
  if ((place === undefined) === (name === undefined)) {
    throw new DfixError('usage', 'explain takes the name of a transform, or --facts PATH', { hint: 'see dfix list' });
  }
  if (place === undefined) return { command: 'explain', name: name!, ...about(args) };
  return { command: 'facts', place, json: last(args['format']) === 'json', inputs: inputsOf(args) };
}

function inputsOf(args: Given): BuildInputs {
  return { target: last(args['target']), buildArgs: buildArguments(words(args['build-arg'])) };
}

function fixArguments(args: Given, others: readonly string[]): FixArguments {
  const paths = [...words(args['paths']), ...others];
  const write = last<boolean>(args['write']) ?? false;
  if (write && args['check'] === true) throw new DfixError('usage', '--write and --check exclude each other');
  const interactive = last<boolean>(args['interactive']) ?? false;
  if (interactive && (args['check'] === true || paths.includes('-') || (last(args['format']) ?? 'text') !== 'text')) {
    throw new DfixError('usage', '-i takes files, and neither --check nor --format');
  }
  if (paths.includes('-') && paths.length > 1) throw new DfixError('usage', '- for standard input stands alone');
  if (paths.includes('-') && write) throw new DfixError('usage', '--write needs files, not standard input');
  return {
    paths,
    write,
    check: last<boolean>(args['check']) ?? false,
    interactive,
    only: names(args['only']),
    skip: names(args['skip']),
    allow: last<Level>(args['allow']),
    format: last<Format>(args['format']) ?? 'text',
    context: last(args['context']),
    ...inputsOf(args),
    config: last(args['config']),
    allowCode: args['config-code'] !== false,
    colour: last<boolean>(args['color']),
    quiet: last<boolean>(args['quiet']) ?? false,
    jobs: jobsOf(last(args['jobs'])),
    proof: last(args['proof']),
    history: last(args['history']),
  };
}

const MOST_JOBS = 64;

function jobsOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const jobs = Number(given);
  if (/^[1-9]\d*$/.test(given) && jobs <= MOST_JOBS) return jobs;
  throw new DfixError('usage', `--jobs takes a number from 1 to ${MOST_JOBS}, not "${given}"`);
}

function verifyArguments(args: Given): VerifyArguments {
  const { format: _format, check: _check, ...shared } = fixArguments(asDocker(args), []);
  if (shared.paths.includes('-')) throw new DfixError('usage', 'verify needs files, not standard input');
  const timeout = Number(last(args['timeout']));
  if (!(timeout > 0 && timeout <= 3600)) throw new DfixError('usage', '--timeout takes seconds, from 1 to 3600');
  return {
    ...shared,
    format: last<VerifyFormat>(args['format']) ?? 'text',
    engine: last<EngineName>(args['engine']),
    platform: last(args['platform']),
    secrets: words(args['secret']),
    network: last(args['network']),
    builder: last(args['builder']),
    smokes: words(args['smoke']),
    http: words(args['http']),
    ready: last(args['ready']),
    timeout,
    dryEngine: last<boolean>(args['dry-engine']) ?? false,
    save: last(args['save']),
  };
}

/** `-f FILE CONTEXT` as `FILE --context CONTEXT`. */
function asDocker(args: Given): Given {
  const file = last(args['file']);
  if (file === undefined) return args;
  const [context, ...more] = words(args['paths']);
  if (context === undefined || more.length > 0 || args['context'] !== undefined) {
    throw new DfixError('usage', '-f takes the Dockerfile, and one PATH beside it: the folder of its build context');
  }
  return { ...args, paths: [file], context };
}

function prArguments(args: Given, others: readonly string[]): PrArguments {
  const {
    write: _write,
    check: _check,
    allow: _allow,
    history: _history,
    format,
    ...shared
  } = fixArguments(args, others);
  if (shared.paths.includes('-')) throw new DfixError('usage', 'pr needs files, not standard input');
  const [first, ...rest] = shared.paths;
  const remote = first !== undefined && isRemote(first) ? first : undefined;
  return {
    ...shared,
    ...prOnly((name) => last(args[name])),
    paths: remote === undefined ? shared.paths : rest,
    remote,
    json: format === 'json',
  };
}

function batchArguments(args: Given, others: readonly string[]): BatchArguments {
  const format = last<Format>(args['format']);
  const step = args['step'] as BatchStep | undefined;
  if (step === undefined) throw new DfixError('usage', `batch takes one of ${BATCH_STEPS.join(', ')}`);
  return {
    step,
    campaign: last(args['campaign']),
    repos: [...words(args['repos']), ...others],
    exclude: names(args['repo-exclude']),
    include: names(args['repo-include']),
    lists: {
      org: words(args['org']) as string[],
      group: words(args['group']) as string[],
      user: words(args['user']) as string[],
      topic: words(args['topic']) as string[],
      search: words(args['repo-search']) as string[],
    },
    forks: args['forks'] === true,
    archived: args['archived'] === true,
    platform: last<Platform>(args['platform']),
    baseUrl: last(args['base-url']),
    canary: count(args, 'canary', 9_999_999),
    ...workArguments(args),
    queue: last(args['queue']),
    maxPrs: count(args, 'max-prs', 9_999_999),
    rate: rateOf(last(args['rate'])),
    failed: args['failed'] === true,
    failFast: args['fail-fast'] === true,
    skipErrors: args['skip-errors'] === true,
    json: format === 'json',
  };
}

function workArguments(args: Given): Omit<WorkerArguments, 'queue'> {
  return {
    concurrent: count(args, 'concurrent', 256),
    buildConcurrent: count(args, 'build-concurrent', 256),
    timeout: count(args, 'timeout', 86_400),
  };
}

function workerArguments(args: Given): WorkerArguments {
  const queue = last(args['queue']);
  if (queue === undefined) throw new DfixError('usage', 'worker needs --queue redis://host:port');
  return { queue, ...workArguments(args) };
}

function count(args: Given, name: string, most: number): number | undefined {
  const value = last(args[name]);
  if (value === undefined) return undefined;
  if (/^[1-9]\d{0,6}$/.test(value) && Number(value) <= most) return Number(value);
  throw new DfixError('usage', `--${name} takes a number from 1 to ${most}`);
}

function rateOf(text: string | undefined): Rate | undefined {
  const rate = text === undefined ? undefined : parseRate(text);
  if (text === undefined || rate !== undefined) return rate;
  throw new DfixError('usage', `--rate takes how many in what time, such as 60-PT1H, not "${text}"`);
}

function replayArguments(args: Given): ReplayArguments {
  const commits = last(args['commits']) ?? '';
  const format = last<Format>(args['format']);
  if (!/^[1-9]\d{0,5}$/.test(commits)) throw new DfixError('usage', '--commits takes a number from 1 to 999999');
  return {
    path: args['path'] as string | undefined,
    commits: Number(commits),
    timings: last(args['timings']),
    json: format === 'json',
    context: last(args['context']),
    ...inputsOf(args),
    config: last(args['config']),
    colour: last<boolean>(args['color']),
  };
}

/** An option that was given several times is an array; where one value is meant, the last one counts. */
function last<T = string>(value: unknown): T | undefined {
  return (Array.isArray(value) ? value.at(-1) : value) as T | undefined;
}

function words(value: unknown): readonly string[] {
  return value === undefined ? [] : [value].flat().map(String);
}

function names(value: unknown): readonly string[] {
  return words(value)
    .flatMap((list) => list.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function buildArguments(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((argument) => {
      const equals = argument.indexOf('=');
      if (equals > 0) return [argument.slice(0, equals), argument.slice(equals + 1)];
      throw new DfixError('usage', '--build-arg takes NAME=VALUE');
    }),
  );
}
