"""line.py - a serial line on a pty, with what goes wrong on one"""
import os, pty, random, select, subprocess, sys, tempfile, time, tty


class Reset(Exception):
    """The device starts anew."""


class Noise:
    """Each character is lost, or changed in one of `bits`, by probability."""

    def __init__(self, rng, lose, flip, bits=7):
        self.rng, self.rate, self.lose, self.bits = rng, lose + flip, lose, bits
        self.next = self.gap()

    def gap(self):
        return int(self.rng.expovariate(self.rate)) if self.rate else 1 << 60

    def of(self, data):
        if self.next >= len(data):
            self.next -= len(data)
            return data
        out, at = bytearray(), 0
        while self.next < len(data) - at:
            out += data[at:at + self.next]
            at += self.next + 1
            if self.rng.random() * self.rate >= self.lose:
                out.append(data[at - 1] ^ 1 << self.rng.randrange(self.bits))
            self.next = self.gap()
        self.next -= len(data) - at
        return bytes(out + data[at:])


class Line:
    def __init__(self, get):
        self.rng = random.Random(get("seed", 1))
        drop, flip = get("drop", 0.0), get("flip", 0.0)
        self.out = Noise(self.rng, drop, flip)
        self.sent_out = Noise(self.rng, drop, flip, 8)
        self.typed = Noise(self.rng, get("lose", 0.0), 0)
        self.reset_after = get("reset", 0)
        self.plain_sums, self.large = get("sum", 0), get("k", 0)
        self.sent = self.heard = 0
        self.fd, slave = pty.openpty()
        tty.setraw(slave)
        self.slave = slave
        print("PTY", os.ttyname(slave), flush=True)

    def write(self, data):
        while data:
            data = data[os.write(self.fd, data):]

    def say(self, text):
        out = self.out.of(text.replace("\n", "\r\n").encode("latin1"))
        self.sent += len(out)
        self.write(out)
        if self.reset_after and self.sent > self.reset_after:
            self.reset_after = 0
            raise Reset

    def hear(self, timeout):
        if not select.select([self.fd], [], [], timeout)[0]:
            return b""
        try:
            came = os.read(self.fd, 4096)
        except OSError:
            sys.exit(0)
        self.heard += len(came)
        return self.typed.of(came)

    def talk_to(self, words, cwd=None, change=lambda key: key):
        """A program of lrzsz at our end of the line."""
        peer = subprocess.Popen(words, cwd=cwd, stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        while peer.poll() is None:
            ready = select.select([self.fd, peer.stdout], [], [], 0.05)[0]
            if peer.stdout in ready:
                self.write(self.sent_out.of(os.read(peer.stdout.fileno(), 4096)))
            if self.fd in ready:
                try:
                    os.write(peer.stdin.fileno(), change(self.hear(0)))
                except OSError:
                    break
        peer.kill()
        peer.wait()
        rest = peer.stdout.read()
        if rest:
            self.write(rest)

    def send(self, data):
        """XMODEM as sx sends it. One that knows no CRC hears no C."""
        with tempfile.NamedTemporaryFile() as f:
            f.write(data)
            f.flush()
            self.talk_to(["sx", "-q"] + (["-k"] if self.large else []) + [f.name],
                         change=lambda key: key.replace(b"C", b"") if self.plain_sums
                         else key)

    def receive(self):
        """YMODEM as rb receives it, with a device's patience: the files."""
        with tempfile.TemporaryDirectory() as where:
            self.talk_to(["rb", "-b", "-q", "-t", "10"], where)
            return [open(os.path.join(where, name), "rb").read()
                    for name in os.listdir(where)]

    def countdown(self, seconds, want):
        """Whether the keys come in time (None: any), and when each one came."""
        end, seen, times = time.time() + seconds, b"", []
        while time.time() < end:
            came = self.hear(0.005)
            times += [time.time()] * len(came)
            seen += came
            if seen if want is None else want in seen:
                return True, times
        return False, times
