import { goMinor, type Prepare, type Run } from '../../src/cache-mounts/index.js';
import { argumentText } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { onceFor } from '../../src/once.js';

/** Go keeps modules only in module mode: the default since 1.16. Older images must show that they use modules. */
export const prepareGo: Prepare = ({ run }, facts, tree, project) => {
  if (project !== undefined && project.context.paths.includes('vendor/modules.txt'))
    return 'the project builds from vendor/';
  const { image, env } = run.state;
  if (env.get('GO111MODULE')?.value === 'off') return 'GO111MODULE=off: nothing is downloaded into the module cache';
  if (env.get('GOFLAGS')?.value?.includes('-mod=vendor'))
    return 'GOFLAGS=-mod=vendor: nothing is downloaded into the module cache';
  const { asks, copies } = modulesIn(tree, facts);
  if (asks) return {};
  if (!copies) return 'nothing shows that this build uses Go modules: no go.mod is copied';
  if (image.image !== 'golang') return 'nothing shows that this build uses Go modules';
  const minor = goMinor(facts, run.stage);
  if (minor !== undefined && minor < 16)
    return `Go 1.${minor} uses modules only where go.mod is, and nothing shows one`;
  return {};
};

/** What shows modules: commands that ask for them, and a COPY of go.mod. */
interface Modules {
  readonly asks: boolean;
  readonly copies: boolean;
}

const modulesIn = onceFor((tree: readonly Run[], facts: Facts): Modules => {
  const asks = tree.some(({ uses }) =>
    uses.some(
      ({ invocation }) =>
        invocation.tool === 'go' &&
        (invocation.subcommand.startsWith('mod ') || invocation.operands.some(({ value }) => value?.includes('@'))),
    ),
  );
  return { asks, copies: copiesGoMod(facts) };
});

/** Whether a COPY or ADD from the context brings go.mod, by name or with a whole folder. */
function copiesGoMod({ file }: Facts): boolean {
  return file.instructions.some((instruction) => {
    if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return false;
    if (instruction.flags.some(({ name }) => name === 'from')) return false;
    const words = argumentText(instruction).split(/\s+/).slice(0, -1);
    return words.some((word) => /(^|\/)go\.(mod|sum|\*)$|^\.?\/?$|\*$/.test(word) || !/\.\w+$/.test(word));
  });
}
