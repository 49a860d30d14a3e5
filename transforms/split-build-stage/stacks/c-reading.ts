import type { Reading } from './reads.js';

/** How programs of C and C++ name what they read. */
export const cReading: Reading = {
  sources: /\.(?:c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|inl|ipp)$/,
  settings: /\.(?:conf|cfg|ini)$/,
  noData:
    /\.(?:c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|inl|ipp|s|S|asm|o|a|md|txt\.in|in|cmake|mk|ac|am|m4|sh|py|pl|y|l|proto|diff|patch)$|(?:^|\/)(?:CMakeLists\.txt|CMakePresets\.json|[Mm]akefile[^/]*|GNUmakefile|configure|config\.(?:sub|guess)|[Dd]ockerfile[^/]*|[^/]*\.[Dd]ockerfile|Doxyfile|LICENSE[^/]*|COPYING[^/]*|README[^/]*|CHANGELOG[^/]*|AUTHORS|NEWS|conanfile\.\w+|vcpkg\.json|\.(?:git|docker)ignore|\.git(?:attributes|modules)|\.editorconfig|\.clang-\w+|\.travis\.yml|\.gitlab-ci\.yml|appveyor\.yml|(?:docker-)?compose[^/]*)$|(?:^|\/)(?:\.git|\.github|\.circleci|\.vscode|\.idea|docs?|test|tests|examples?|benchmarks?|cmake|man)\//,
  opens:
    /\b(?:fopen|freopen|open|openat|opendir|scandir|stat|access|realpath|mmap|[io]?fstream|directory_iterator|filesystem::\w+|chdir|nftw|glob)\b\s*[({:<]/,
  forbidden: [
    [
      /(?<![\w.>])(?:system|popen|execl[pe]?|execvp?e?|posix_spawnp?)\s*\(|\bboost::process\b|\bboost\/process\b/,
      'starts other programs, which the new base may lack',
    ],
    [/\bdlopen\s*\(|\bg_module_open\b/, 'loads libraries when it runs'],
  ],
  looksFor: /^\.env$/,
};
