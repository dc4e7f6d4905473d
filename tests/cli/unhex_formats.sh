# unhex_formats.sh - what other tools print comes back as they read it
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
have() { command -v "$1" > /dev/null || { echo "no $1: not compared"; return 1; }; }

{
	head -c 3000 "$FWTOOL"; head -c 2000 /dev/zero; head -c 1000 "$TOP/LICENSE"
	head -c 5003 /dev/zero | tr '\0' '\377'; printf 'The end, odd\n'
} > t.bin

same() { # WHAT LOG [OPTIONS]
	local what=$1 log=$2; shift 2
	fwtool unhex -f "$log" -o o.bin "$@" 2> err || wrong "$what: status $? $(cat err)"
	cmp o.bin t.bin || wrong "$what"
}

if have xxd; then
	xxd t.bin > a; same xxd a
	xxd -a t.bin > a; same "xxd -a" a
	xxd -g 1 t.bin > a; same "xxd -g 1" a
	xxd -u -g 4 t.bin > a; same "xxd -u -g 4" a
	xxd -c 32 t.bin > a; same "xxd -c 32" a
	xxd -e t.bin > a; same "xxd -e" a
	xxd -s 0x100 t.bin > a; fwtool unhex -f a -o o.bin 2> err
	tail -c +257 t.bin | cmp - o.bin || wrong "xxd -s"
fi
if have hexdump; then
	hexdump -C t.bin > a; same "hexdump -C" a
	hexdump -Cv t.bin > a; same "hexdump -Cv" a
	head -c 12000 t.bin | head -c 11000 > even.bin
	cp t.bin keep.bin; cp even.bin t.bin
	hexdump t.bin > a; same hexdump a
	hexdump -v t.bin > a; same "hexdump -v" a
	od -Ax -x t.bin > a; same "od -Ax -x" a
	mv keep.bin t.bin
fi
od -Ax -tx1 t.bin > a; same "od -Ax -tx1" a
od -Ax -tx1 -v t.bin > a; same "od -Ax -tx1 -v" a
od -Ax -tx1z t.bin > a; same "od -Ax -tx1z" a

# a dump whose end was cut off says so by its last address
od -Ax -tx1 -v t.bin | awk '{ l[NR] = $0 } END { for (i = 1; i <= NR; i++) if (i != NR - 1) print l[i] }' > a
fwtool unhex -f a -o o.bin 2> err && wrong "od without its last line"
grep -q 'missing at' err || wrong "od without its last line: $(cat err)"

# a byte lost within a line would move the others: the whole line is missing
od -Ax -tx1 -v t.bin | sed '21s/^\([^ ]*\) ../\1/' > a
fwtool unhex -f a -o o.bin 2> err && wrong "od with a lost byte"
grep -q 'at 0x000140; ' err && grep -q -- '-j 0x00000140 -N 0x10' err || wrong "od with a lost byte: $(cat err)"
cmp <(head -c 320 o.bin.part) <(head -c 320 t.bin) && cmp <(tail -c +337 o.bin.part) <(tail -c +337 t.bin) ||
	wrong "od with a lost byte: the rest"

if have objcopy; then
	objcopy -I binary -O ihex t.bin a; same "Intel HEX" a
	objcopy -I binary -O srec --srec-forceS3 t.bin a; same S-records a
	objcopy -I binary -O srec --change-addresses 0x80000000 t.bin a
	same "S-records at an address" a
	objcopy -I binary -O ihex --change-addresses 0x8fff0 t.bin a
	objcopy -I ihex -O binary a x.bin && cmp x.bin t.bin && same "Intel HEX over a border" a
	objcopy -I binary -O srec --srec-len 32 t.bin a
	awk 'BEGIN { srand(3) } { print rand() "\t" $0 }' a | sort | cut -f 2 > b
	same "S-records out of order" b
	sed '20s/^\(S.......\)./\1X/' a > b
	fwtool unhex -f b -o o.bin 2> err && wrong "a broken S-record"
	sed '20s/00/01/' a > b; cmp -s a b && sed '20s/F/E/' a > b
	fwtool unhex -f b -o o.bin 2> err && wrong "an S-record with a wrong sum"
	grep -q 'line 20: .* at 0x' err || wrong "S-record: $(cat err)"
	objcopy -I binary -O ihex t.bin a; sed '9d' a > b
	fwtool unhex -f b -o o.bin 2> err && wrong "a lost record"
	grep -Eq 'line 9: 16 bytes missing at 0x000080' err || wrong "ihex: $(cat err)"
