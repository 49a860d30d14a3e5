import type { Prepare } from '../../src/cache-mounts/index.js';

/** Go keeps modules only in module mode: the default since 1.16. Older images must show that they use modules. */
export const prepareGo: Prepare = ({ run }, facts, tree) => {
  const { image, env } = run.state;
  if (env.get('GO111MODULE')?.value === 'off') return 'GO111MODULE=off: nothing is downloaded into the module cache';
  if (env.get('GOFLAGS')?.value?.includes('-mod=vendor'))
    return 'GOFLAGS=-mod=vendor: nothing is downloaded into the module cache';
  const modules = tree.some(({ uses }) =>
    uses.some(
      ({ invocation }) =>
        invocation.tool === 'go' &&
        (invocation.subcommand.startsWith('mod ') || invocation.operands.some(({ value }) => value?.includes('@'))),
    ),
  );
  if (modules || copiesGoMod(facts)) return {};
  const tag = /:([^@]+)/.exec(facts.rootImage(run.stage) ?? '')?.[1] ?? 'latest';
  const version = /^1\.(\d+)/.exec(tag);
  if (image.image !== 'golang') return 'nothing shows that this build uses Go modules';
  if (version !== null && Number(version[1]) < 16)
    return `golang:${tag} uses modules only where go.mod is, and nothing shows one`;
  return {};
};

function copiesGoMod(facts: Parameters<Prepare>[1]): boolean {
  return facts.file.instructions.some(
    (instruction) =>
      (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') &&
      /\bgo\.(mod|sum)\b/.test(facts.file.slice(instruction.span)),
  );
}
