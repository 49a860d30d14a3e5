export { inOrder } from './order.js';
export { runTransforms, type RunOptions } from './run.js';
export * from './types.js';
export { movesTo } from './moves.js';
