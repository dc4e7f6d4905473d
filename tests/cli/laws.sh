# laws.sh - what holds for every command: help, options, streams, statuses
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }

commands=$($FWTOOL --help | awk '/^  [a-z0-9]+ / { print $1 }' | sort -u |
	while read -r c; do
		$FWTOOL help "$c" 2>/dev/null | grep -q "^usage: fwtool $c" && echo "$c"
	done)
[ -n "$commands" ] || { echo "no commands yet"; exit 77; }

$FWTOOL --help | awk 'length > 80 { print; bad = 1 } END { exit bad }' ||
	wrong "fwtool --help is wider than 80"
$FWTOOL > out 2> err < /dev/null
[ $? = 2 ] && [ ! -s out ] && [ -s err ] || wrong "fwtool alone"
$FWTOOL carv > out 2> err < /dev/null
[ $? = 2 ] && [ ! -s out ] && [ "$(wc -l < err)" = 1 ] || wrong "unknown command"
[ "$($FWTOOL --version | head -n 1)" = "fwtool 0.1.0" ] || wrong "first line of --version"
$FWTOOL --version --json | jq -e .schema > /dev/null || wrong "--version --json"

for c in $commands; do
	$FWTOOL "$c" --help > out 2> err || wrong "$c --help: status $?"
	[ ! -s err ] || wrong "$c --help talks on stderr"
	head -n 1 out | grep -q "^usage: fwtool $c" || wrong "$c --help does not begin with usage"
	awk 'length > 80 { print; bad = 1 } END { exit bad }' out || wrong "$c --help is too wide"
	grep -q '^exit: ' out || wrong "$c --help has no exit line"
	$FWTOOL "$c" --no-such-option > out 2> err < /dev/null
	[ $? = 2 ] || wrong "$c --no-such-option: status $?"
	[ ! -s out ] || wrong "$c --no-such-option prints on stdout"
	[ "$(wc -l < err)" = 1 ] || wrong "$c --no-such-option: $(cat err)"
	grep -Eq '^fwtool: error: .+; .+' err || wrong "$c --no-such-option: no remedy: $(cat err)"
	case $c in formats) continue ;; esac
	$FWTOOL "$c" absent > out 2> err < /dev/null
	[ $? = 2 ] || wrong "$c absent: status $?"
	[ ! -s out ] || wrong "$c absent prints on stdout"
	[ "$(grep -c '^fwtool: error: ' err)" = 1 ] || wrong "$c absent: $(cat err)"
	$FWTOOL "$c" --json absent > out 2> err < /dev/null
	jq -e '.ok == false and (.messages | length > 0) and .schema' out > /dev/null ||
		wrong "$c --json absent: no document"
	[ "$(jq -s length out)" = 1 ] || wrong "$c --json absent: not one document"
done
$FWTOOL --json scan absent > out 2> err
jq -e '.ok == false' out > /dev/null || wrong "options before the command"
head -c 100000 /dev/zero | tr '\0' 'x' > noise
$FWTOOL scan noise > /dev/full 2> err < /dev/null
[ $? = 2 ] && [ "$(grep -c error err)" = 1 ] || wrong "/dev/full: $(cat err)"
$FWTOOL --help | head -n 1 > /dev/null
[ "${PIPESTATUS[0]}" = 0 ] || [ "${PIPESTATUS[0]}" = 141 ] || wrong "closed pipe"
exit $bad
