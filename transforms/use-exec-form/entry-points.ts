import type { Instruction, Stage } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';

/**
 * Official images without an ENTRYPOINT, and those whose entry point runs a command that it is given as it is
 * (docker-entrypoint.sh of node and php, __cacert_entrypoint.sh of eclipse-temurin, mvn-entrypoint.sh of maven end with
 * `exec "$@"` and look at nothing but a first word that is an option or no program; nginx's: `preparesFor`).
 */
const PASSES_ON =
  /^(?:debian|ubuntu|alpine|busybox|buildpack-deps|centos|rockylinux|almalinux|fedora|amazonlinux|oraclelinux|python|golang|rust|ruby|openjdk|eclipse-temurin|amazoncorretto|perl|pypy|node|php|maven|gradle|erlang|elixir|haskell|gcc|swift|mono|nginx|httpd)$/;

/** Programs that run the words after them as one command. */
const INIT = /^(?:\/(?:usr\/)?s?bin\/|\/)?(?:tini|dumb-init|catatonit)$/;

/** Why a CMD is not simply run: an ENTRYPOINT takes it as its arguments. Undefined when nothing stands before it. */
export function takesCommand(facts: Facts, stage: Stage): string | undefined {
  for (let at: Stage | undefined = stage; at !== undefined; at = parentOf(facts, at)) {
    const entry = at.instructions.findLast(({ keyword }) => keyword === 'ENTRYPOINT');
    if (entry !== undefined)
      return isInit(entry) ? undefined : `ENTRYPOINT at line ${entry.lines.first} takes it as arguments`;
  }
  const { image } = facts.atEnd(stage);
  return PASSES_ON.test(image.image) ? undefined : `the entry point of ${image.image || 'the base image'} is not known`;
}

/** What the entry point of an image does before a program that it knows by name. */
export function preparesFor(facts: Facts, stage: Stage, program: string): readonly { readonly fact: string }[] {
  const own = facts.lineage(stage).some(({ instructions }) => instructions.some((one) => one.keyword === 'ENTRYPOINT'));
  return program === 'nginx' && facts.atEnd(stage).image.image === 'nginx' && !own
    ? [{ fact: 'the entry point of nginx, since 1.19, then runs what is in /docker-entrypoint.d' }]
    : [];
}

function isInit({ json }: Instruction): boolean {
  const words = json?.map(({ value }) => value) ?? [];
  return (
    INIT.test(words[0] ?? '') && words.at(-1) === '--' && words.slice(1, -1).every((word) => /^-[gvs]+$/.test(word))
  );
}

function parentOf(facts: Facts, stage: Stage): Stage | undefined {
  const parent = facts.parent(stage);
  return parent === undefined ? undefined : facts.file.stages[parent];
}
