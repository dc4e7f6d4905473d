# report.sh - the page: valid, nothing fetched, nothing hostile gets through, seen
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }
"$TOP"/tests/make/flash mstar big.bin pieces > /dev/null || { echo "no flash image"; exit 2; }
head -c 4194304 big.bin > dump.bin
python3 "$TOP"/tests/make/badread.py packets dump.bin bad.bin 3 6 32
# Names that would be markup, controls, or a way out.
mkdir -p 'tree/<script>alert(1)<' $'tree/\033[31m' 'tree/a"b'"'"'c&amp;d' 'tree/../tree/ok'
echo x > 'tree/<script>alert(1)<'/'<img src=x onerror=alert(1)>'; echo y > $'tree/\xe2\x80\xae\xff'
ln -s 'javascript:alert(1)' tree/link
mkfs.jffs2 -r tree -e 0x10000 -o tree.jffs2 || exit 2
mkdir away; cp dump.bin away/

check() { # FILE
	[ -s "$1" ] || { wrong "$1: not there"; return; }
	xmllint --noout --nonet "$1" 2> err || wrong "$1: not well-formed: $(head -n 3 err)"
	xmllint --html --noout --nonet "$1" 2>&1 | grep error | grep -v 'Tag [a-z]* invalid' && wrong "$1: xmllint --html"
	[ "$(grep -cE 'https?://|<script|@import|onerror=|javascript:' "$1" | head -n 1)" = 0 ] ||
		[ "$1" = tree.jffs2.html ] || wrong "$1: fetches or runs something"
	LC_ALL=C grep -q $'[\001-\010\013-\037\177]' "$1" && wrong "$1: control bytes"
	[ "$(stat -c %s "$1")" -lt 60000 ] || wrong "$1: $(stat -c %s "$1") bytes"
}
for f in dump.bin bad.bin tree.jffs2; do
	$FWTOOL report $f 2> err || wrong "$f: $(cat err)"
	check $f.html
done
grep -q '<script\|<img src=x' tree.jffs2.html && wrong "markup out of a name"
grep -q '&lt;script&gt;alert(1)&lt;' tree.jffs2.html || wrong "the name is not shown"
LC_ALL=C grep -q $'\xe2\x80\xae' tree.jffs2.html && wrong "a bidi override is shown"
grep -q "suspected dropout at 0x" bad.bin.html || wrong "no dropout is ringed"
grep -q "suspected dropout" dump.bin.html && wrong "a dropout in a good read"
grep -q '<b>[0-9]* structures proven' dump.bin.html || wrong "no sentence"
$FWTOOL report away/dump.bin -o sub.html 2> err || wrong "-o: $(cat err)"
grep -q 'away\|/tmp' sub.html && wrong "a path is in the page"
cmp -s <(sed '/generator/d' sub.html) <(sed '/generator/d' dump.bin.html) || wrong "not the same page for the same dump"
$FWTOOL report dump.bin 2> err; [ $? = 2 ] && [ "$(grep -c error err)" = 1 ] || wrong "an existing page: $(cat err)"
$FWTOOL report dump.bin --against bad.bin -o diff.html 2> err || wrong "--against: $(cat err)"
check diff.html
grep -q 'lost 6 packets of 32 bytes' diff.html || wrong "--against: no diagnosis"
$FWTOOL extract -q --partial dump.bin 2> /dev/null; $FWTOOL report dump.bin.fw 2> err && check dump.bin.fw.html || wrong "a project: $(cat err)"
grep -q 'busybox' dump.bin.fw.html || wrong "no files of a project"

# Contrasts, of both sets of colours in the style sheet.
python3 - dump.bin.html <<'END' || bad=1
import re, sys
css = open(sys.argv[1]).read()
sets = [dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", block)) for block in re.findall(r":root\{([^}]*)\}", css)]
def light(c):
    c = c[1:] if len(c) == 7 else "".join(x * 2 for x in c[1:])
    v = [int(c[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    v = [x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in v]
    return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]
def ratio(a, b):
    a, b = sorted((light(a), light(b)))
    return (b + 0.05) / (a + 0.05)
bad = len(sets) != 2
for s in sets:
    for fg, bg, least in [("fg", "bg", 4.5), ("dim", "bg", 4.5), ("dim", "card", 4.5), ("link", "bg", 4.5), ("warn", "bg", 4.5)] + \
            [("on", "c%d" % i, 4.5) for i in range(1, 6)] + [("c%d" % i, "card", 3) for i in range(1, 6)] + [("thr", "card", 3)]:
        if ratio(s[fg], s[bg]) < least:
            print("wrong: contrast of %s on %s is %.1f" % (fg, bg, ratio(s[fg], s[bg])))
            bad = True
sys.exit(bad)
END

if command -v chromium > /dev/null; then
	see() { # PICTURE PAGE OPTION...
		timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
			--disable-background-networking --disable-component-update --disable-sync --user-data-dir="$PWD/chrome" \
			"${@:3}" --window-size=1000,1600 --screenshot="$1" "file://$PWD/$2" > /dev/null 2>&1
	}
	see light.png bad.bin.html; see dark.png bad.bin.html --blink-settings=preferredColorScheme=0
	see narrow.png bad.bin.html --window-size=320,900
	python3 - <<'END' || bad=1
import struct, sys, zlib
def pixels(name):
    d = open(name, "rb").read(); at = 8; raw = b""
    while at < len(d):
        n, t = struct.unpack(">I4s", d[at:at + 8])
        if t == b"IHDR": w, h, depth, kind = struct.unpack(">IIBB", d[at + 8:at + 18])
        if t == b"IDAT": raw += d[at + 8:at + 8 + n]
        at += n + 12
    bpp = {2: 3, 6: 4}[kind]; raw = zlib.decompress(raw); rows = []; last = bytearray(w * bpp)
    for y in range(h):
        f, row = raw[y * (w * bpp + 1)], bytearray(raw[y * (w * bpp + 1) + 1:(y + 1) * (w * bpp + 1)])
        for x in range(len(row)):
            a = row[x - bpp] if x >= bpp else 0; b = last[x]; c = last[x - bpp] if x >= bpp else 0
            p = a + b - c
            row[x] = (row[x] + (0, a, b, (a + b) // 2, min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2])[f]) & 255
        rows.append(row); last = row
    return rows, bpp
bad = False
for name, dark in ("light.png", False), ("dark.png", True):
    rows, bpp = pixels(name)
    ground = sum(rows[2][:3]) / 3
    colours = {bytes(r[x:x + 3]) for r in rows[::4] for x in range(0, len(r), bpp * 4)}
    if (ground < 80) != dark or len(colours) < 12:
        print("wrong: %s: ground %d, %d colours" % (name, ground, len(colours))); bad = True
sys.exit(bad)
END
else
	echo "not rendered: no chromium here"
fi
exit $bad
