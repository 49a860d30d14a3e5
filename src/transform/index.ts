export { type Fix, fixesOf, withUnits } from './fixes.js';
export { helpPage } from './help.js';
export { inOrder } from './order.js';
export { runTransforms, type RunOptions } from './run.js';
export * from './types.js';
export { climb, FARTHEST, moveAbove, movesTo } from './moves.js';
export { type Unit, unitsOf } from './units.js';
