# ubilinux.sh - what the tests share in which a Linux kernel has a UBIFS mounted
tools=$SHARED/tools/kmount
[ -x "$tools/kmount" ] || { echo "no kmount in $SHARED"; exit 77; }
[ -z "$SAN" ] || { echo "nothing new under sanitizers"; exit 77; }
command -v ubinize mkfs.ubifs > /dev/null || { echo "no mtd-utils"; exit 77; }
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }
