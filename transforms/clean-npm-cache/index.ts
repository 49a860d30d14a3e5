import {
  configuredIn,
  type FirstRun,
  isMounted,
  likelyHome,
  readElsewhere,
  removesLater,
  type Run,
  cleanableRuns,
  type Use,
} from '../../src/cache-mounts/index.js';
import { valueOf } from '../../src/shell/index.js';
import { insertAfter } from '../../src/shell/insert-command.js';
import { defineTransform } from '../../src/transform/index.js';

const FILLS = /^(ci|clean-install|install|i|add|update|install-ci-test|cit|install-test|it)$/;
const CLEAN = 'npm cache clean --force';
/** What puts the cache in another folder. */
const MOVES = /\bnpm_config_cache\b|\bnpm (?:config set|c set|set) cache\b/i;
const VARIABLE = /^npm_config_cache$/i;
const SETTINGS = { name: /(^|\/)\.?npmrc$/, setting: /^[ \t]*cache\s*=/m };
const ELSEWHERE = 'the npm cache lies elsewhere';
const OFFLINE = /^--(prefer-)?offline$/;

export default defineTransform({
  meta: {
    name: 'clean-npm-cache',
    summary: 'Empty the npm cache in the layer that filled it',
    why: 'npm keeps a compressed copy of each package that it downloads in ~/.npm; without a cache mount it lands in the image, where nothing reads it.',
    phase: 'clean',
    local: true,
    looksFor: [['npm']],
    level: 'safe',
    assumes: [],
    needs: [],
    preset: 'default',
    sameAs: [],
    references: ['https://docs.npmjs.com/cli/commands/npm-cache'],
    options: {},
  },
  find: (file, { facts, project, propose, decline }) => {
    const moved = project !== undefined && configuredIn({ configFiles: [SETTINGS] }, project) !== undefined;
    for (const { run, later, heirs, ships } of cleanableRuns(facts)) {
      const last = run.uses.findLastIndex(isFill);
      const use = run.uses[last];
      if (use === undefined) continue;
      const folder = `${likelyHome(run.state, use)}/.npm`;
      const cleans = run.uses
        .slice(last + 1)
        .some(({ invocation: { tool, subcommand } }) => tool === 'npm' && /^cache/.test(subcommand));
      const mounted = [folder, ...movedTo(use)].some((path) => isMounted(run, path));
      if (!ships(folder) || cleans || mounted || removesLater(run, last, `${folder}/_cacache`)) continue;
      const { script, instruction } = run;
      const body = facts.body(instruction);
      const sudo = use.invocation.wrappers.includes('sudo') ? 'sudo ' : '';
      const edit =
        script === undefined || body.kind !== 'script'
          ? 'JSON form is not edited'
          : ((moved ? ELSEWHERE : keepReason(run, use, later)) ??
            readElsewhere(facts, heirs, later, [folder]) ??
            insertAfter(file, instruction, script, use.invocation.command, `${sudo}${CLEAN}`, body.errexit));
      if (typeof edit === 'string') {
        decline(edit, instruction.span);
        continue;
      }
      propose({
        at: instruction.span,
        edits: [edit],
        level: 'safe',
        what: 'empty the npm cache in the same layer',
        announces: [
          {
            kind: 'files',
            effect: 'removed',
            paths: [`${folder}/_cacache/**`],
            why: 'npm downloads packages anew when it needs them',
          },
        ],
      });
    }
  },
});

/** The folders that an option and variables name as npm's cache, those that are known. */
function movedTo({ invocation: { options, environment }, place }: Use): readonly string[] {
  const option = options.findLast(({ name }) => name === '--cache');
  const inline = environment.findLast(([name]) => VARIABLE.test(name))?.[1];
  return [
    option?.value,
    inline && valueOf(inline, place.lookup),
    place.lookup('npm_config_cache'),
    place.lookup('NPM_CONFIG_CACHE'),
  ].filter((path) => path !== undefined);
}

function isFill({ invocation: { tool, subcommand } }: Use): boolean {
  return tool === 'npm' && FILLS.test(subcommand);
}

function has({ invocation: { options } }: Use, option: RegExp): boolean {
  return options.some(({ name }) => option.test(name));
}

function takesFromCache({ uses }: Run): boolean {
  return uses.some((use) => has(use, OFFLINE));
}

function keepReason(run: Run, { invocation }: Use, later: FirstRun): string | undefined {
  if (run.uses.filter(isFill).every((use) => has(use, /^--offline$/)))
    return 'nothing is downloaded: npm takes all packages from a cache that was there before';
  if (invocation.user !== undefined) return `${invocation.user} runs npm, who is not the user of this step`;
  if (invocation.wrappers.some((wrapper) => wrapper !== 'sudo' && wrapper !== 'env' && wrapper !== 'time'))
    return `npm runs through ${invocation.wrappers.join(' ')}`;
  if (run.uses.some((use) => has(use, /^--cache$/))) return ELSEWHERE;
  if (
    invocation.environment.some(([name]) => name === 'HOME') ||
    MOVES.test(run.script?.source.text ?? '') ||
    ['npm_config_cache', 'NPM_CONFIG_CACHE'].some((name) => run.state.env.has(name))
  )
    return ELSEWHERE;
  const offline = later(takesFromCache);
  return offline === undefined ? undefined : `line ${offline.instruction.lines.first} takes packages from the cache`;
}
