#!/bin/bash
# ubifs_kernel.sh - what a Linux kernel wrote, and did not unmount, is read as it
# reads it again: journal, deletions, truncations, hard links
. "$TOP"/tests/make/ubilinux.sh

mkdir t t/gone
seq 1 5000 > t/numbers
echo bye > t/gone/soon
mkfs.ubifs -m 2048 -e 126976 -c 100 -x zlib -r t k.ubifs || exit 2
printf '[v]\nmode=ubi\nimage=k.ubifs\nvol_id=0\nvol_type=dynamic\nvol_name=v\nvol_size=10MiB\n' > u.ini
ubinize -o k.ubi -p 128KiB -m 2048 -Q 7 u.ini || exit 2
"$tools/kmount" k.ubi ubifs > want 2>&1 || { echo "kmount: $(tail -1 want)"; exit 77; }

# The same small system, but it writes, and is switched off.
cat > commands << 'EOF'
work() {
	mkdir -p $1/sub
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do seq 1 $((i * 97)) > $1/f$i; done
	dd if=/dev/urandom of=$1/big bs=4096 count=150 2> /dev/null
	ln $1/f3 $1/sub/hard; ln -s ../f4 $1/sub/link; mknod $1/null c 1 3
	rm $1/f6; mv $1/f8 $1/sub/moved
}
work a; work b; sync
rm -r a/sub gone; truncate -s 12345 a/big; truncate -s 300000 a/big
echo over > a/f9; chmod 4711 a/f10; chown 7:8 a/f11
sync
work c; rm b/f1 b/f2; truncate -s 777 b/big; echo x >> b/f5; mv b/f3 b/f4
sleep 1
EOF
"$TOP/tests/make/ubifswritten" k.ubi 128 commands used.ubi > log
"$tools/kmount" used.ubi ubifs > seen 2>&1 || wrong "the kernel: $(tail -3 seen)"
grep -q 'recovery needed' seen || wrong "it was not switched off"

"$FWTOOL" extract used.ubi -d p > out 2>&1 || wrong "extract: $(cat out)"
(cd p/fs/*ubifs && find . -type f -print0 | xargs -0 sha256sum | sort -k2) > got
grep -E '^[0-9a-f]{64} ' seen | sort -k2 > want
[ "$(wc -l < want)" -gt 30 ] || wrong "the kernel shows little: $(cat want)"
diff want got > out || wrong "content: $(head -5 out)"
# Mode, owner and time of what is no directory, from the list.
sed -n '/^==KM list/,/^==KM sha/p' seen | tr -d "\r'" | awk -F'|' '!/^[d=]/ && NF > 7 {
	sub(/ -> .*/, "", $8); sub(/^\./, "", $8); print $8, $2 ":" $3, $6 }' | sort > want
sed -n 's/^\(\/[^ ]*\) \(file\|link\|char\) [0-7]* \([0-9:]*\) \([0-9]*\).*/\1 \3 \4/p' \
	p/fs/*.fwmeta | sort > got
comm -13 want got > out
[ -s out ] && wrong "attributes: $(head -5 out)"

# Changed and put back, the kernel takes it without a word.
echo more > p/fs/"$(cd p/fs && ls -d ./*ubifs)"/c/new
"$FWTOOL" repack p -o back.ubi > out 2>&1 || wrong "repack: $(cat out)"
"$tools/kmount" back.ubi ubifs > seen 2>&1 || wrong "put back: $(tail -3 seen)"
grep -q './c/new' seen || wrong "the new file"
grep -v 'corrupted PEBs: 0$' seen | grep -iE 'ubi.*(error|warn|corrupt|recovery)' && wrong "the kernel complains"

# It goes on writing to it, up to a full volume and back: what is free is as we
# said. So it does with what mkfs.ubifs made and we changed.
writes_to() { # IMAGE, which has c/new
	cat > commands << 'EOF'
for i in 1 2 3; do
	dd if=/dev/urandom of=fill bs=65536 2> /dev/null; sync
	rm -f fill; sync
done
rm -rf a b/sub; echo after > c/f1; sync
cd / && umount /mnt && mount -t ubifs -o rw ubi0_0 /mnt && echo AGAIN; cat /mnt/c/f1 /mnt/c/new
umount /mnt
EOF
	"$TOP/tests/make/ubifswritten" "$1" 128 commands again.ubi > log
	grep -A2 '^AGAIN' log | tail -2 | tr '\n' ' ' | grep -q 'after more' ||
		wrong "$1, mounted again: $(tail -3 log)"
	grep -iE 'ubifs.*(error|warn|assert)|call trace' log && wrong "$1: the kernel complains"
}
writes_to back.ubi
"$FWTOOL" extract -q k.ubi -d q || wrong "extract"
root=$(ls -d q/fs/*ubifs)
echo more > "$root/gone/soon" && mv "$root/gone" "$root/c" && mv "$root/c/soon" "$root/c/new"
"$FWTOOL" repack q -o made.ubi > out 2>&1 || wrong "repack: $(cat out)"
cmp -s k.ubi made.ubi && wrong "nothing was changed"
writes_to made.ubi
exit $bad
