// Loads the bundle with V8's compiled code of earlier runs. The code is kept in the user's cache folder; where that cannot
// be, or holds another's, nothing is kept and nothing is said. V8 compiles a function when it is first called, so a run that
// had to compile much that was not kept keeps it, too.
const fs = require('node:fs');
const { homedir } = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { getHeapCodeStatistics } = require('node:v8');
const vm = require('node:vm');
const { crc32 } = require('node:zlib');

/** So many times what was compiled before is worth the time to keep it. */
const MUCH_MORE = 17 / 16;
/** Several versions of dfix and of Node may be in use. */
const MOST_KEPT = 4;

/** The exports of the function that the build makes of the bundle, and how to keep its compiled code at the end of a run. */
exports.load = (file) => {
  // Escaped to ASCII by the build; as one byte a character it need not be decoded.
  const text = fs.readFileSync(file, 'latin1');
  const place = cachePlace(text);
  const { code: cachedData, compiled = 0 } = read(place) ?? {};
  const script = new vm.Script(text, { filename: file, cachedData });
  const module = { exports: {} };
  const url = pathToFileURL(file).href;
  script.runInThisContext()(module.exports, require, module, url, (specifier) => import(specifier));
  const known = script.cachedDataRejected === false ? compiled : 0;
  return { ...module.exports, keep: () => keep(place, script, known) };
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
  const kept = bytes.subarray(4);
  if (kept.length <= 4 || bytes.readUInt32LE() !== crc32(kept)) return undefined;
  return { compiled: kept.readUInt32LE(), code: kept.subarray(4) };
}

/** @param known how much was compiled at the end of the run whose code this run had */
function keep(place, script, known) {
  if (place === undefined) return;
  const compiled = getHeapCodeStatistics().bytecode_and_metadata_size;
  if (compiled < known * MUCH_MORE) return;
  const temporary = `${place}.${process.pid}`;
  try {
    const folder = path.dirname(place);
    makeFolder(path.dirname(folder));
    makeFolder(folder);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(compiled);
    const kept = Buffer.concat([size, script.createCachedData()]);
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(crc32(kept));
    fs.writeFileSync(temporary, Buffer.concat([sum, kept]), { mode: 0o600, flag: 'wx' });
    fs.renameSync(temporary, place);
    for (const old of newestFirst(folder).slice(MOST_KEPT)) fs.rmSync(old, { force: true });
  } catch {
    // Nothing is kept, then.
    try {
      fs.rmSync(temporary, { force: true });
    } catch {
      return;
    }
  }
}

function newestFirst(folder) {
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.code'));
  const times = new Map(files.map((name) => [path.join(folder, name), fs.statSync(path.join(folder, name)).mtimeMs]));
  return [...times.keys()].sort((a, b) => times.get(b) - times.get(a));
}

/** Not recursive: below folders of the kernel that never ends. */
function makeFolder(folder) {
  if (!fs.existsSync(folder)) fs.mkdirSync(folder, { mode: 0o700 });
}
