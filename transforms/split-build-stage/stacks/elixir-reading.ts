import type { Reading } from './reads.js';

/** How programs of Elixir name what they read; `priv` of each application is part of a release. */
export const elixirReading: Reading = {
  sources:
    /^(?!(?:.*\/)?(?:mix\.exs|config\/(?!runtime)[^/]*\.exs|\.\w+\.exs|\w+_test\.exs)$).*\.(?:exs?|eex|heex|leex)$/,
  settings: /(?:^|\/)rel\/(?:overlays\/.*|env\.sh\.eex|vm\.args\.eex)$/,
  noData:
    /\.(?:exs?|eex|heex|leex|erl|hrl|md)$|(?:^|\/)(?:mix\.lock|[Dd]ockerfile[^/]*|[^/]*\.[Dd]ockerfile|[Mm]akefile|Procfile|LICENSE[^/]*|\.(?:git|docker)ignore|\.gitattributes|\.editorconfig|\.tool-versions|\.travis\.yml|\.gitlab-ci\.yml|(?:docker-)?compose[^/]*|fly\.toml|phoenix_static_buildpack\.config|elixir_buildpack\.config)$|(?:^|\/)(?:\.git|\.github|\.circleci|\.vscode|assets|config|deps|docs?|lib|priv|rel|test)\//,
  opens: /\bFile\.(?:read|stream|open|ls|exists|cp|stat|regular|dir)|\bPath\.wildcard|:file\.\w+|\bEEx\.eval_file/,
  forbidden: [
    [
      /\bSystem\.(?:cmd|shell|find_executable)\b|\bPort\.open\b|:os\.cmd\b|\b(?:Porcelain|Rambo|MuonTrap|Exile)\./,
      'starts other programs, which the new base may lack',
    ],
    [/:erlang\.load_nif\b/, 'loads a native library'],
  ],
  looksFor: /^\.env$/,
};

/** Packages of Hex that start programs or load libraries of the system. */
export const BEYOND =
  /^(?:mogrify|porcelain|rambo|muontrap|pdf_generator|puppeteer_pdf|chromic_pdf|wallaby|hound|vix|image|evision|membrane_\w+|erlport|pythonx|exla|torchx|thumbnex|ffmpex|rocksdb|ex_magick)$/;
