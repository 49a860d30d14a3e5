export { type OfficialBase, officialBase, rootOf, tagEdit } from './official.js';
export { slimTagOf } from './slim-tag.js';
export { declaresCommand, stageNeeds } from './stage-needs.js';
export { Needs } from './needs.js';
export { compilerCommands, fullPackages, lostCommands, minimalCommands, withBundles } from './commands.js';
export { installEdits } from './install.js';
export { muslSignals } from './musl.js';
export { librariesOf } from './libraries.js';
export {
  broughtLibraries,
  type Distribution,
  hasCompilers,
  isIndependent,
  mayDepend,
  type Package,
  readPackages,
} from './build-packages.js';
export { withoutOpenMp } from './python.js';
export { fetchesPython } from './uv.js';
export { runsBuildTools } from './node-tools.js';
export { gemNeeds } from './ruby.js';
