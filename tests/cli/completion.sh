# completion.sh - each shell, asked itself, offers what --help lists
cd "$(mktemp -d)" || exit 2
trap 'rm -rf "$PWD"' EXIT
bad=0
wrong() { echo "wrong: $*"; bad=1; }
touch dump.bin; mkdir tree

for s in bash zsh fish; do
	$FWTOOL completion $s > $s || wrong "completion $s: status $?"
done
$FWTOOL completion tcsh > out 2> err
[ $? = 2 ] && [ ! -s out ] && [ "$(wc -l < err)" = 1 ] || wrong "tcsh: $(cat err)"

in_bash() {
	bash --norc -c 'source ./bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
		compopt() { :; }; _fwtool; printf "%s\n" "${COMPREPLY[@]}"' - "$@"
}
in_fish() { fish --no-config -c 'source ./fish; complete -C "$argv"' -- "$*" | cut -f 1; }
# zsh completes only in a terminal: one of its own, with TAB typed into it.
in_zsh() {
	TERM=dumb timeout 20 zsh -f -c '
	zmodload zsh/zpty; zpty z zsh -f -i
	zpty -w z "PS1=; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u -D"
	zpty -w z "zstyle \":completion:*\" list-prompt \"\"; LISTMAX=10000; COLUMNS=4000 LINES=4000"
	zpty -w z "source ./zsh; echo READY"
	zpty -r z line "*READY*READY*"
	zpty -w -n z "$1"$'"'\t\t'"'
	sleep 0.7; zpty -w -n z $'"'\C-u'"'; zpty -w z "echo DONE"
	zpty -r z text "*DONE*DONE*"; print -r -- "$text"' - "$*" 2> /dev/null
}

if command -v mandoc > /dev/null; then
	mandoc -Tlint -W warning "$TOP/fwtool.1" > out 2>&1 && [ ! -s out ] || wrong "fwtool.1: $(cat out)"
fi
commands=$($FWTOOL --help | sed '/^options/,$d' | awk '/^  [a-z0-9]+ / { print $1 }')
have() { command -v "$1" > /dev/null || { echo "no $1 here"; return 1; }; }
options() { $FWTOOL "$1" --help | grep -oE '^ +(-[A-Za-z0-9], )?--[a-z0-9-]+' | grep -oE -- '--.*' | sort -u; }

for c in $commands; do
	options "$c" > want
	[ -s want ] || { wrong "$c has no options?"; continue; }
	in_bash fwtool "$c" -- | grep -- '^--' | sort -u > got
	cmp -s want got || wrong "bash, $c: $(diff want got | grep '^[<>]' | head -n 3)"
	have fish && in_fish "fwtool $c --" | sed 's/=$//' | sort -u > got &&
		{ cmp -s want got || wrong "fish, $c: $(diff want got | grep '^[<>]' | head -n 3)"; }
	grep -A 400 "^	$c)" zsh | sed '/;;/q' | grep -oE -- "[']--[a-z0-9-]+|\)--[a-z0-9-]+|\*--[a-z0-9-]+" |
		grep -oE -- '--.*' | sort -u > got
	cmp -s want got || wrong "zsh, $c: $(diff want got | grep '^[<>]' | head -n 3)"
done
[ "$(in_bash fwtool sc)" = scan ] || wrong "bash: sc"
[ "$(in_bash fwtool scan --color '')" = $'auto\nalways\nnever' ] || wrong "bash: --color"
[ "$(in_bash fwtool scan --color = a)" = $'auto\nalways' ] || wrong "bash: --color=a"
[ "$(in_bash fwtool scan -d '')" = tree ] || wrong "bash: -d"
in_bash fwtool scan du | grep -qx dump.bin || wrong "bash: a file"
in_bash fwtool help ra | grep -qx ranges || wrong "bash: help"
if have fish; then
	in_fish "fwtool sc" | grep -qx scan || wrong "fish: sc"
	[ "$(in_fish "fwtool scan --color " | grep -cE '^(auto|always|never)$')" = 3 ] || wrong "fish: --color"
	in_fish "fwtool scan du" | grep -qx dump.bin || wrong "fish: a file"
fi
if have zsh; then
	zsh -n zsh || wrong "zsh: syntax"
	in_zsh "fwtool c" | grep -q 'carve' || wrong "zsh: c: $(in_zsh "fwtool c")"
	in_zsh "fwtool scan --" | grep -q -- '--entropy' || wrong "zsh: scan --: $(in_zsh "fwtool scan --")"
	in_zsh "fwtool scan --color=" | grep -q 'always.*auto\|auto.*always' || wrong "zsh: --color: $(in_zsh "fwtool scan --color=")"
fi
exit $bad
