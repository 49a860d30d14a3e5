// Strips types for Jest with esbuild, one file at a time.
import { transformSync } from 'esbuild';

export default {
  process(source, file) {
    const { code, map } = transformSync(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
      sourcefile: file,
      sourcemap: true,
    });
    return { code, map };
  },
};
