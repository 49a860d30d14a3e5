// What a rewrite may not lose: words that two texts are compared by, each with how often it occurs.

function counted(words) {
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** What may be said in other words: RUNs are merged, ADD becomes COPY or, of an address, a download, MAINTAINER a label. */
const REPHRASED = new Set(['RUN', 'MAINTAINER']);

/** The kinds of instruction that say what an image is, and the names of variables; what a stage copies twice counts once. */
export function instructionsOf({ instructions, escape }, readKeyValues) {
  const copied = new Set();
  return counted(
    instructions.flatMap((one) => {
      const { keyword, logical } = one;
      if (REPHRASED.has(keyword)) return [];
      if (keyword === 'ENV') return readKeyValues(one, logical.text, escape).map(({ name }) => `ENV ${name}`);
      if (keyword === 'FROM') copied.clear();
      if (keyword !== 'COPY' && keyword !== 'ADD') return [keyword];
      const words = logical.text.trim().split(/\s+/).slice(1).join(' ');
      if (copied.has(words) || (keyword === 'ADD' && /:\/\/|git@/.test(words))) return [];
      copied.add(words);
      return ['COPY'];
    }),
  );
}

/** Builder flags: --platform, --mount, --chown and the like. */
export function flagsOf({ instructions }) {
  return counted(
    instructions.flatMap(({ flags, trigger }) =>
      [...flags, ...(trigger?.flags ?? [])].map(({ name, value }) => `--${name}=${value ?? ''}`),
    ),
  );
}

export function commentsOf(file) {
  return counted(file.comments.map(({ span }) => file.slice(span).trim()));
}

/** The words that occur less often than before. */
export function lost(before, after) {
  return [...before].flatMap(([word, count]) => ((after.get(word) ?? 0) < count ? [word] : []));
}
