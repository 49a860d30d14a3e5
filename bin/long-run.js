const { setFlagsFromString } = require('node:v8');

/** Node 20 to 24 know the flags. */
const FLAGS = [
  // Most of what a file leaves behind is garbage: the heap need not be several times what is in use.
  '--heap-growing-percent=20',
  // The time goes to very many functions: to optimise each soon, and with all that it calls, costs more than it gains.
  '--always-sparkplug',
  '--interrupt-budget=500000',
  '--max-inlined-bytecode-size-cumulative=300',
];

/** Tells V8 how to go about a run that takes long; what was compiled before stays as it is. */
exports.prepareLongRun = () => {
  if (Number.parseInt(process.versions.node, 10) <= 24) for (const flag of FLAGS) setFlagsFromString(flag);
};
