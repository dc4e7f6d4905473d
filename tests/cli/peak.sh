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

mksquashfs tree squashfs -noappend -quiet -no-progress > /dev/null && extract squashfs 40
mkfs.jffs2 -l -e 0x20000 -x zlib -x rtime -r tree -o jffs2 && extract jffs2 40
genromfs -d tree -f romfs && extract romfs 40
(cd tree && find . | LC_ALL=C sort | cpio -o -H newc --quiet) > cpio && extract cpio 40
"$FWTOOL" repack -q --yaffs tree -o yaffs && extract yaffs 48
mkfs.ubifs -m 2048 -e 126976 -c 1000 -x none -r tree ubifs
printf '[v]\nmode=ubi\nimage=ubifs\nvol_id=0\nvol_name=v\nvol_type=dynamic\n' > ini
ubinize -m 2048 -p 128KiB -o ubi ini > /dev/null 2>&1 && extract ubi 56
extract ubifs 40
exit $bad
