# tftp_traps.sh - what loaders and networks do to a TFTP receiver
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
python3 - <<'END'
import os, random, socket, struct, subprocess, sys
fwtool, bad = os.environ["FWTOOL"], 0
def wrong(what):
    global bad
    bad = 1
    print("wrong:", what)

class Peer:
    def __init__(self, name, *more):
        self.name, self.port = name + ".bin", random.randrange(20000, 60000)
        self.p = subprocess.Popen([fwtool, "acquire", "--tftp=127.0.0.1", "--tftp-port",
            str(self.port), "--wait", "20", "-o", self.name, *more], stderr=subprocess.PIPE)
        self.p.stderr.readline()            # "tftp waiting ..."
        self.s = self.sock()
    def sock(self):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(3)
        s.bind(("127.0.0.1", 0))
        return s
    def ask(self, *options, op=2, mode=b"octet", s=None):
        s = s or self.s
        words = [b"x", mode] + [str(o).encode() for o in options]
        s.sendto(struct.pack(">H", op) + b"".join(w + b"\0" for w in words),
                 ("127.0.0.1", self.port))
        got, self.to = s.recvfrom(2048)
        return got
    def data(self, n, what, s=None):
        (s or self.s).sendto(struct.pack(">HH", 3, n) + what, self.to)
    def hear(self, s=None):
        return (s or self.s).recv(2048)
    def ack(self, n):
        got = self.hear()
        if got != struct.pack(">HH", 4, n):
            wrong("%s: %r for ACK %d" % (self.name, got, n))
    def end(self, want):
        self.p.wait(30)
        err = self.p.stderr.read().decode()
        got = open(self.name, "rb").read() if os.path.exists(self.name) else None
        if got != want or self.p.returncode != (0 if want is not None else 4):
            wrong("%s: status %d, %s" % (self.name, self.p.returncode, err))

t = Peer("oack")                            # U-Boot's request: OACK, never ACK 0
if t.ask("timeout", 5, "blksize", 1468) != b"\0\6blksize\x001468\0timeout\x005\0":
    wrong("OACK")
t.data(1, b"a" * 1468); t.ack(1)
t.data(1, b"a" * 1468); t.ack(1)            # a repetition is acknowledged once
t.data(2, b"b"); t.ack(2)
t.data(2, b"b"); t.ack(2)                   # the last ACK was lost
t.end(b"a" * 1468 + b"b")

t = Peer("plain")                           # no options: ACK 0, 512 bytes
if t.ask() != b"\0\4\0\0": wrong("no ACK 0")
t.data(2, b"late" * 128)                    # not its turn: ignored
t.data(1, b"x" * 512); t.ack(1)
t.data(2, b""); t.ack(2)                    # a last block of no bytes
t.end(b"x" * 512)

for wrap in 0, 1:                           # 65535 is followed by 0, or by 1
    t = Peer("wrap%d" % wrap)
    t.ask("blksize", 8)
    n = 1
    for i in range(65540):
        t.data(n, b"%08d" % i); t.ack(n)
        n = n + 1 if n < 65535 else wrap
    t.data(n, b"end"); t.ack(n)
    t.end(b"".join(b"%08d" % i for i in range(65540)) + b"end")

t = Peer("stranger")                        # another port: an error, and on it goes
t.ask()
other = t.sock()
t.data(1, b"evil", other)
if t.hear(other)[:4] != b"\0\5\0\5": wrong("a wrong TID")
other.sendto(b"\0\2y\0octet\0", ("127.0.0.1", t.port))   # begins anew, as U-Boot does
got, t.to = other.recvfrom(2048)
if got != b"\0\4\0\0": wrong("a new beginning: %r" % got)
t.data(1, b"again", other)
t.hear(other)
t.end(b"again")

t = Peer("refused")                         # nothing is served; only octet is taken
if t.ask(op=1)[:4] != b"\0\5\0\1": wrong("serves something")
if t.ask(mode=b"netascii")[:4] != b"\0\5\0\2": wrong("netascii")
t.s.sendto(b"\0\2x\0oct", ("127.0.0.1", t.port))         # not a whole request
t.ask("blksize", "7", "tsize", "-1")
t.data(1, b"ok"); t.ack(1)
t.end(b"ok")

t = Peer("error")                           # the device gives up
t.ask()
t.s.sendto(b"\0\5\0\0no\x1b[2J\0", t.to)
t.s = t.sock()                              # ... and tries again
t.ask()
t.data(1, b"again"); t.ack(1)
t.end(b"again")

t = Peer("large", "--size", "1K")           # more than --size: refused, waited again
t.ask()
t.data(1, b"x" * 512); t.ack(1)
t.data(2, b"x" * 512); t.ack(2)
t.data(3, b"x")
if t.hear()[:2] != b"\0\5": wrong("too large is taken")
t.s = t.sock()
t.ask()
t.data(1, b"small"); t.ack(1)
t.end(b"small")

p = subprocess.run([fwtool, "acquire", "--tftp=127.0.0.1", "--tftp-port", "54321", "-o",
                    "large.bin"], stderr=subprocess.PIPE, timeout=20)
if p.returncode != 2 or b"exists; add -f" not in p.stderr or b"waiting" in p.stderr:
    wrong("an existing file: %r" % p.stderr)
sys.exit(bad)
END
