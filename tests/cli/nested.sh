# nested.sh - what lies inside containers: opened level by level, changed, put
# back with every length and sum right; untouched it is the same bytes
set -u
work=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
export SOURCE_DATE_EPOCH=1551178380 LC_ALL=C
prose() { # SEED BYTES
	perl -e 'my ($s, $n) = @ARGV; my $o = ""; my @w = qw(camera flash node boot
		kernel stream sensor mount video audio cloud key update log);
		while (length $o < $n) { use integer; $s = ($s * 1664525 + 1013904223)
		& 0xffffffff; $o .= $w[($s >> 16 & 0xffff) % @w] . " "; }
		print substr $o, 0, $n' "$1" "$2"
}
ff() { head -c "$1" /dev/zero | tr '\0' '\377'; }
extract() { # FILE
	rm -rf "$1.fw"
	fwtool extract "$1" > out 2> err || wrong "extract $1: $(cat out err)"
}
repack() { # FILE OPTION... - FILE.fw into new.bin
	local file=$1; shift
	fwtool repack "$file.fw" -f -o new.bin "$@" > out 2> err ||
		wrong "repack $file: $(cat out err)"
}
untouched() { # FILE
	extract "$1"
	repack "$1"
	cmp "$1" new.bin || wrong "$1 untouched: $(cat out)"
}
uimage() { # the uImage at the start of new.bin, without what follows it
	head -c $((64 + 0x$(xxd -s 12 -l 4 -p new.bin))) new.bin > new.uImage
}
says() { grep -qE -- "$1" out || wrong "no \"$1\" in $(cat out)"; }

mkdir -p root/etc root/bin
printf 'root:x:0:0:root:/root:/bin/sh\n' > root/etc/passwd
prose 1 40000 > root/bin/busybox
ln -s busybox root/bin/sh
mkfs.jffs2 -r root -e 0x10000 -l -o rootfs.jffs2
prose 2 300000 > vmlinux

# A kernel packed by lzma, and a gzip of a file system, in one uImage.
xz --format=lzma -6 -k -c vmlinux > vmlinux.lzma
gzip -9 -n -c rootfs.jffs2 > rootfs.gz
mkimage -A arm -T multi -C none -n multi -d vmlinux.lzma:rootfs.gz uImage > /dev/null
{ cat uImage; ff 100000; } > multi.bin
untouched multi.bin
cmp vmlinux multi.bin.fw/open/uimage-lzma.bin || wrong "the kernel in open/"
diff -r root multi.bin.fw/fs/uimage-jffs2 || wrong "the tree"
jq -e '[.opened[].name] == ["uimage-kernel-0", "uimage-lzma", "uimage-ramdisk-1",
	"uimage-gzip", "uimage-jffs2"] and .opened[4].parent == 3' \
	multi.bin.fw/fwtool.json > /dev/null || wrong "opened: $(cat multi.bin.fw/fwtool.json)"

# ls and cat look inside without writing anything.
fwtool ls multi.bin > out && grep -q '^uimage-jffs2/$' out || wrong "ls: $(cat out)"
fwtool cat multi.bin uimage-jffs2/etc/passwd | cmp - root/etc/passwd || wrong "cat a file"
fwtool cat multi.bin uimage-lzma | cmp - vmlinux || wrong "cat a payload"
fwtool extract multi.bin uimage-jffs2/etc -d only > out 2>&1 || wrong "extract PATH: $(cat out)"
[ "$(cd only/fs/uimage-jffs2 && find . -type f)" = ./etc/passwd ] || wrong "PATH: $(find only)"

# A file in it changed: all around it is right, and all beside it as it was.
echo 'admin:x:0:0::/:/bin/sh' >> multi.bin.fw/fs/uimage-jffs2/etc/passwd
repack multi.bin -v
says '^uimage .* uimage-jffs2 rebuilt, fits: '
grep -q 'uimage-gzip: packed with .*bit for bit' err || wrong "not as it was: $(cat err)"
uimage
dumpimage -T multi -p 0 -o kernel.out new.uImage > /dev/null 2>&1
cmp kernel.out vmlinux.lzma || wrong "dumpimage: the kernel"
dumpimage -T multi -p 1 -o rootfs.out new.uImage > /dev/null 2>&1
gzip -dc < rootfs.out > rootfs.new || wrong "dumpimage: the file system"
fwtool cat rootfs.new etc/passwd | grep -q admin || wrong "the change"
[ "$(stat -c %s new.bin)" = "$(stat -c %s multi.bin)" ] || wrong "the size"
fwtool verify new.bin > /dev/null || wrong "verify: $(fwtool verify new.bin)"

# An unpacked payload replaced; then both it and nothing else.
extract multi.bin
prose 3 280000 > multi.bin.fw/open/uimage-lzma.bin
repack multi.bin
uimage
dumpimage -T multi -p 0 -o kernel.out new.uImage > /dev/null 2>&1
xz -dc --format=lzma < kernel.out | cmp - multi.bin.fw/open/uimage-lzma.bin ||
	wrong "the other kernel"

# Where it does not fit: one line with numbers, exit 2, nothing written.
head -c 300000 /dev/urandom > multi.bin.fw/open/uimage-lzma.bin
rm -f new.bin
fwtool repack multi.bin.fw -o new.bin > out 2> err
[ $? = 2 ] && [ ! -e new.bin ] && grep -qE 'error: .*needs [0-9]+ bytes, room for [0-9]+ ' err ||
	wrong "too large: $(cat out err)"

