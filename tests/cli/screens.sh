# screens.sh - what a terminal sees, and what a pipe sees
cd "$(mktemp -d)" || exit 2
trap 'chmod -R u+w "$PWD"; rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }
"$TOP"/tests/make/flash mstar dump.bin pieces > /dev/null || { echo "no flash image"; exit 2; }
cp dump.bin other.bin; printf 'x' | dd of=other.bin bs=1 seek=70000 conv=notrunc 2> /dev/null
# A terminal of 80 columns: what comes out of it goes to stdout.
cat > terminal.py <<'END'
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
out = b""
while True:
    try:
        some = os.read(fd, 65536)
    except OSError:
        break
    if not some:
        break
    out += some
os.write(1, out)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
seen() { env -u NO_COLOR -u CLICOLOR -u CLICOLOR_FORCE TERM=xterm "${e[@]}" python3 terminal.py "$FWTOOL" "$@"; }
esc() { grep -q $'\033'; }
e=()

# Into a pipe: no escape, no carriage return, in any command.
n=0
for line in "scan dump.bin" "ls -l dump.bin ROOTFS" "env dump.bin" "verify dump.bin" "diff dump.bin other.bin" "formats" \
	"carve -d c dump.bin" "extract -d x dump.bin" "repack x -o r.bin" "report dump.bin" "clean dump.bin" "acquire --sim other.bin -o a.bin" \
	"swap32 --check dump.bin" "batch scan -- dump.bin" "unhex dump.bin" "scan absent" "help" "acquire --list"; do
	$FWTOOL $line > out 2> err < /dev/null
	cat out err | LC_ALL=C grep -q $'[\033\r]' && wrong "$line: an escape in a pipe"
	grep -v '^fwtool: \(error\|warning\|note\): .' err | grep -q '^fwtool:' && wrong "$line: $(cat err)"
	grep '^fwtool: error: ' err | grep -v '; ' | grep -q . && wrong "$line: an error without a remedy: $(cat err)"
	n=$((n + 1))
done
[ $n = 18 ] || wrong "$n lines"

# On a terminal: colours, unless somebody says no.
seen scan dump.bin | esc || wrong "no colour on a terminal"
for v in NO_COLOR=1 TERM=dumb CLICOLOR=0; do
	e=($v); seen scan dump.bin | esc && wrong "$v: an escape"
done
e=(NO_COLOR=1); seen --color=always scan dump.bin | esc || wrong "--color=always does not beat NO_COLOR"
e=(); seen scan --color=never dump.bin | esc && wrong "--color=never: an escape"
e=(NO_COLOR=); seen scan dump.bin | esc || wrong "an empty NO_COLOR counts"
e=(); CLICOLOR_FORCE=1 $FWTOOL scan dump.bin | esc || wrong "CLICOLOR_FORCE in a pipe"
$FWTOOL --color=always scan dump.bin | sed 's/\x1b\[[0-9;]*m//g' | cmp -s - <($FWTOOL scan dump.bin) || wrong "colour carries meaning alone"
seen scan dump.bin | sed 's/\x1b\[[0-9;]*m//g; s/\r$//' | awk 'length > 100 { print "wide: " $0; bad = 1 } END { exit bad }' || wrong "too wide"
e=(FWTOOL_HINTS=0); seen scan dump.bin | grep -q '^hint:' && wrong "FWTOOL_HINTS=0"
e=(); [ "$(seen scan dump.bin | grep -c 'hint:')" = 1 ] || wrong "not one hint on a terminal"
$FWTOOL scan dump.bin 2>&1 | grep -q hint: && wrong "a hint in a pipe"

# Progress: drawn only there, ended cleanly; lines where asked for.
truncate -s 1500M large.bin
seen acquire --file large.bin -o copy.bin --reads 1 > screen; rm -f copy.bin
if grep -q '%' screen; then
	python3 - <<'END' || bad=1
data = open("screen", "rb").read()
last = data.rfind(b"\r\x1b[K")
bars = [x for x in data.split(b"\r") if b"[#" in x or b"[." in x]
if last < 0 or any(len(x.replace(b"\x1b[K", b"")) > 79 for x in bars):
    print("wrong: progress is not erased, or wider than the terminal"); raise SystemExit(1)
END
fi
$FWTOOL acquire --file large.bin -o copy.bin --reads 1 2> err > out; grep -q '%\|\[#' err && wrong "progress in a pipe"; rm -f copy.bin
$FWTOOL --progress=json acquire --sim other.bin -o b.bin 2> err > out
grep '^{' err | jq -es 'length > 3 and all(.event == "progress" and .done <= .total and has("rate"))' > /dev/null || wrong "--progress=json: $(head -n 3 err)"
$FWTOOL --progress=always acquire --sim other.bin -o b2.bin 2>&1 > out | grep -Eq '^[a-z0-9 ]+: [0-9]+0? %$' || wrong "--progress=always"

# Names that would write on the screen, or leave it.
mkdir names; for name in $'\033[31mred' $'new\nline' $'\xe2\x80\xaeltr' $'bad\xff' "$(printf 'n%.0s' {1..255})" 'a b' '-rf'; do echo x > "names/$name"; done
mkfs.jffs2 -r names -e 0x10000 -o names.jffs2
for line in "ls names.jffs2" "ls -lR names.jffs2" "extract -d out.names names.jffs2" "verify names.jffs2" "scan names.jffs2" "diff --files names.jffs2 pieces/conf.jffs2"; do
	seen $line --color=never > out; tr -d '\r\n' < out | LC_ALL=C grep -q $'[\001-\037\177]\|\xe2\x80\xae\|\xff' && wrong "$line: a name writes on the screen: $(cat -v out | head -n 3)"
done
[ "$(ls -A out.names | wc -l)" -ge 1 ] && [ -e "out.names/a b" ] || wrong "names were not extracted"

# Every dump that can be carved: its parts are the dump.
for f in dump.bin pieces/conf.jffs2 names.jffs2; do
	$FWTOOL carve -q -f -d parts.fw $f 2> /dev/null; cat parts.fw/parts/* | cmp -s - $f || wrong "$f: the parts are not the dump"
done
exit $bad
