import {
  copiedOut,
  endProblem,
  isMounted,
  removesLater,
  type Run,
  shippedRuns,
  type Use,
} from '../../src/cache-mounts/index.js';
import { homeOf } from '../../src/facts/index.js';
import { appendCommand } from '../../src/shell/edit.js';
import { defineTransform } from '../../src/transform/index.js';

const FILLS = /^(ci|clean-install|install|i|add|update|install-ci-test|cit|install-test|it)$/;
/** Commands after which npm itself may be gone. */
const REMOVES = /^(del|remove|purge|autoremove|erase|uninstall|rm|un)$/;
/** What puts the cache in another folder. */
const MOVES = /\bnpm_config_cache\b|\bnpm (?:config set|c set|set) cache\b/i;
const OFFLINE = /^--(prefer-)?offline$/;

export default defineTransform({
  meta: {
    name: 'clean-npm-cache',
    summary: 'Empty the npm cache in the layer that filled it',
    why: 'npm keeps a compressed copy of each package that it downloads in ~/.npm; without a cache mount it lands in the image, where nothing reads it.',
    phase: 'clean',
    level: 'safe',
    assumes: [],
    needs: [],
    preset: 'default',
    sameAs: ['DL3059'],
    references: ['https://docs.npmjs.com/cli/commands/npm-cache'],
    options: {},
  },
  find: (file, { facts, propose, decline }) => {
    for (const { run, later, heirs } of shippedRuns(facts)) {
      const last = run.uses.findLastIndex(isFill);
      const use = run.uses[last];
      if (use === undefined) continue;
      const folder = `${homeOf(run.state) ?? '/root'}/.npm`;
      const cleans = run.uses
        .slice(last + 1)
        .some(({ invocation: { tool, subcommand } }) => tool === 'npm' && /^cache/.test(subcommand));
      if (cleans || isMounted(run, folder) || removesLater(run, last, `${folder}/_cacache`)) continue;
      const { script, instruction } = run;
      const problem = keepReason(run, last, use, later) ?? copiedOut(facts, {}, heirs, [folder]);
      if (problem !== undefined || script === undefined) {
        decline(problem ?? 'JSON form is not edited', instruction.span);
        continue;
      }
      const sudo = use.invocation.wrappers.includes('sudo') ? 'sudo ' : '';
      propose({
        at: instruction.span,
        edits: [appendCommand(file, instruction, script, `${sudo}npm cache clean --force`)],
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

function isFill({ invocation: { tool, subcommand } }: Use): boolean {
  return tool === 'npm' && FILLS.test(subcommand);
}

function keepReason(run: Run, last: number, { invocation }: Use, later: readonly Run[]): string | undefined {
  if (run.script === undefined) return 'JSON form is not edited';
  if (invocation.command.conditional) return 'npm runs only under a condition here';
  if (invocation.user !== undefined) return `${invocation.user} runs npm, who is not the user of this step`;
  if (invocation.wrappers.some((wrapper) => wrapper !== 'sudo' && wrapper !== 'env' && wrapper !== 'time'))
    return `npm runs through ${invocation.wrappers.join(' ')}`;
  if (run.uses.some(({ invocation: other }) => other.options.some(({ name }) => name === '--cache')))
    return 'the npm cache lies elsewhere';
  const isMoved = ({ script }: Run): boolean => MOVES.test(script?.source.text ?? '');
  if (isMoved(run) || ['npm_config_cache', 'NPM_CONFIG_CACHE'].some((name) => run.state.env.has(name)))
    return 'the npm cache lies elsewhere';
  const after = run.uses.slice(last + 1);
  const remover = after.find(
    ({ invocation: other }) =>
      (REMOVES.test(other.subcommand) && other.tool !== 'npm') ||
      (other.tool === 'npm' && /^(uninstall|un|remove|rm)$/.test(other.subcommand)) ||
      (other.tool === 'rm' &&
        other.args.some(({ text }) => /\b(?:npm|node)\b/.test(text.replace(/node_modules/g, '')))),
  );
  if (remover !== undefined) return 'npm may be gone at the end of the RUN';
  const offline = later.find(({ uses }) =>
    uses.some((use) => use.invocation.options.some(({ name }) => OFFLINE.test(name))),
  );
  if (offline !== undefined) return `line ${offline.instruction.lines.first} takes packages from the cache`;
  return endProblem(run.script);
}