# Alone in a file that is no flash, it may grow and shrink.
cp uImage update.bin
untouched update.bin
prose 4 20000 > update.bin.fw/fs/uimage-jffs2/bin/new
repack update.bin
dumpimage -l new.bin > listed 2>&1 && grep -q 'Image 1:' listed || wrong "$(cat listed)"
fwtool verify new.bin > /dev/null || wrong "grown: $(fwtool verify new.bin)"

# Both ways to change the same thing at once is refused.
extract multi.bin
echo x >> multi.bin.fw/fs/uimage-jffs2/etc/passwd
printf X | dd of=multi.bin.fw/parts/00-uimage.uimage bs=1 seek=200 conv=notrunc status=none
fwtool repack multi.bin.fw -f -o new.bin > out 2> err
[ $? = 2 ] && grep -q 'undo one of them' err || wrong "both changed: $(cat out err)"

# Without a map the erased blocks behind a file system are its room, although
# something else ends them; that stays, and they are no more.
{ ff 65536; cat rootfs.jffs2; ff $((0x40000 - $(stat -c %s rootfs.jffs2) - 300)); prose 5 300
	ff 65236; } > behind
extract behind
head -c 100000 /dev/urandom > behind.fw/fs/jffs2/bin/new
repack behind
says '^gap .* taken by jffs2$'
cmp <(tail -c 65536 behind) <(tail -c 65536 new.bin) || wrong "behind: what follows changed"
fwtool cat new.bin jffs2/bin/new | cmp - behind.fw/fs/jffs2/bin/new || wrong "behind: $(cat out err; fwtool ls new.bin 2>&1)"
head -c 200000 /dev/urandom > behind.fw/fs/jffs2/bin/new
rm -f new.bin
fwtool repack behind.fw -o new.bin > out 2> err
[ $? = 2 ] && [ ! -e new.bin ] && grep -q 'needs 4 blocks, room for 3 ' err || wrong "behind: $(cat err)"

# mksquashfs pads with zeros to 4 KiB, and then comes erased flash: all of it is
# room, with a map, without one, and within a container; it is padded again.
mksquashfs root root.sqfs -noappend -no-progress -quiet -all-root
{ ff 65536; cat root.sqfs; ff $((0x40000 - $(stat -c %s root.sqfs))); cat rootfs.jffs2; } > padded
truncate -s %65536 padded
{ cat root.sqfs; ff $((0x40000 - $(stat -c %s root.sqfs))); } > root.part
mkimage -A arm -T filesystem -C none -n fs -d root.part uImage > /dev/null
{ cat uImage; ff 65536; } > wrapped
for file in "padded" "padded --map mtdparts=x:64K(a),256K(fs),-(b)" wrapped; do
	read -r name map <<< "$file"
	rm -rf p.fw
	fwtool extract -q -d p.fw "$name" $map 2> err || wrong "$file: $(cat err)"
	tree=$(grep -l squashfs p.fw/fs/*.fwmeta) tree=${tree%.fwmeta}/bin
	head -c 60001 /dev/urandom > "$tree/new"
	fwtool repack p.fw -f -o new.bin > out 2> err || wrong "$file: $(cat out err)"
	at=$(grep -abo -m1 hsqs new.bin | head -1 | cut -d: -f1)
	tail -c +$((at + 1)) new.bin > new.sqfs
	rm -rf un && unsquashfs -q -n -d un new.sqfs > /dev/null 2>&1
	cmp "$tree/new" un/bin/new || wrong "$file: unsquashfs"
	n=$((0x$(xxd -s 40 -l 4 -e new.sqfs | cut -d' ' -f2)))
	[ "$(tail -c +$((n + 1)) new.sqfs | head -c $((-n & 4095)) | tr -d '\0' | wc -c)" = 0 ] ||
		wrong "$file: not padded"
	cmp <(tail -c 65536 "$name") <(tail -c 65536 new.bin) || wrong "$file: what follows"
	[ $name = wrapped ] && continue		# no flash: it may grow
	head -c 300000 /dev/urandom > "$tree/new"
	fwtool repack p.fw -f -o new.bin > out 2> err
	[ $? = 2 ] && grep -q ' room for 262144 ' err || wrong "$file: $(cat err)"
done

# Depth and count are bounded: gzip in gzip in gzip ends at --depth.
cp rootfs.jffs2 deep
for i in 1 2 3 4 5 6; do gzip -n -c deep > deep.gz; mv deep.gz deep; done
untouched deep
[ "$(find deep.fw/fs -name passwd | wc -l)" = 1 ] || wrong "six levels"
rm -rf deep.fw
fwtool extract deep --depth 3 > out 2> err
find deep.fw/fs -name passwd | grep -q . && wrong "--depth 3 went deeper"

# A manifest that lies is refused, not followed.
extract multi.bin
lie() { # JQ TEXT
	jq "$1" multi.bin.fw/fwtool.json > lie.json
	cp -r multi.bin.fw lie.fw
	cp lie.json lie.fw/fwtool.json
	echo y >> lie.fw/fs/uimage-jffs2/etc/passwd
	fwtool repack lie.fw -f -o new.bin > out 2> err
	[ $? = 2 ] && [ "$(grep -c 'fwtool: error: ' err)" = 1 ] || wrong "$1: $(cat out err)"
	rm -rf lie.fw
}
lie '.opened[4].parent = 4'
lie '.opened[4].offset = 99999999'
lie '.opened[3].codec = "xz"'
lie '.opened[0].payload = 40'
lie '.opened[4].type = "uimage"'
lie '.opened[1].file = "../x"'
lie '.opened[3].length = 17'
lie '.opened[3].sha256 = .parts[0].sha256'
exit $bad
