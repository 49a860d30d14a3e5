export { type OfficialBase, officialBase, rootOf, tagEdit } from './official.js';
export { slimTagOf } from './slim-tag.js';
export { declaresCommand, stageNeeds } from './stage-needs.js';
export { Needs } from './needs.js';
export { fullPackages, withBundles } from './commands.js';
export { installEdits } from './install.js';
export { muslSignals } from './musl.js';
