# peak.sh - an image that is larger than what may be in memory is extracted all the same
[ -z "$SAN" ] || { echo "sanitizers take memory of their own"; exit 77; }
[ -x /usr/bin/time ] || { echo "/usr/bin/time is not installed"; exit 77; }
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
# 72 MiB: one file of 48 that nothing packs, some smaller ones, one with a hole.
mkdir -p tree/a
head -c 48M /dev/urandom > tree/large
tail -c 20M tree/large | split -b 300K - tree/a/f
truncate -s 3M tree/hole && echo end >> tree/hole

extract() { # IMAGE MOST - within so many MiB, and all of it as it was
	/usr/bin/time -f %M -o peak "$FWTOOL" extract -q "$1" -d out || { wrong "$1"; return; }
	[ "$(cat peak)" -lt $(($2 << 10)) ] || wrong "$1: $(cat peak) KiB, $2 MiB are allowed"
	from=$(find out out/fs -maxdepth 1 -name '*ubifs' -type d 2> /dev/null | head -1)
	diff -r tree "${from:-out}" > diff || wrong "$1: $(head -3 diff)"
	rm -rf out out.fwmeta "$1"
}

mksquashfs tree squashfs -noappend -quiet -no-progress > /dev/null && extract squashfs 56
mkfs.jffs2 -l -e 0x20000 -x zlib -x rtime -r tree -o jffs2 && extract jffs2 40
genromfs -d tree -f romfs && extract romfs 40
(cd tree && find . | LC_ALL=C sort | cpio -o -H newc --quiet) > cpio && extract cpio 40
"$FWTOOL" repack -q --yaffs tree -o yaffs && extract yaffs 48
mkfs.ubifs -m 2048 -e 126976 -c 1000 -x none -r tree ubifs
printf '[v]\nmode=ubi\nimage=ubifs\nvol_id=0\nvol_name=v\nvol_type=dynamic\n' > ini
ubinize -m 2048 -p 128KiB -o ubi ini > /dev/null 2>&1 && extract ubi 56
extract ubifs 40

# a card that is larger than any room in memory: cut, unpacked, put together again
PATH=$PATH:/usr/sbin:/sbin
command -v sgdisk > /dev/null && command -v mke2fs > /dev/null || exit $bad
truncate -s 300M card; truncate -s 200M root; mke2fs -q -F -t ext4 -d tree root
sgdisk -n 1:2048:+200M -c 1:root card > /dev/null; dd if=root of=card bs=1M seek=1 conv=notrunc,sparse status=none
step() { # WHAT...: within 40 MiB
	/usr/bin/time -f %M -o peak "$FWTOOL" "$@" > said 2>&1 || wrong "$*: $(cat said)"
	[ "$(cat peak)" -lt $((40 << 10)) ] || wrong "$1: $(cat peak) KiB, 40 MiB are allowed"
}
step scan card; step carve card -d parts; step extract card -p root -d x; step repack parts -o again
cmp card again || wrong "card: not the same again"
rm -r x/lost+found; diff -r tree x > diff || wrong "card: $(head -3 diff)"
[ "$(du -sm parts again | awk '{ n += $1 } END { print n }')" -lt 220 ] || wrong "holes are filled: $(du -sm parts again)"
exit $bad
