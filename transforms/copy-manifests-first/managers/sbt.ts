import { ANY, type Described, managerBy } from './described.js';

/** scala-sbt.org/1.x/docs/Command-Line-Reference.html, `update`. */
const sbt: Described = {
  manager: 'sbt',
  tools: /^sbt$/,
  installs: /^(?:-[DJ]\S+ )*update$/,
  builds:
    /^(?!(?:\S+ )*clean$)(?:-[DJ]\S+ |-mem \d+ |-batch )*(?:(?:[\w-]+\/)?(?:\w+:)?(?:clean|stage|assembly|compile|package|dist|test|publishLocal)(?: |$))+$/,
  step: {
    words: ['sbt', 'update'],
    keeps: /^-[DJ]/,
    done: /\bsbt (?:[^&|;]* )?(?:update|stage|assembly|compile|package|dist|test|publishLocal)\b/,
    mounted: /\.(?:sbt|ivy2|cache)|coursier/,
  },
  manifest: /^build\.sbt$/,
  reads:
    /^(?!(?:.*\/)?target\/)(?:(?:[^/]+\/)*[^/]+\.sbt|project\/(?:[^/]+\/)*[^/]+\.(?:scala|properties)|\.(?:sbtopts|jvmopts|sbtrc))$/,
  stops: [
    [
      /^(?!(?:.*\/)?target\/)(?:(?:[^/]+\/)*[^/]+\.sbt|project\/.*\.scala)$/,
      /\bIO\.|Source\.from|scala\.io|java\.(?:io|nio)|sys\.(?:process|env)|Process\(|\.!!?|\bgit\b|dynver|ConfigFactory|ProjectRef|RootProject|file\("(?:\.\.|\/)|unmanaged/,
      'the build reads more than its definition',
    ],
    [/^lib\/.*\.jar$/, ANY, 'libraries lie in the repository'],
  ],
  fills: ['target', 'project/target', 'project/project'],
  level: 'review',
};

export const scala = managerBy(sbt);
