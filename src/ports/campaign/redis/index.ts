export { redisServer } from './connect.js';
export { redisQueue } from './queue.js';
export { work } from './worker.js';
