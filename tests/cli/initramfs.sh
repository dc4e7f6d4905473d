# initramfs.sh - the initramfs inside a kernel inside a uImage: out, changed and
# back; mkimage, the packers and cpio agree at every level
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
be32() { printf '%08x' "$1" | xxd -r -p; }
mkdir -p root/etc root/bin root/dev
echo 'root:x:0:0:root:/root:/bin/sh' > root/etc/passwd
prose 1 30000 > root/bin/busybox
ln -s busybox root/bin/sh
(cd root && find . | LC_ALL=C sort | cpio --quiet -o -H newc) > init.cpio
gzip -9 -n -c init.cpio > init.gzip
xz --check=crc32 -c init.cpio > init.xz
cp init.cpio init.cpio_
prose 2 100000 > text
prose 3 20003 > data

# A kernel as the linker lays it out: the initramfs at a multiple of 4, its
# length behind it at a multiple of 8, then data that must not move.
kernel() { # INITRAMFS
	local n=$(stat -c %s "$1")
	{ cat text; head -c 4 /dev/zero; cat "$1"; } > vmlinux
	head -c $((-$(stat -c %s vmlinux) & 7)) /dev/zero >> vmlinux
	{ be32 "$n"; be32 0; cat data; } >> vmlinux
}

for how in gzip xz cpio_; do
	kernel init.$how
	xz --format=lzma -c vmlinux > vmlinux.lzma
	mkimage -A mips -T kernel -C lzma -n Linux -d vmlinux.lzma uImage > /dev/null
	{ cat uImage; head -c 50000 /dev/zero | tr '\0' '\377'; } > flash
	rm -rf flash.fw
	fwtool extract -q flash 2> err || wrong "$how: $(cat err)"
	tree=flash.fw/fs/uimage-cpio
	diff -r --no-dereference root $tree || wrong "$how: the tree"
	cmp vmlinux flash.fw/open/uimage-kernel.bin || wrong "$how: the kernel"
	fwtool repack -q flash.fw -f -o new || wrong "$how: untouched"
	cmp flash new || wrong "$how: untouched differs"

	# The same number of files, less in one: it fits, all levels hold.
	echo 'admin:x:0:0::/:/bin/sh' > $tree/etc/passwd
	fwtool repack -q flash.fw -f -o new 2> err || wrong "$how: $(cat err)"
	head -c $((64 + 0x$(xxd -s 12 -l 4 -p new))) new > new.uImage
	dumpimage -l new.uImage > listed 2>&1 || wrong "$how: dumpimage: $(cat listed)"
	dumpimage -T kernel -p 0 -o new.lzma new.uImage > /dev/null 2>&1
	xz -dc --format=lzma new.lzma > vmlinux.new || wrong "$how: lzma"
	[ "$(stat -c %s vmlinux.new)" = "$(stat -c %s vmlinux)" ] ||
		wrong "$how: the kernel has another length"
	cmp -n 100004 vmlinux vmlinux.new || wrong "$how: before the initramfs"
	tail -c 20003 vmlinux.new | cmp - data || wrong "$how: the data behind moved"
	n=$((0x$(tail -c 20011 vmlinux.new | xxd -l 4 -p)))
	tail -c +100005 vmlinux.new | head -c $n > back
	[ $how != gzip ] || python3 -c 'import sys, zlib
d = zlib.decompressobj(31)
d.decompress(sys.stdin.buffer.read())
assert d.eof and not d.unused_data' < back || wrong "$how: the length behind is not its"
	case $how in
	gzip) gzip -dc < back > back.cpio || wrong "gzip" ;;
	xz) xz -dc < back > back.cpio || wrong "xz" ;;
	*) cp back back.cpio ;;
	esac
	cpio --quiet -t < back.cpio > listed || wrong "$how: cpio -t"
	diff <(cd root && find . | sort) <(sed 's/^\.*$/./' listed | sort) > diffs ||
		grep -q . listed || wrong "$how: $(cat diffs)"
	cpio --quiet -i --to-stdout '*etc/passwd' < back.cpio 2> /dev/null | grep -q admin ||
		wrong "$how: the change is not in the initramfs"
	fwtool verify new > /dev/null || wrong "$how: verify"

	# Too much for its place in the kernel: refused with numbers.
	head -c 200000 /dev/urandom > $tree/bin/more
	rm -f new
	fwtool repack flash.fw -o new > out 2> err
	[ $? = 2 ] && [ ! -e new ] && grep -qE 'needs [0-9]+ bytes, room for [0-9]+ ' err ||
		wrong "$how: too large: $(cat out err)"
done

# A little more than fits as it was packed is packed harder.
xz -0 --check=crc32 -c init.cpio > init.xz0
kernel init.xz0
gzip -1 -n -c vmlinux > vmlinux.gz
mkimage -A mips -T kernel -C gzip -n Linux -d vmlinux.gz uImage > /dev/null
head -c $(($(stat -c %s uImage) / 65536 * 65536 + 65536)) /dev/zero | tr '\0' '\377' > flash
dd if=uImage of=flash conv=notrunc status=none
rm -rf flash.fw
fwtool extract -q flash
printf 'a few more bytes than there were before\n' >> flash.fw/fs/uimage-cpio/etc/passwd
fwtool repack flash.fw -f -o new > out 2> err || wrong "harder: $(cat err)"
grep -q 'uimage-xz.*to make it fit' err || wrong "harder: $(cat err)"
grep -q 'uimage-kernel.*to make it fit' err && wrong "harder than needed: $(cat err)"
exit $bad
