# zimage.sh - the kernel in an ARM zImage: what is behind it does not move, the
# unpacked length stands at the end of its place
set -u
work=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
export LC_ALL=C
mkdir -p root/etc
head -c 9000 /dev/urandom | base64 > root/etc/long
(cd root && find . | sort | cpio --quiet -o -H newc) > init.cpio
seq 1 30000 > text
{ cat text; head -c 2 /dev/zero; } > kernel
truncate -s %4 kernel
at=$(stat -c %s kernel)
cat init.cpio >> kernel
truncate -s %8 kernel
printf '%08x' "$(stat -c %s init.cpio)" | fold -w2 | tac | tr -d '\n' | xxd -r -p >> kernel
head -c 999 text >> kernel

# zimage PACKED OUT: eight instructions, the magic, code, the stream, a table
zimage() {
	python3 - "$1" "$2" "$(stat -c %s kernel)" "$3" <<-'END'
	import struct, sys
	packed = open(sys.argv[1], 'rb').read()
	if sys.argv[4] == 'appended':
	    packed += struct.pack('<I', int(sys.argv[3]))
	code = bytes(range(256)) * 20
	table = b'TABLE' * 50
	head = struct.pack('<I', 0xe1a00000) * 9
	size = len(head) + 16 + len(code) + len(packed) + len(table)
	head += struct.pack('<4I', 0x016f2818, 0, size, 0x04030201)
	open(sys.argv[2], 'wb').write(head + code + packed + table)
	END
}
gzip -9 -n -c kernel > k.gzip
xz --check=crc32 -c kernel > k.xz
lzop -9 -c kernel > k.lzo
zstd -q -19 < kernel > k.zstd
for how in gzip xz lzo zstd; do
	zimage k.$how image "$([ $how = gzip ] && echo own || echo appended)"
	{ cat image; head -c 65536 /dev/zero | tr '\0' '\377'; } > flash
	rm -rf flash.fw
	fwtool extract -q flash 2> err || wrong "$how: $(cat err)"
	cmp kernel flash.fw/open/zimage-kernel.bin || wrong "$how: the kernel"
	fwtool repack -q flash.fw -f -o same; cmp flash same || wrong "$how: untouched"
	echo short > flash.fw/fs/zimage-cpio/etc/long
	fwtool repack -q flash.fw -f -o new 2> err || wrong "$how: $(cat err)"
	n=$(stat -c %s image)
	head -c "$n" new | tail -c 250 | cmp - <(tail -c 250 image) || wrong "$how: the table moved"
	head -c 5168 new | cmp - <(head -c 5168 image) || wrong "$how: the code"
	size=$(head -c $((n - 250)) new | tail -c 4 | xxd -p | fold -w2 | tac | tr -d '\n')
	[ $((0x$size)) = "$(stat -c %s kernel)" ] || wrong "$how: the length says $size"
	fwtool extract -q new -f -d new.fw || wrong "$how: again"
	grep -qx short new.fw/fs/zimage-cpio/etc/long || wrong "$how: the change"
	head -c 300000 /dev/urandom > flash.fw/open/zimage-kernel.bin
	rm -rf flash.fw/fs new
	fwtool repack flash.fw -o new > out 2> err
	[ $? = 2 ] && [ ! -e new ] && grep -q 'room for' err || wrong "$how: too large: $(cat err)"
done
exit $bad
