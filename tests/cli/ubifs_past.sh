# ubifs_past.sh - what a Linux kernel overwrote, cut and deleted on UBIFS is seen again
. "$TOP"/tests/make/ubilinux.sh

mkdir t; echo bye > t/soon
mkfs.ubifs -m 2048 -e 126976 -c 60 -x zlib -r t k.ubifs || exit 2
printf '[v]\nmode=ubi\nimage=k.ubifs\nvol_id=0\nvol_type=dynamic\nvol_name=v\nvol_size=3MiB\n' > u.ini
ubinize -o k.ubi -p 128KiB -m 2048 -Q 7 u.ini || exit 2
"$tools/kmount" k.ubi ubifs > want 2>&1 || { echo "kmount: $(tail -1 want)"; exit 77; }

# Every content that a file had is known.
for seed in 1 2; do
	{ echo 'rm soon'; python3 "$TOP/tests/make/logpast.py" say $seed 150 truth shell; } > commands
	echo bye | sha256sum >> truth
	"$TOP/tests/make/ubifswritten" k.ubi 40 commands used.ubi > log
	rm -rf o; "$FWTOOL" extract --undelete used.ubi -d o -q -q > out 2>&1; s=$?
	[ $s = 0 ] || [ $s = 3 ] || wrong "$seed: status $s: $(cat out)"
	"$FWTOOL" ls --versions --json used.ubi 2> err | jq '.entries[].path |= sub("^[^/]*/"; "")' > list
	python3 "$TOP/tests/make/logpast.py" check used.ubi ubifs o/fs/*ubifs o/deleted/*ubifs truth list \
		> told || wrong "$seed: $(cat told)"
	[ "$(cat o/deleted/*ubifs/soon~1)" = bye ] || wrong "$seed: soon"
	grep -qE '[3-9][0-9] states' told || wrong "$seed: $(cat told)"
done
exit $bad
