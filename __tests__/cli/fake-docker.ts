import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const DOCKER = `#!/bin/sh
cd "$(dirname "$0")"
echo "$*" >> calls
case "$1 $2" in
  "version "*) echo 26.1.5 ;;
  "buildx version") echo github.com/docker/buildx v0.13.1 ;;
  "buildx build")
    for word; do case $word in */Dockerfile) file=$word ;; dfix-verify-*:*) tag=$word ;; esac; done
    if grep -q hello "$file"; then echo "$tag" >> rewritten; fi
    if [ -e edit ]; then echo '# edited' >> "$(cat edit)"; rm edit; fi
    printf '#4 [1/2] FROM a\\n#5 [2/2] RUN echo\\n#5 DONE 0.5s\\n' >&2
    if grep -q 'broken\\|hello ho' "$file"; then echo 'ERROR: failed to solve: it is broken' >&2; exit 1; fi ;;
  "image inspect") echo '[{"Size": '"$(cat size 2>/dev/null || echo 10)"', "RootFS": {"Layers": ["a"]}, "Config": {"Cmd": ["/app"]}}]' ;;
  "export "*)
    image=$(sed -n "s/^create --name=$2 .* \\(dfix-verify-[^ ]*\\) .*/\\1/p" calls)
    side=before
    if grep -qx "$image" rewritten; then side=after; fi
    if [ -e $side.tar ]; then cat $side.tar; else head -c 1024 /dev/zero; fi ;;
  "history "*) printf '7000000\\tRUN |1 A=secret-value /bin/sh -c echo hi # buildkit\\n0\\tCMD ["x"]\\n3000000\\t\\n' ;;
  "inspect "*) echo exited 0 ;;
esac
`;

/**
 * A new folder with a `docker` that answers as an engine does whose every build gives an empty image, or the files of
 * before.tar and, for a rewrite, of after.tar; one with "broken" or "hello ho" in it fails. A first build appends to the
 * file that edit names; calls are kept in the file calls.
 */
export function fakeDocker(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dfix-docker-'));
  writeFileSync(path.join(folder, 'docker'), DOCKER);
  chmodSync(path.join(folder, 'docker'), 0o755);
  return folder;
}
