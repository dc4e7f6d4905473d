# kill.sh - killed at some moments, gone on with; more: make soak
exec "$TOP/tests/soak/kill" 2
