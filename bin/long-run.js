const { setFlagsFromString } = require('node:v8');

/** The versions of Node that know a flag; to any other it would be an error. */
const FLAGS = [
  // Most of what a file leaves behind is garbage: the heap need not be several times what is in use.
  { flag: '--heap-growing-percent=20', last: 24 },
  // The time goes to very many functions: to optimise each soon, and with all that it calls, costs more than it gains.
  { flag: '--always-sparkplug', last: 24 },
  { flag: '--max-inlined-bytecode-size-cumulative=300', last: 24 },
  { flag: '--interrupt-budget=500000', last: 20 },
];

/** Tells V8 how to go about a run that takes long; what was compiled before stays as it is. */
exports.prepareLongRun = () => {
  const version = Number.parseInt(process.versions.node, 10);
  for (const { flag, last } of FLAGS) if (version <= last) setFlagsFromString(flag);
};
