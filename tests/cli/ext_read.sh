# ext_read.sh - ext2, ext3 and ext4 as mke2fs makes them and debugfs writes them
work=$(mktemp -d -p /dev/shm 2> /dev/null) || work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
PATH=$PATH:/usr/sbin:/sbin
command -v mke2fs > /dev/null && command -v debugfs > /dev/null || { echo "e2fsprogs not installed"; exit 77; }
bugs() { debugfs -w -f - "$1" > said 2>&1; }

# everything a file can be; times of 32 bits, which are all that mke2fs takes over
mkdir -p tree/etc/init.d tree/many tree/dev "tree/sp ace"
seq 1 60000 > tree/seq; printf tiny > tree/tiny; : > tree/none; ln tree/seq tree/many/hard
printf 'a%.0s' $(seq 1 100) > tree/medium; chmod 4751 tree/medium
truncate -s 300K tree/sparse; printf x >> tree/sparse
for i in $(seq 1 200); do : > "tree/many/a file with a rather long name, number $i"; done
ln -s etc tree/l1; ln -s $(printf 'x%.0s' $(seq 1 59)) tree/l59; ln -s $(printf 'x%.0s' $(seq 1 60)) tree/l60
ln -s $(printf 'y/%.0s' $(seq 1 400)) tree/l800; mkfifo tree/dev/fifo
touch -d 2001-02-03 tree/etc; touch -d 1950-01-01 tree/tiny
listed() { tar --numeric-owner -tvf "$1" 2> err | grep -v lost+found | sed 's| \./| |' | grep -v ' $' | sort -k6; }
tar -C tree -cf want.tar . && listed want.tar | sed 's/ link to .*//; s/^h/-/' | awk '{ $3 = $1 ~ /^d/ ? 0 : $3; print }' > want
make() { # NAME OPTIONS
	n=$1; shift; truncate -s 8M $n
	mke2fs -q -F -m 0 -N 512 -d tree "$@" $n > said 2>&1 || wrong "mke2fs $n: $(cat said)"
	fwtool scan $n > said 2> err || wrong "scan $n: $(cat err)"
	grep -q "ext .*proven.*${2#ext}" said || wrong "scan $n: $(cat said)"
	fwtool extract $n -d o.$n > said 2> err || wrong "extract $n: $(cat err)"
	rmdir o.$n/lost+found; mkfifo o.$n/dev/fifo
	(cd o.$n && find . -type f -exec cmp {} ../tree/{} \;) > said; [ -s said ] && wrong "$n: $(head -3 said)"
	fwtool extract $n --tar - > is.tar 2> err || wrong "tar $n: $(cat err)"
	# of two names either may be the one that links to the other
	listed is.tar | sed 's/ link to .*//; s/^h/-/' | awk '{ $3 = $1 ~ /^d/ ? 0 : $3; print }' > is
	diff <(grep -v 'seq\|hard' want) <(grep -v 'seq\|hard' is) > said || wrong "$n: $(head -4 said)"
	[ "$(grep -c 'hard to=' o.$n.fwmeta)" = 1 ] || wrong "$n: hard links"
}
make e2 -t ext2 -b 1024; make e3 -t ext3 -b 2048 -O ^dir_index -J size=2; make e4 -t ext4 -b 1024
make old -t ext2 -r 0 -b 1024; make small -t ext4 -b 4096 -I 512 -O inline_data,^has_journal
make big -t ext4 -O bigalloc,^has_journal,^resize_inode -C 8192 -b 1024
make meta -t ext4 -O meta_bg,^resize_inode,^has_journal -g 1024 -b 1024
make sums -t ext4 -O ^64bit,^metadata_csum,uninit_bg,^has_journal -b 1024
make wide -t ext2 -b 65536

# what no unprivileged user can put in a tree: devices of both kinds, attributes
printf 'v%.0s' $(seq 1 700) > long
bugs e4 <<'END'
cd dev
mknod console c 5 1
mknod many b 8 1
set_inode_field many block[0] 0
set_inode_field many block[1] 0x11110370
ea_set /seq user.short value
ea_set -f long /seq trusted.long
set_inode_field /tiny mtime @0x7fffffff
set_inode_field /tiny mtime_extra 2
END
fwtool extract e4 -d attr > said 2> err || wrong "attr: $(cat err)"
grep -q '^/dev/console char .*dev=5,1' attr.fwmeta || wrong "old device: $(grep console attr.fwmeta)"
grep -q "^/dev/many block .*dev=259,70000" attr.fwmeta || wrong "new device: $(grep /dev/many attr.fwmeta)"
grep -q "x:trusted.long=$(xxd -p long | tr -d '\n')" attr.fwmeta || wrong "long attribute"
grep -q "x:user.short=$(printf value | xxd -p)" attr.fwmeta || wrong "short attribute"
grep -q "^/tiny file .* $((0x7fffffff + 2 * 4294967296)) " attr.fwmeta || wrong "time: $(grep ^/tiny attr.fwmeta)"

