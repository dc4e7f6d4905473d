# probes.sh - scan agrees with the tools that made each object, and the corpus
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
export SOURCE_DATE_EPOCH=1000000000

# found FILE TYPE FILTER: the first object of that type, or what jq makes of it
found() {
	fwtool scan --json -a "$1" 2> /dev/null |
		jq -r --arg t "$2" "[.found[] | select(.type == \$t)][0] | ${3-.}"
}
same() { [ "$2" = "$3" ] || wrong "$1: $2, but the tool says $3"; }

# mkimage: what dumpimage tells of it
seq 1 5000 > k && lzma -k k && seq 1 100 > two && printf abc > three
mkimage -A mips -O linux -T kernel -C lzma -a 0x80010000 -e 0x80014000 \
	-n 'MIPS Linux-3.10.14' -d k.lzma kernel > /dev/null
dumpimage -l kernel > said
same uimage-name "$(found kernel uimage .label)" "$(sed -n 's/^Image Name: *//p' said)"
same uimage-load "$(found kernel uimage .detail.load)" "0x$(sed -n 's/^Load Address: //p' said)"
same uimage-entry "$(found kernel uimage .detail.entry)" "0x$(sed -n 's/^Entry Point: *//p' said)"
same uimage-size "$(found kernel uimage '.size - 64')" "$(sed -n 's/^Data Size: *\([0-9]*\).*/\1/p' said)"
found kernel uimage .summary | grep -q '^crc32 ok twice, MIPS, lzma, MIPS Linux-3.10.14$' ||
	wrong "uimage: $(found kernel uimage .summary)"

# mksquashfs: what unsquashfs tells of it
mkdir -p d/sub && seq 1 30000 > d/numbers && echo x > d/sub/y && ln -s numbers d/link
unset SOURCE_DATE_EPOCH
for comp in gzip lzo xz lz4 zstd; do
	for block in 4096 131072 1048576; do
		mksquashfs d "$comp" -noappend -comp $comp -b $block -quiet > /dev/null 2>&1 ||
			{ wrong "mksquashfs $comp"; continue; }
		unsquashfs -s "$comp" > said
		found "$comp" squashfs '"\(.proof) \(.size) \(.detail.compression)
			\(.detail.block_size) \(.detail.inodes)"' | tr -s '\n\t ' ' ' > mine
		sed -n 's/^Filesystem size \([0-9]*\).*/proven \1/p; s/^Compression //p
			s/^Block size //p; s/^Number of inodes //p' said | tr '\n' ' ' > theirs
		same "squashfs $comp $block" "$(sed 's/ *$//' mine)" "$(sed 's/ *$//' theirs)"
	done
done

# mkfs.cramfs: proven exactly where fsck.cramfs is content
for n in big little; do
	mkfs.cramfs -N $n d c || wrong mkfs.cramfs
	for at in 0 20 36 80 2000 5000; do
		cp c e
		[ $at = 0 ] || printf '\125' | dd of=e bs=1 seek=$at conv=notrunc status=none
		mine=no theirs=no
		[ "$(found e cramfs .proof)" = proven ] && mine=yes
		fsck.cramfs e > /dev/null 2>&1 && theirs=yes
		same "cramfs $n, byte $at" $mine $theirs
	done
done

# all of it in one flash, at odd places, each with its exact size
{ genromfs -d d -f r && gzip -nc k > k.gz && (cd d && find . | cpio -o -H newc > ../i.cpio)
} 2> /dev/null
at=13
head -c $at /dev/urandom > flash
for f in kernel xz c r k.gz i.cpio; do
	cat $f >> flash
	case $f in kernel) t=uimage ;; xz) t=squashfs ;; c) t=cramfs ;; r) t=romfs ;;
	k.gz) t=gzip ;; *) t=cpio ;; esac
	echo "$(printf '0x%06x' $at) $t" >> want
	at=$((at + $(stat -c %s $f) + 21))
	head -c 21 /dev/urandom >> flash
done
fwtool scan --plain --depth 0 flash > out 2> err || wrong "flash: $(cat err)"
while read -r at t; do
	awk -v a="$at" -v t="$t" '$1 == a && $4 == t && $5 == "proven"' out | grep -q . ||
		wrong "no $t at $at: $(cat out)"
