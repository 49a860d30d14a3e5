import { all, type Described, managerBy } from './described.js';

/** docs.swift.org/swiftpm, `swift package resolve` and `swift build`; Vapor's template copies `Package.*` first. */
const swift: Described = {
  manager: 'SwiftPM',
  tools: /^swift$/,
  installs: all('--skip-update|--force-resolved-versions|-v|--verbose', 'package', 'resolve'),
  builds: /^(?:build|test)(?! .*(?:-path\b|--(?:disable-automatic|skip-update|sdk|destination|help|show-)))(?: |$)/,
  step: {
    words: ['swift', 'package', 'resolve'],
    done: /\bswift (?:package (?:resolve|update)|build|test)\b/,
    mounted: /\.build|swiftpm/,
  },
  manifest: /^Package\.swift$/,
  reads: /^Package(?:@swift-[\d.]+)?\.swift$|^Package\.resolved$|^\.swiftpm\/configuration\//,
  stops: [
    [
      /^Package(?:@swift-[\d.]+)?\.swift$/,
      /\.package\(\s*(?:name:\s*"[^"]*",\s*)?path:|\.binaryTarget\([^()]*path:/,
      'a package is a local path',
    ],
    [
      /^Package(?:@swift-[\d.]+)?\.swift$/,
      /FileManager|contentsOf|Process\(|fopen|gitInformation|packageDirectory|#file/,
      'it reads files',
    ],
  ],
  fills: ['.build'],
};

export const swiftPm = managerBy(swift);
