import type { AnyTransform } from '../src/transform/index.js';
import cleanAptLists from './clean-apt-lists/index.js';
import mountPackageCaches from './mount-package-caches/index.js';

export const transforms: readonly AnyTransform[] = [cleanAptLists, mountPackageCaches];
