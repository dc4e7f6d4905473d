#!/bin/bash
# ubifs_update.sh - of a UBIFS only what was changed is written anew
command -v mkfs.ubifs > /dev/null || { echo "no mkfs.ubifs"; exit 77; }
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
leb=126976

mkdir -p t/dir/sub t/other
head -c 700000 /dev/urandom > t/dir/noise
seq 1 60000 > t/dir/numbers
for i in $(seq 60); do seq $i $((i * 30)) > t/other/f$i; done
ln t/dir/noise t/hard
ln -s dir/numbers t/link

changed() { # the blocks that differ, of the first and the second image
	cmp -l "$1" "$2" 2> /dev/null | awk -v l=$leb '{ b[int(($1 - 1) / l)] } END { for (i in b) print i }' | sort -n | tr '\n' ' '
}
update() { # NAME - of what was made of was.ubifs; then the tree is as it was left
	"$FWTOOL" repack -v tree -f -o now.ubifs > out 2>&1 || { wrong "$1: $(cat out)"; return; }
	"$FWTOOL" extract -q now.ubifs -f -d back && diff -r --no-dereference tree back > diff || wrong "$1: $(head -3 diff)"
	rm -rf back back.fwmeta
}

for how in "-x zlib" "-x lzo -F" "-x favor_lzo" "-x zstd" "-x none -k test" "-x lzo -m 1 -e 65408"; do
	leb=126976
	geometry="-m 2048 -e $leb"
	case $how in *-e*) geometry=; leb=65408 ;; esac
	mkfs.ubifs $geometry -c 200 $how -r t was.ubifs || exit 2
	rm -rf tree tree.fwmeta
	"$FWTOOL" extract -q was.ubifs -d tree || wrong "$how: extract"
	update "$how, as it was"
	cmp -s was.ubifs now.ubifs || wrong "$how: nothing changed, and it differs"

	# 10 bytes in the midst of a file of 86 blocks or so: a block and its inode.
	printf 'ten bytes!' | dd of=tree/dir/numbers bs=1 seek=200000 conv=notrunc 2> /dev/null
	update "$how, 10 bytes"
	grep -Eq '([0-9]+) of ([0-9]+) nodes reused' out || wrong "$how: $(cat out)"
	sed -nE 's/.* ([0-9]+) of ([0-9]+) nodes reused.*/\1 \2/p' out | {
		read -r kept all && [ $((all - kept)) -le 2 ]; } || wrong "$how: $(grep reused out)"
	# Super, both masters, log, properties; what is new, and the index.
	set -- $(changed was.ubifs now.ubifs)
	last=$(($(stat -c %s was.ubifs) / leb - 1))
	for b; do
		[ "$b" -le 8 ] || [ "$b" -ge $((last - 2)) ] || wrong "$how: block $b of $last differs: $*"
	done
	[ $# -ge 4 ] || wrong "$how: only $* differ"

	rm tree/other/f7 tree/hard
	mkdir tree/new && cp -r tree/other tree/new/copy && mv tree/other/f9 tree/dir/sub/
	truncate -s 100 tree/dir/numbers && head -c 9000 /dev/zero >> tree/dir/noise
	ln -sf nowhere tree/link && chmod 4755 tree/other/f10
	update "$how, all over"
	sed -nE 's/.* ([0-9]+) of ([0-9]+) nodes reused.*/\1 \2/p' out | {
		read -r kept all && [ "$kept" -gt 150 ]; } || wrong "$how: $(grep reused out)"
done

# It fits the volume, or is refused; where only laid out anew it fits, it is.
mkfs.ubifs -m 2048 -e 126976 -c 27 -x zlib -r t was.ubifs || exit 2
printf '[v]\nmode=ubi\nimage=was.ubifs\nvol_id=0\nvol_type=dynamic\nvol_name=v\nvol_size=%s\n' \
	$((27 * 126976)) > ini
ubinize -m 2048 -p 128KiB -o was.ubi ini || exit 2
"$FWTOOL" extract -q was.ubi -d p || wrong "extract"
root=$(ls -d p/fs/*ubifs)
head -c 600000 /dev/urandom > "$root/more"
"$FWTOOL" repack -q p -f -o now.ubi > out 2>&1 || wrong "600000 bytes: $(cat out)"
head -c 600000 /dev/urandom > "$root/dir/noise"
"$FWTOOL" repack -q p -f -o now.ubi > out 2>&1 || wrong "anew: $(cat out)"
"$FWTOOL" extract -q now.ubi -d again && diff -r --no-dereference "$root" again/fs/*ubifs > diff || wrong "anew: $(head -3 diff)"
head -c 3000000 /dev/urandom > "$root/most"
"$FWTOOL" repack -q p -f -o now.ubi > out 2>&1 && wrong "3 MB more fit into 27 blocks"
grep -Eq 'needs more than [0-9]+|needs [0-9]+ .*room for' out || wrong "refused without numbers: $(cat out)"

# Where the volume is full to the last block too.
rm -rf p again && mkfs.ubifs -m 2048 -e 126976 -c 60 -x zlib -r t was.ubifs || exit 2
sed -i "s/^vol_size=.*/vol_size=$(stat -c %s was.ubifs)/" ini
ubinize -m 2048 -p 128KiB -o was.ubi ini || exit 2
"$FWTOOL" extract -q was.ubi -d p || wrong "extract of a full volume"
root=$(ls -d p/fs/*ubifs)
seq 2000 > "$root/a small one"
rm "$root/other/f60"
"$FWTOOL" repack p -f -o now.ubi > out 2>&1 || wrong "a small file more: $(cat out)"
grep -q 'laid out anew to make it fit' out || wrong "what is said of it: $(cat out)"
"$FWTOOL" extract -q now.ubi -d again && diff -r --no-dereference "$root" again/fs/*ubifs > diff || wrong "full: $(head -3 diff)"
# One that Linux made itself, of 18 blocks, whose log takes what mkfs.ubifs leaves.
real=$SHARED/corpus/images/ubifs_mtdutils_good.ubi
if [ -e "$real" ]; then
	"$FWTOOL" extract -q "$real" -d real || wrong "real"
	echo more >> real/fs/ubi-vol_a-ubifs/corrupt_file
	"$FWTOOL" repack -q real -f -o now.ubi 2> out || wrong "real: $(cat out)"
	"$FWTOOL" cat now.ubi ubi-vol_a-ubifs/corrupt_file 2> out |
		cmp - real/fs/ubi-vol_a-ubifs/corrupt_file || wrong "real: $(cat out)"
fi
exit $bad
