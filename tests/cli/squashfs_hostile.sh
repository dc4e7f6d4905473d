#!/bin/bash
# squashfs_hostile.sh - loops, names, depth, overlaps and lies: said, bounded
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }

# hostile TRAIT FILES TEXT...: with --partial so many nodes, and these are told
hostile() {
	local trait=$1 files=$2 text
	shift 2
	python3 "$TOP/tests/make/squashold.py" 3 little $trait $trait || exit 1
	"$FWTOOL" extract $trait -d o > out 2> err
	[ $? = 2 ] && [ ! -e o ] && [ "$(grep -c error: err)" = 1 ] ||
		wrong "$trait: one error"
	"$FWTOOL" extract --partial --json $trait -d o > out 2> err
	[ $? = 3 ] || { wrong "$trait: partial"; cat err; }
	[ "$(find o -mindepth 1 | wc -l)" = "$files" ] || { wrong "$trait: files"; find o; }
	for text in "$@"; do
		jq -r '.messages[].text' out | grep -qF -- "$text" ||
			{ wrong "$trait: $text"; cat err; }
	done
	rm -rf o o.fwmeta
}
hostile loop 1 'name "again" leads to a directory that is elsewhere already'
hostile names 2 'name ".." leaves' 'name "../out" leaves' 'name "/etc/out" leaves' \
	'name "dot" comes twice'
hostile deep 1024 'name "d" is nested too deep'
hostile overlap 300 'dir001: squashfs directory is larger than all of them'
hostile claims 4 'huge: squashfs list of blocks for 4611686018427387904 bytes' \
	'"outside" has no usable inode' '"nobody" has no usable inode' \
	'fragment: squashfs' '"target" is a symbolic link to nowhere'
[ ! -e out.txt ] && [ -z "$(find . -name out -type d)" ] || wrong "outside"

# A list of holes costs nothing and may not ask for all memory there is.
truncate -s 1100M holes
mkdir t
mv holes t
mksquashfs t image -noappend -quiet -no-progress > /dev/null 2>&1 || wrong mksquashfs
(ulimit -v $([ "$SAN" ] && echo unlimited || echo 4000000)
	"$FWTOOL" cat image holes > out 2> err)
[ $? = 2 ] && grep -q 'mostly a hole' err || { wrong "holes"; cat err; }
exit $bad
