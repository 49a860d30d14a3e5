// A pure re-orderer to compare with: within each stage the order of whole instructions that is cheapest over the given
// commits, found exactly. It is trained on the commits that it is then judged by, which favours it.

const MOST_SETS = 60_000;

/**
 * @param file the Dockerfile, parsed
 * @param costs seconds of each step by instruction index
 * @param dirty for each commit, the steps whose own input changed, by instruction index
 * @param mayNotSwap whether two instructions of a stage must keep their order
 * @returns the new text, and how many stages were too large to be searched
 */
export function reorder(file, costs, dirty, mayNotSwap) {
  let [skipped, text] = [0, ''];
  const first = file.stages[0];
  text += file.text.slice(0, file.blockOf(first.from).start);
  for (const stage of file.stages) {
    const order = cheapest(stage.instructions.slice(1), costs, dirty, mayNotSwap);
    if (order === undefined) skipped++;
    text += block(file, stage.from);
    for (const instruction of order ?? stage.instructions.slice(1)) text += block(file, instruction);
  }
  return { text, skipped };
}

function block(file, instruction) {
  const text = file.slice(file.blockOf(instruction));
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** Dynamic programming over the sets that may stand first; what a step costs hangs only on the set before it. */
function cheapest(nodes, costs, dirty, mayNotSwap) {
  const before = nodes.map((node, i) => nodes.slice(0, i).map((other) => mayNotSwap(other, node)));
  const commits = nodes.map(({ index }) => {
    let bits = 0n;
    dirty.forEach((set, commit) => (bits |= set.has(index) ? 1n << BigInt(commit) : 0n));
    return bits;
  });
  // A set of placed nodes, as a text of bits, with the cheapest order that leads to it.
  let level = new Map([['', { placed: nodes.map(() => false), order: [], cost: 0, bits: 0n }]]);
  let sets = 0;
  for (let size = 0; size < nodes.length; size++) {
    const next = new Map();
    for (const { placed, order, cost, bits } of level.values()) {
      nodes.forEach((node, i) => {
        if (placed[i] || before[i].some((needed, j) => needed && !placed[j])) return;
        const now = placed.map((is, j) => is || i === j);
        const key = now.map((is) => (is ? 1 : 0)).join('');
        const all = bits | commits[i];
        const total = cost + (costs.get(node.index) ?? 0) * ones(all);
        const known = next.get(key);
        // Of equal ones the author's own order stays: nodes are tried in it.
        if (known === undefined || total < known.cost - 1e-9)
          next.set(key, { placed: now, order: [...order, node], cost: total, bits: all });
      });
    }
    level = next;
    if ((sets += level.size) > MOST_SETS) return undefined;
  }
  return [...level.values()][0].order;
}

function ones(bits) {
  return bits === 0n ? 0 : bits.toString(2).replaceAll('0', '').length;
}
