import { goMinor, type Prepare } from '../../src/cache-mounts/index.js';

/** The build cache came with Go 1.10. */
export const prepareGoBuild: Prepare = ({ run }, facts) => {
  const minor = goMinor(facts, run.stage);
  return minor !== undefined && minor < 10 ? `Go 1.${minor} has no build cache` : {};
};
