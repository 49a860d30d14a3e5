import type { Reading } from './reads.js';

/** How programs of .NET name what they read. */
export const dotnetReading: Reading = {
  sources: /\.(?:cs|fs|vb|cshtml|razor)$/,
  settings: /(?:^|\/)appsettings[\w.-]*\.json$/,
  noData:
    /\.(?:cs|fs|vb|cshtml|razor|resx|razor\.css|cshtml\.css|csproj|fsproj|vbproj|sln|slnx|slnf|props|targets|ruleset|md|txt|sh|ps1|cmd|bat|user|DotSettings|pubxml|service)$|(?:^|\/)(?:appsettings[\w.-]*\.json|launchSettings\.json|global\.json|nuget\.config|packages\.lock\.json|package(?:-lock)?\.json|\.editorconfig|\.git(?:ignore|attributes)|\.dockerignore|LICENSE[^/]*|[Dd]ockerfile[^/]*|[^/]*\.[Dd]ockerfile|(?:docker-)?compose[^/]*|\.travis\.yml|\.gitlab-ci\.yml|azure-pipelines[^/]*|dotnet-tools\.json|Makefile|Procfile|Jenkinsfile|renovate\.json)$|(?:^|\/)(?:\.git|\.github|\.vscode|\.vs|\.idea|docs?|bin|obj|Properties|wwwroot|tests?)\//i,
  opens:
    /\bFile\.(?:Open\w*|Read\w*|Exists|AppendAll\w*)\s*\(|\bnew\s+(?:FileStream|StreamReader|FileInfo|DirectoryInfo|PhysicalFileProvider)\s*\(|\bDirectory\.(?:Get|Enumerate)\w*\s*\(/,
  forbidden: [
    [/\bProcess\.Start\b|\bProcessStartInfo\b/, 'starts other programs, which the new base may lack'],
    [
      /\[(?:DllImport|LibraryImport)\s*\(\s*"(?!(?:libc|kernel32|user32|advapi32|ntdll|shell32)\b)/,
      'calls a native library',
    ],
  ],
  looksFor: /^(?:appsettings[\w.-]*\.json|wwwroot\/.*|\.env)$/,
};