done < want

# Real images: what independent tools know of them.
images=$SHARED/corpus/images
[ -d "$images" ] || { [ $bad = 0 ] && echo "no corpus of real images here" && exit 77; exit 1; }
seen=0
while read -r name type at size; do
	[ -e "$images/$name" ] || continue
	got=$(fwtool scan --json --depth 3 "$images/$name" 2> /dev/null | jq -r --arg t "$type" \
		--argjson at "$((at))" '.found[] | select(.type == $t and .offset == $at)
			| "\(.proof) \(.size)"')
	[ "$size" != - ] || size=${got#* }
	same "$name" "$got" "proven $size"
	seen=$((seen + 1))
done <<'END'
fact_sqfs_xz.sqfs squashfs 0 524
fact_sqfs_gzip.sqfs squashfs 0 401
fact_sqfs_lz4.sqfs squashfs 0 463
fact_sqfs_lzma.sqfs squashfs 0 453
fact_sqfs_lzo.sqfs squashfs 0 408
fact_sqfs_zstd.sqfs squashfs 0 434
fact_sqfs_lzma1_be.sqfs3 squashfs 0 414
fact_sqfs_lzma1_le.sqfs3 squashfs 0 415
fact_sqfs_lzma_be.sqfs2 squashfs 0 297
fact_sqfs_lzma_le.sqfs2 squashfs 0 296
fact_sqfs_zlib_be.sqfs3 squashfs 0 417
fact_sqfs_zlib_le.sqfs3 squashfs 0 415
fact_sqfs_avm_be.sqfs4 squashfs 0 528
fact_sqfs_avm_le.sqfs4 squashfs 0 524
bang_squashfs_test.sqsh squashfs 0 577043
dissect_gzip.sqfs squashfs 0 8247
dissect_lz4.sqfs squashfs 0 23615
dissect_lzo.sqfs squashfs 0 25796
dissect_xz.sqfs squashfs 0 7964
dissect_zstd.sqfs squashfs 0 4467
godiskfs_dir_read.sqs squashfs 0 3311
diffoscope_test1_root.squashfs squashfs 0 561
fw_lede_17.01.7_wr703n_sysupgrade.bin squashfs 0x137b94 -
fw_lede_17.01.7_wr703n_sysupgrade.bin lzma 0x200 -
fact_trx.img trx 0 4096
fact_cramfs_le.img cramfs 0 4096
binwalk_cramfs.bin cramfs 0 4096
utillinux_cramfs-big.img cramfs 0 4096
utillinux_cramfs-little.img cramfs 0 4096
fact_romfs.img romfs 0 1024
binwalk_romfs.bin romfs 0 1024
romfs_uclinux_68katy.img romfs 0 193536
utillinux_blkid_romfs.img romfs 0 1024
bang_cpio_new.cpio cpio 0 592896
bang_cpio_crc.cpio cpio 0 592896
ubifs_mtdutils_good.ubi ubi 0 393216
ubifs_mtdutils_corrupted_data_leb.ubi ubi 0 393216
ubifs_mtdutils_dentry_nlen.ubi ubi 0 393216
ubifs_mtdutils_sb_leb_size.ubi ubi 0 393216
uroot_fitimage.itb fit 0 3760
fit_debian_am335x_boneblack.img fit 0 755576
fit_debian_rock64.itb fit 0 831824
diffoscope_devicetree1.dtb dtb 0 68260
uimage_debian_sheevaplug uimage 0 2653744
uimage_debian_sheevaplug dtb 2643368 10376
uimage_debian_kuroboxpro_buffalo uimage 0 2650039
uimage_debian_udoo_u-boot.img uimage 0 400596
uboot_sigmastar_u-boot-ssc30kq.bin uimage 0 117248
uboot_debian_maltael.bin dtb 0x472c0 996
END
[ $seen -gt 40 ] || wrong "only $seen images of the corpus are there"
found "$images/uboot_sigmastar_u-boot-ssc30kq.bin" uimage .summary |
	grep -q 'lzma said, xz inside' || wrong "the lie of SigmaStar's uImage"
exit $bad
