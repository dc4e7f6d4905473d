# config.sh - settings: option before environment before file before default
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
bad=0
wrong() { echo "wrong: $*"; bad=1; }
unset FWTOOL_CONFIG FWTOOL_PORT FWTOOL_BAUD FWTOOL_PROGRAMMER
export XDG_CONFIG_HOME=$work/xdg HOME=$work
mkdir -p xdg/fwtool .config/fwtool
head -c 1048576 /dev/urandom > one.bin
head -c 1048576 /dev/urandom > two.bin
acquire() { "$FWTOOL" acquire --reads 1 -f -o out.bin "$@" 2> err; }

acquire && wrong "no source, and it reads"
grep -q 'needs one source' err || wrong "no source: $(cat err)"
printf '# mine\n[later]\nx\n[acquire]\nprogrammer = sim\nport=%s/one.bin\n' "$work" > xdg/fwtool/config
acquire && cmp out.bin one.bin || wrong "the file: $(cat err)"
grep -q config err && wrong "the file is named without -v"
acquire -v && grep -q "config *$work/xdg/fwtool/config" err || wrong "-v: $(cat err)"
FWTOOL_PORT=$work/two.bin acquire && cmp out.bin two.bin || wrong "environment: $(cat err)"
FWTOOL_PORT=$work/two.bin acquire --sim one.bin && cmp out.bin one.bin || wrong "option: $(cat err)"
acquire --config none && wrong "--config none"
FWTOOL_CONFIG=none acquire && wrong "FWTOOL_CONFIG=none"
echo '[acquire]
programmer=sim=two.bin' > other
acquire --config other && cmp out.bin two.bin || wrong "--config: $(cat err)"
FWTOOL_CONFIG=other acquire && cmp out.bin two.bin || wrong "FWTOOL_CONFIG: $(cat err)"
cp two.bin new.bin
printf x | dd of=new.bin bs=1 seek=70000 conv=notrunc status=none
"$FWTOOL" flash --config other -y --backup none new.bin 2> err && cmp two.bin new.bin ||
	wrong "flash: $(cat err)"

# what is wrong is said with its line, and nothing is done
for line in 'nonsense' 'colour=red' 'programmer=teapot' 'programmer=serprog'; do
	printf '[acquire]\n%s\n' "$line" > broken
	acquire --config broken && wrong "$line is taken"
	[ "$(grep -c '^fwtool: error: .*; ' err)" = 1 ] || wrong "$line: $(cat err)"
done
printf '[acquire]\ncolour=red\n' > broken
acquire --config broken
grep -q '^fwtool: error: broken:line 2: ' err || wrong "no line: $(cat err)"
acquire --config missing && wrong "a missing file"

# never from where the images lie
unset XDG_CONFIG_HOME
mkdir fwtool
printf '[acquire]\nprogrammer=sim=one.bin\n' | tee fwtool/config > config
XDG_CONFIG_HOME=. acquire && wrong "the current directory is read"
HOME=. acquire && wrong "a home that is no place is read"
XDG_CONFIG_HOME='' acquire && wrong "an empty name"
mv xdg/fwtool/config .config/fwtool/
acquire && cmp out.bin one.bin || wrong "\$HOME/.config: $(cat err)"
"$FWTOOL" help config | grep -q 'programmer=' || wrong "help config"
exit $bad
