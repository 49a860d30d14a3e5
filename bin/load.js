// Loads the bundle with V8's compiled code of an earlier run. The code is kept in the user's cache folder; where that cannot
// be, or holds another's, nothing is kept and nothing is said.
const fs = require('node:fs');
const { homedir } = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const vm = require('node:vm');
const { crc32 } = require('node:zlib');

const parameters = ['exports', 'require', 'module', '__bundleUrl', '__import'];

/** The exports of a CommonJS bundle, and how to keep its compiled code at the end of a run. */
exports.load = (file) => {
  // Escaped to ASCII by the build; as one byte a character it need not be decoded.
  const text = fs.readFileSync(file, 'latin1');
  const source = `(function (${parameters.join(', ')}) {${text}\n})`;
  const place = cachePlace(text);
  const cachedData = read(place);
  const script = new vm.Script(source, { filename: file, cachedData });
  const module = { exports: {} };
  const url = pathToFileURL(file).href;
  script.runInThisContext()(module.exports, require, module, url, (specifier) => import(specifier));
  const isKept = cachedData !== undefined && script.cachedDataRejected !== true;
  return { ...module.exports, keep: () => isKept || keep(place, script) };
};

/** Named by the hash that the build put in front of the bundle, and by what compiles it. */
function cachePlace(text) {
  const hash = /^\/\*([0-9a-f]{64})\*\//.exec(text)?.[1];
  if (process.env.NODE_DISABLE_COMPILE_CACHE || hash === undefined) return undefined;
  const name = `${process.version}-${process.arch}-${hash}.code`;
  try {
    return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'dfix', name);
  } catch {
    return undefined;
  }
}

/** Only what nobody else could have written. */
function read(place) {
  if (place === undefined) return undefined;
  let handle;
  try {
    handle = fs.openSync(place, 'r');
    const { uid, mode } = fs.fstatSync(handle);
    const isOurs = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
    return isOurs ? checked(fs.readFileSync(handle)) : undefined;
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) fs.closeSync(handle);
  }
}

/** V8 trusts what it is given, and what a crash cut short would end it: the sum of it stands in front. */
function checked(bytes) {
  const data = bytes.subarray(4);
  return bytes.length > 4 && bytes.readUInt32LE() === crc32(data) ? data : undefined;
}

function keep(place, script) {
  if (place === undefined) return;
  const temporary = `${place}.${process.pid}`;
  try {
    const folder = path.dirname(place);
    makeFolder(path.dirname(folder));
    makeFolder(folder);
    const data = script.createCachedData();
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(crc32(data));
    fs.writeFileSync(temporary, Buffer.concat([sum, data]), { mode: 0o600, flag: 'wx' });
    fs.renameSync(temporary, place);
    for (const name of fs.readdirSync(folder)) {
      if (name.endsWith('.code') && name !== path.basename(place)) fs.rmSync(path.join(folder, name), { force: true });
    }
  } catch {
    // Nothing is kept, then.
    try {
      fs.rmSync(temporary, { force: true });
    } catch {
      return;
    }
  }
}

/** Not recursive: below folders of the kernel that never ends. */
function makeFolder(folder) {
  if (!fs.existsSync(folder)) fs.mkdirSync(folder, { mode: 0o700 });
}