fi
if have srec_cat; then
	srec_cat t.bin -binary -offset 0x1000 -o a -intel -line-length=78; same "srec_cat -intel" a
	srec_cat t.bin -binary -offset 0x1000 -o a -motorola; same "srec_cat -motorola" a
fi

# what boot loaders print, from their own rules
loader() { # CODE: a python expression of row, at -> the line
	python3 -c '
import sys
data = open("t.bin", "rb").read()
asc = bytes(c if 0x20 <= c < 0x7f else 0x2e for c in range(256))
for at in range(0, len(data), 16):
    row = data[at:at + 16]; h = row.hex(" "); H = h.upper(); text = row.translate(asc).decode()
    print(eval(sys.argv[1]))' "$1"
}
head -c 11008 t.bin > even.bin; cp even.bin t.bin
loader 'f"{0xb0000000+at:08x}  " + ".".join(row[i:i+4].hex(" ") for i in range(0,16,4)) + f"  |{text}|" + " " * 20' > a
same tcboot a
loader 'f"{0x80300000+at:08X}:" + "".join("\t" + row[i:i+4].hex().upper() for i in range(0,16,4))' > a
same "Realtek D" a
loader 'f"{0x80500000+at:08X}: {H}     {text}"' > a; same "Realtek DB" a
loader 'f"{0xB0000000+at:08X}: {H[:23]}-{H[24:]}   {text}"' > a
awk '{ print } NR % 16 == 0 { print "< Press any key to Continue, ESC to Quit >" }' a > b
same "ZyXEL ATDU" b
loader 'f"0x{0xB0000000+at:08X} {H}"' > a; same brnboot a
loader 'f"[{0x7F000000+at:08X}] {H[:23]} - {H[24:]}  {text}"' > a; same "NetOS d -b" a
loader 'f"[{0x7F000000+at:08X}] " + " ".join(row[i:i+4][::-1].hex().upper() for i in range(0,16,4)) + f"  {text}"' > a
same "NetOS d -w" a
loader 'f"{0xb8020000+at:08x}: {h}    {text}"' > a
{ echo 'CFE> dm b8020000 11008'; cat a; echo; echo '*** command status = 0'; echo 'CFE> '; } > b
same "CFE dm" b

# pages with their spare area
python3 - <<'END'
data = open("t.bin", "rb").read()[:8192]
open("n.bin", "wb").write(data)
asc = bytes(c if 0x20 <= c < 0x7f else 0x2e for c in range(256))
with open("nand.log", "w") as f:
    for p in range(0, len(data), 2048):
        f.write(f"=> nand dump {p:x}\r\nPage {p:08x} dump:\r\n")
        for i in range(p, p + 2048, 16):
            r = data[i:i + 16]
            f.write("\t" + r[:8].hex(" ") + "  " + r[8:].hex(" ") + "\r\n")
        f.write("OOB:\r\n" + ("\t" + bytes(8).hex(" ") + "\r\n") * 8)
with open("dn.log", "w") as f:
    f.write("CFE> dn 0 0 4\n")
    for p in range(4):
        f.write(f"------------------ block: 0, page: {p} ------------------\n")
        for i in range(0, 2048, 16):
            r = data[p * 2048 + i:][:16]
            w = " ".join(r[k:k + 4].hex() for k in range(0, 16, 4))
            f.write(f"{i:08x}: {w}    {r.translate(asc).decode()}\n")
        f.write(f"\n----------- spare area for block 0, page {p} -----------\n")
        for i in range(2048, 2112, 16):
            f.write(f"{i:08x}: ffffffff ffffffff ffffffff ffffffff    ................\n")
        f.write("\n*** command status = 1\n")
END
for log in nand.log dn.log; do
	fwtool unhex -f $log -o o.bin 2> err || wrong "$log: $(cat err)"
	cmp o.bin n.bin || wrong $log
done
sed 200d nand.log > lost.log
fwtool unhex -f lost.log -o o.bin 2> err && wrong "a lost line of a page"
grep -q '2048 bytes missing at 0x000800' err || wrong "a lost line of a page: $(cat err)"
exit $bad
