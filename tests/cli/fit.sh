# fit.sh - FIT and TRX: what is in them changed and put back, judged by mkimage,
# dtc and the tools that packed it
set -u
work=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
export LC_ALL=C SOURCE_DATE_EPOCH=1551178380 PATH=$PATH:/usr/sbin:/sbin
mkdir -p root/etc
echo one > root/etc/file
seq 1 4000 > root/etc/large
mkfs.cramfs root rootfs > /dev/null || { echo "no mkfs.cramfs"; exit 77; }
seq 1 20000 > kernel; gzip -9 -n -k kernel
printf '/dts-v1/; / { model = "x"; };' | dtc -O dtb -o board.dtb - 2> /dev/null
image() { # NAME TYPE FILE COMPRESSION
	printf '%s { description = "%s"; data = /incbin/("%s"); type = "%s"; arch = "arm";
	os = "linux"; compression = "%s"; load = <0x8000>; entry = <0x8000>;
	hash-1 { algo = "crc32"; }; hash-2 { algo = "sha1"; };
	hash-3 { algo = "sha256"; }; hash-4 { algo = "md5"; }; hash-5 { algo = "sha384"; };
	hash-6 { algo = "sha512"; }; hash-7 { algo = "crc16-ccitt"; }; };\n' "$1" "$1" "$3" "$2" "$4"
}
{ printf '/dts-v1/; / { description = "test"; #address-cells = <1>; images {\n'
image kernel-1 kernel kernel.gz gzip
image fdt-1 flat_dt board.dtb none
image ramdisk-1 ramdisk rootfs none
printf '}; configurations { default = "c"; c { kernel = "kernel-1"; fdt = "fdt-1";
	ramdisk = "ramdisk-1"; }; }; };\n'; } > test.its
mkimage -f test.its inside.itb > /dev/null || wrong "mkimage"
mkimage -E -f test.its behind.itb > /dev/null || wrong "mkimage -E"
mkimage -E -p 0x2000 -f test.its position.itb > /dev/null || wrong "mkimage -p"

for f in inside behind position; do
	fwtool extract -q $f.itb 2> err || wrong "$f: $(cat err)"
	fwtool repack -q $f.itb.fw -f -o same || wrong "$f: untouched"
	cmp $f.itb same || wrong "$f: untouched differs"
	seq 1 31000 > $f.itb.fw/open/fit-kernel-1.bin
	echo two > $f.itb.fw/fs/fit-cramfs/etc/file
	seq 1 9000 > $f.itb.fw/fs/fit-cramfs/etc/more
	fwtool repack -q $f.itb.fw -f -o new.itb 2> err || wrong "$f: $(cat err)"
	dtc -I dtb -O dts new.itb > /dev/null 2> err || wrong "$f: dtc: $(cat err)"
	dumpimage -l new.itb > listed 2> err || wrong "$f: dumpimage"
	dumpimage -T flat_dt -p 0 -o k.gz new.itb > /dev/null 2> err || wrong "$f: $(cat err)"
	gzip -dc k.gz | cmp - $f.itb.fw/open/fit-kernel-1.bin || wrong "$f: the kernel"
	dumpimage -T flat_dt -p 1 -o d new.itb > /dev/null 2>&1; cmp d board.dtb || wrong "$f: dtb"
	dumpimage -T flat_dt -p 2 -o r new.itb > /dev/null 2>&1
	fwtool cat r etc/file 2> /dev/null | grep -q two || wrong "$f: the tree"
	# Each digest that dumpimage lists is that of what it gives out.
	for alg in sha1 sha256 md5 sha384 sha512; do
		for p in k.gz d r; do
			grep -q "$(${alg}sum < $p | cut -d' ' -f1)" listed || wrong "$f: $alg of $p"
		done
	done
	fwtool verify new.itb > /dev/null || wrong "$f: verify"
done

# A signature does not hold any more: said, and the rest is done.
sed 's/hash-4 { algo = "md5"; }/signature-1 { algo = "sha1,rsa2048"; key-name-hint = "k"; value = <1 2 3 4>; }/' \
	test.its > signed.its
mkimage -f signed.its signed.itb > /dev/null 2>&1 && {
	fwtool extract -q signed.itb 2> /dev/null
	seq 1 10 > signed.itb.fw/open/fit-kernel-1.bin
	fwtool repack -q signed.itb.fw -f -o new.itb 2> err
	[ $? = 3 ] && grep -q 'signature does not hold any more' err || wrong "signed: $(cat err)"
}

# TRX: three parts, lengths, offsets and the sum.
trx() { # VERSION OUT FILE...
	python3 - "$@" <<-'END'
	import struct, sys, zlib
	v, out, files = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
	n = v + 2
	body, offs = b'', []
	for f in files:
	    body += b'\0' * (-(12 + 4 + 4 * n + len(body)) % 64)
	    offs.append(16 + 4 * n + len(body))
	    body += open(f, 'rb').read()
	body += b'\0' * (-(16 + 4 * n + len(body)) % 4096)
	offs += [0] * (n - len(offs))
	rest = struct.pack('<HH%dI' % n, 0, v, *offs) + body
	crc = zlib.crc32(rest) ^ 0xffffffff
	open(out, 'wb').write(b'HDR0' + struct.pack('<II', len(rest) + 12, crc) + rest)
	END
}
check_trx() {
	python3 -c 'import struct, sys, zlib; b = open(sys.argv[1], "rb").read()
n, crc = struct.unpack_from("<II", b, 4)
assert n <= len(b) and zlib.crc32(b[12:n]) ^ 0xffffffff == crc' "$1"
}
for v in 1 2; do
	trx $v t$v.trx kernel.gz rootfs
	check_trx t$v.trx || wrong "the maker of TRX"
	fwtool extract -q t$v.trx 2> err || wrong "trx $v: $(cat err)"
	fwtool repack -q t$v.trx.fw -f -o same; cmp t$v.trx same || wrong "trx $v untouched"
	seq 1 29000 > t$v.trx.fw/open/trx-part-0.bin
	echo three > t$v.trx.fw/fs/trx-cramfs/etc/file
	fwtool repack -q t$v.trx.fw -f -o new 2> err || wrong "trx $v: $(cat err)"
	check_trx new || wrong "trx $v: sum"
	fwtool extract -q new -f -d new.fw; diff -r new.fw/fs t$v.trx.fw/fs -x '*.fwmeta' ||
		wrong "trx $v: the tree"
	cmp new.fw/open/trx-part-0.bin t$v.trx.fw/open/trx-part-0.bin || wrong "trx $v: the kernel"
done
exit $bad
