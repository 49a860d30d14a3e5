const { setFlagsFromString } = require('node:v8');

/** The versions of Node that know a flag; to any other it would be an error. */
const FLAGS = [
  // Most of what a file leaves behind is garbage: the heap need not be several times what is in use.
  { flag: '--heap-growing-percent=20', last: 24 },
  // The time goes to very many functions: to optimise each soon, and with all that it calls, costs more than it gains.
  { flag: '--always-sparkplug', last: 24 },
  { flag: '--max-inlined-bytecode-size-cumulative=300', last: 24 },
  { flag: '--interrupt-budget=250000', last: 20 },
];

/** Of a run whose work is done in threads, which this thread only hands out. */
const HANDING_OUT = [
  // Threads have from the start what they may have for new objects, as far as their limits go.
  { flag: '--min-semi-space-size=8', last: 24 },
  // What waits here for the disk survives, and V8 would give this thread ever more for new objects. V8 forgets it with every
  // thread that starts.
  { flag: '--semi-space-growth-factor=1', last: 24 },
];

/**
 * Tells V8 how to go about a run that takes long; what was compiled before stays as it is.
 * @param inThreads whether the work is done in threads: to be told again when one has started
 */
exports.prepareLongRun = (inThreads = false) => {
  const version = Number.parseInt(process.versions.node, 10);
  for (const { flag, last } of inThreads ? [...FLAGS, ...HANDING_OUT] : FLAGS) {
    if (version <= last) setFlagsFromString(flag);
  }
};
