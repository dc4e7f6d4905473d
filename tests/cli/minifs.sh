#!/bin/bash
# minifs.sh - the file system of TP-Link's VxWorks routers, whole and hostile
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }
make() { python3 "$TOP"/tests/make/minifs.py "$@"; }

mkdir -p t/web/common t/conf "t/two words"
seq 1 30000 > t/web/big.js
for i in $(seq 60); do seq "$i" $((i * 40)) > "t/web/common/page$i.htm"; done
head -c 50000 /dev/urandom > t/conf/key.bin
: > t/conf/empty
echo top > t/top
echo word > "t/two words/a b"
for kind in "" known; do
	make image t $kind
	{ head -c 65536 /dev/zero | tr '\0' '\377'; cat image; head -c 65536 /dev/zero | tr '\0' '\377'; } > flash
	"$FWTOOL" scan flash > out 2> err || wrong "scan $kind: $(cat err)"
	grep -Eq '^0x010000 .* minifs +proven +65 files in [0-9]+ LZMA streams' out || wrong "scan $kind: $(cat out)"
	[ "$("$FWTOOL" scan --json flash 2> err | jq '.found[] | select(.type == "minifs") | .size')" = "$(stat -c %s image)" ] ||
		wrong "its size $kind"
	rm -rf o o.fwmeta
	"$FWTOOL" extract image -d o > out 2> err || wrong "extract $kind: $(cat err)"
	diff -r t o || wrong "content $kind"
	"$FWTOOL" cat image web/big.js 2> err | cmp - t/web/big.js || wrong "cat $kind: $(cat err)"
done

# What is damaged is told with its place, and the rest is there.
part() { # KIND REGEX - with --partial
	rm -rf image d d.fwmeta
	make image t "$1"
	"$FWTOOL" extract image -d d > out 2> err
	[ $? = 2 ] && [ ! -e d ] && grep -q '^fwtool: error: image:0x' err || wrong "$1 is not told: $(cat err)"
	"$FWTOOL" extract --partial image -d d > out 2> err
	[ $? = 3 ] && grep -Eq "^fwtool: warning: image:0x[0-9a-f]+: $2" err || wrong "$1: $(cat err)"
	[ ! -e evil ] && [ ! -e ../evil ] || wrong "$1 is written outside"
	cmp t/web/common/page1.htm d/web/common/page1.htm || wrong "$1: the rest"
}
part leave 'minifs name "evil" leaves the tree'
part twice 'minifs name "one" comes twice'
[ "$(cat d/one)" = first ] || wrong "twice: $(cat d/one)"
part through 'minifs name "two" leaves the tree'
part far '.*minifs file ends outside its stream'
part names 'minifs entry without a name'
part cut 'minifs stream [0-9]+: '
make image t blobs
"$FWTOOL" scan image 2> /dev/null | grep -q minifs && wrong "a blob far away is believed"
make image t bomb
([ -n "$SAN" ] || ulimit -v 1500000; "$FWTOOL" extract --partial image -d bomb > out 2> err)
s=$?
case $s in 2 | 3) ;; *) wrong "bomb: $s $(head -n 3 err)" ;; esac
exit $bad
