import { ANY, type Described, managerBy } from './described.js';

/** dart.dev/tools/pub/cmd/pub-get; the image's own description copies `pubspec.*` first. */
const pub: Described = {
  manager: 'pub',
  tools: /^dart$/,
  installs: /^pub get(?: (?:--no-precompile|--no-example|--enforce-lockfile|-v|--verbose))*$/,
  manifest: /^pubspec\.yaml$/,
  reads: /^pubspec(?:_overrides)?\.(?:yaml|lock)$/,
  stops: [
    [
      /^pubspec(?:_overrides)?\.yaml$/,
      /\bpath:[ \t]*["']?(?![\s"'#^<>=]|any\b|\d+\.\d+\.\d)\S/,
      'a package is a local path',
    ],
    [/^pubspec\.yaml$/, /^(?:workspace|resolution):/m, 'the package is part of a workspace'],
    [/^example\/pubspec\.yaml$/, ANY, 'pub gets the packages of the example, too'],
  ],
  fills: ['.dart_tool'],
  homes: ['PUB_CACHE'],
};

/** docs.flutter.dev/packages-and-plugins/using-packages; it writes files of platforms where their folders are there, as a build does again. */
const flutter: Described = {
  ...pub,
  manager: 'Flutter',
  tools: /^flutter$/,
  installs: /^(?:pub|packages) get(?: (?:--no-example|--enforce-lockfile))*$/,
  stops: [...pub.stops, [/^pubspec\.yaml$/, /^[ \t]+generate:[ \t]*true/m, 'Flutter generates code from the source']],
  fills: ['.dart_tool', '.flutter-plugins', '.flutter-plugins-dependencies'],
  level: 'review',
};

export const dart = [pub, flutter].map(managerBy);
