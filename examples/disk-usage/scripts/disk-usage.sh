#!/bin/sh
# disk-usage.sh [FOLDER] [COUNT]: the largest files and folders below FOLDER (default .), largest first, in MiB.
#
# -x stays on the file system that FOLDER is on; links are counted as links, not followed.
# Exit codes: 0 done, 1 some folders could not be read (the others are shown), 2 usage.
set -u

folder=${1:-.}
count=${2:-15}
[ -d "$folder" ] || { echo "disk-usage: $folder is no folder" >&2; exit 2; }
case $count in '' | *[!0-9]*) echo "disk-usage: $count is no number" >&2; exit 2 ;; esac

# du's exit code must survive the pipe, and sh has no pipefail everywhere: descriptor 3 carries it past the others
code=$(
  {
    { du -akx -- "$folder"; echo $? >&3; } |
      sort -k1,1nr |
      awk -v count="$count" -F '\t' 'NR <= count { printf "%10.1f MiB  %s\n", $1 / 1024, $2 }' >&4
  } 3>&1
) 4>&1
[ "$code" -eq 0 ]
