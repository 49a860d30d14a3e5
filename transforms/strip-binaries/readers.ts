import { isShipped, runsIn } from '../../src/cache-mounts/index.js';
import type { Stage } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { copiesFrom } from '../../src/runtime/index.js';

const READERS =
  /^(?:gdb|gdbserver|lldb(?:-\d+)?|valgrind|linux-perf|perf|linux-tools-.*|heaptrack|systemtap|bpftrace|libunwind-dev|google-perftools)$/;

/** Why symbols are wanted where the programs of a stage end: something there reads them. */
export function readsSymbols(facts: Facts, stage: Stage): string | undefined {
  const takers = copiesFrom(facts, stage).map((copy) => facts.file.stageOf(copy)!);
  const shipped = [stage, ...takers].filter((one) => isShipped(facts, one));
  for (const one of shipped) {
    if (facts.atEnd(one).env.has('RUST_BACKTRACE'))
      return 'RUST_BACKTRACE is set where the program ships, and a backtrace without symbols names nothing';
    for (const run of facts.lineage(one).flatMap((above) => runsIn(facts, above))) {
      const reader = run.uses
        .flatMap(({ invocation }) => invocation.operands.map(({ value }) => value ?? ''))
        .find((name) => READERS.test(name));
      if (reader !== undefined) return `line ${run.instruction.lines.first} installs ${reader}, which reads symbols`;
    }
  }
  return undefined;
}
