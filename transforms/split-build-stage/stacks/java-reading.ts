import type { Reading } from './reads.js';

/** How programs of Java, Kotlin, Scala and Groovy name what they read. */
export const javaReading: Reading = {
  sources: /\.(?:java|kt|kts|scala|groovy)$/,
  settings: /(?:^|\/)src\/main\/resources\/(?:.*\/)?[^/]+\.(?:properties|ya?ml|xml|conf)$/,
  noData:
    /(?:^|\/)src\/|\.(?:java|kt|kts|scala|groovy|gradle|md|adoc|txt|sh|bat|cmd|iml|png|svg|gif|jpe?g)$|(?:^|\/)(?:pom\.xml|gradle\.properties|gradlew|mvnw|lombok\.config|package(?:-lock)?\.json|[Dd]ockerfile[^/]*|[^/]*\.[Dd]ockerfile|[Mm]akefile|Jenkinsfile|Procfile|LICENSE[^/]*|NOTICE[^/]*|\.(?:git|docker|cf)ignore|\.gitattributes|\.editorconfig|\.travis\.yml|\.gitlab-ci\.yml|(?:docker-)?compose[^/]*|sonar-project\.properties|renovate\.json|system\.properties|manifest\.ya?ml|app\.json)$|(?:^|\/)(?:\.git|\.github|\.circleci|\.vscode|\.idea|\.mvn|\.settings|\.gradle|gradle|buildSrc|docs?|k8s|helm|target|build|test|tests)\//,
  opens:
    /\bnew\s+File\s*\(|\bFile\s*\(|\bFile(?:Reader|InputStream)\b|\bFiles\.\w+|\bPaths?\.(?:get|of)\b|\bFileSystemResource\b|\bRandomAccessFile\b/,
  forbidden: [
    [/\bgetRuntime\s*\(\s*\)\s*\.\s*exec\b|\bProcessBuilder\b/, 'starts other programs, which the new base may lack'],
    [
      /\bjavax\.tools\b|\bcom\.sun\.(?:tools|jdi|source)\b|\bjdk\.jshell\b|\bToolProvider\b|\b(?:BlockHound|ByteBuddyAgent)\.install\b|\b(?:ApplicationInsights|ElasticApmAttacher)\.attach\b|\bRuntimeAttach\b/,
      'needs the compiler or other tools of the JDK',
    ],
    [/\bSystem\.load(?:Library)?\s*\(/, 'loads a native library'],
  ],
  looksFor:
    /^(?:conf(?:ig)?\/.*|(?:hazelcast(?:-client)?|quartz)\.(?:xml|ya?ml|properties)|application[\w.-]*\.(?:properties|ya?ml)|bootstrap[\w.-]*\.(?:properties|ya?ml)|\.env)$/,
};
