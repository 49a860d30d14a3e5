export { type BuildInputs, type Facts, NO_INPUTS, readFacts } from './facts.js';
export type { ImageFacts } from './images/distribution.js';
export { isWithin, joinPath, pathsMeet } from './paths.js';
export { certainValue, expandIn, homeOf, isRoot, type State, type Variable, variable } from './state.js';
export { type CommandEffects, commandEffects, type CommandPlace, resolvePath } from './command-effects.js';
export { placesIn } from './places.js';
export { type Effects, effectsOf } from './effects.js';
export { commutes, orderReason } from './order.js';
export { globsMeet } from './globs.js';