# a journal that was not written back is read as if it was, as e2fsck writes it;
# of what it revokes, and did not commit, nothing is
seq 1 200 > tree/j; truncate -s 6M j; mke2fs -q -F -t ext4 -b 1024 -O ^64bit -J size=1 -d tree j
b=$(debugfs -R 'blocks j' j 2> /dev/null | awk '{ print $1 }')
printf 'NEW.%.0s' $(seq 1 256) > new; { printf '\xc0\x3b\x39\x98'; tail -c +5 new; } > magic
bugs j <<< "jo -c
jw -b $b new
jc"
cp j replayed; e2fsck -fy replayed > said 2>&1
fwtool cat j j > is 2> err || wrong "journal: $(cat err)"
grep -q 'was in use: 1 transaction ' err || wrong "journal: said $(cat err)"
debugfs -R 'cat j' replayed 2> /dev/null | cmp - is || wrong "journal: not as replayed"
head -c 4 is | grep -q NEW. || wrong "journal: old"
bugs j <<< "jo
jw -b $b magic
jw -r $b
jw -c -b $b new
jc"
cp j replayed; e2fsck -fy replayed > said 2>&1
fwtool cat j j > is 2> err || wrong "revoked: $(cat err)"
debugfs -R 'cat j' replayed 2> /dev/null | cmp - is || wrong "revoked: not as replayed"

# fast commits behind it are not read, and that is told (debugfs writes none)
truncate -s 8M fast; mke2fs -q -F -t ext4 -b 1024 -O fast_commit,^64bit -d tree fast
bugs fast <<< "jo
jw -b $(debugfs -R 'blocks j' fast 2> /dev/null | awk '{ print $1 }') new
jc"
fwtool scan fast 2> err | grep -q 'ext .*proven' || wrong "fast: $(cat err)"
s=$(debugfs -R 'bmap <8> 0' fast 2> /dev/null); be() { od -An -tu4 --endian=big -j$(($s * 1024 + $1)) -N4 fast; }
printf '\40' | dd of=fast bs=1 seek=$((s * 1024 + 43)) conv=notrunc status=none	# the feature, which debugfs takes off
b=$(debugfs -R "bmap <8> $(($(be 16) - $(be 84) + 1))" fast 2> /dev/null)
printf '\t\0\10\0\0\0\0\0%b' "$(printf '\\x%x\\0\\0\\0' $(($(be 24) + 1)))" | dd of=fast bs=1 seek=$((b * 1024)) conv=notrunc status=none
fwtool cat fast j > is 2> err; [ $? = 3 ] && grep -q 'fast commits' err || wrong "fast: said $(cat err)"

# damage is told, nothing else is lost
poke() { # FILE OFFSET BYTES
	printf "$3" | dd of=$1 bs=1 seek=$(($2)) conv=notrunc 2> /dev/null
}
block() { debugfs -R "blocks $2" $1 2> /dev/null | awk '{ print $1 }'; }
partial() { # NAME WHAT
	fwtool extract $1 -d d.$1 > said 2> err; [ $? = 2 ] || wrong "$1: not refused"
	fwtool extract --partial $1 -d d.$1 > said 2> err; [ $? = 3 ] || wrong "$1: not partial: $(cat err)"
	grep -q "$2" err || wrong "$1: said $(cat err)"
	cmp -s d.$1/seq tree/seq || [ $1 = short ] || wrong "$1: more lost"
}
cp e2 zero; poke zero "$(block e2 /many) * 1024 + 28" '\0\0'; partial zero 'damaged entry'
cp e2 slash; poke slash "$(block e2 /etc) * 1024 + 24 + 9" '/'; partial slash 'leaves the tree'
cp e2 loop; bugs loop <<< 'link <2> /etc/loop'; partial loop 'is a directory that is elsewhere'
cp e2 away; bugs away <<< 'set_inode_field /medium block[0] 0x7fffffff'; partial away 'blocks outside the volume'
cp e4 type; bugs type <<< 'set_inode_field /medium mode 0170777'; partial type 'inode of no type'
cp e4 sum; poke sum "$(block e4 /etc) * 1024 + 24 + 9" 'I'; partial sum 'wrong checksum'
cp e4 crypt; bugs crypt <<< 'set_inode_field /etc flags 0x80800'; partial crypt 'is encrypted'
cp e2 new; poke new 1024+0x62 "\4"; partial new "features that are not known"
for n in e2 e4; do
	cp $n lost; truncate -s 12M room; mke2fs -q -F -m 0 -N 512 -b 1024 -t ext${n#e} -d tree room
	cp room lost; dd if=/dev/zero of=lost bs=1024 count=4 conv=notrunc status=none; partial lost 'damaged superblock'; rm -r d.lost* room
done
head -c 250000 e2 > short; partial short 'outside the image'
fwtool scan sum | grep -q 'ext .*plausible.*damaged' || wrong "sum: $(fwtool scan sum)"
exit $bad
