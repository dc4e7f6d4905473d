#!/usr/bin/env python3
"""romfsodd.py OUT KIND [TREE] - romfs that harms whoever believes it (loop names
deep shared claims), or a TREE as Ambarella packs one (ambarella)"""
import os
import struct
import sys

out, kind = sys.argv[1:3]


def pad(data, n=16):
    return data + bytes(-len(data) % n)


def total(data):
    return sum(struct.unpack(f">{len(data) // 4}I", data)) & 0xffffffff


def file(after, flags, spec, size, name, data=b""):
    """A header whose words add up to zero, with its name and its data."""
    def head(check):
        return pad(struct.pack(">4I", after | flags, spec, size, check) + name + b"\0")
    return head(-total(head(0)) & 0xffffffff) + pad(data)


def volume(files):
    data = pad(b"-rom1fs-" + struct.pack(">2I", 32 + len(files), 0) + b"odd\0") + files
    part = pad(data[:512], 4)
    data = data[:12] + struct.pack(">I", -total(part) & 0xffffffff) + data[16:]
    return pad(data, 1024)


def chain(at, files):
    """Files (flags, spec, size, name, data), the first of them at `at`."""
    made = b""
    for i, (flags, spec, size, name, data) in enumerate(files):
        here = len(file(0, flags, spec, size, name, data))
        after = 0 if i == len(files) - 1 else at + len(made) + here
        made += file(after, flags, spec, size, name, data)
    return made


def ambarella(tree):
    names = []
    for where, dirs, found in os.walk(tree):
        dirs.sort()
        names += [os.path.relpath(os.path.join(where, n), tree) for n in sorted(found)]
    head, body = b"", b""
    at = 2048 + 128 * len(names)
    at += 2048 - at % 2048
    for name in names:
        data = open(os.path.join(tree, name), "rb").read()
        head += os.fsencode(name).ljust(116, b"\0") + struct.pack(
            "<III", at + len(body), len(data), 0x2387ab76)
        body += data + b"\xff" * (2048 - len(data) % 2048)
    image = struct.pack("<II", len(names), 0x66fc328a) + b"\xff" * 2040 + head
    return image + b"\xff" * (at - len(image)) + body


DOTS = ((9, 32, 0, b".", b""), (0, 32, 0, b"..", b""))
if kind == "ambarella":
    image = ambarella(sys.argv[3])
elif kind == "loop":        # a chain that turns back, a directory that is the root
    files = chain(32, DOTS + ((9, 32, 0, b"again", b""), (2, 0, 5, b"file", b"hello")))
    last = len(files) - 48
    files = files[:last] + file(32, 2, 0, 5, b"file", b"hello")
    image = volume(files)
elif kind == "names":
    names = (b"../out", b"/etc/out", b"dot", b"dot", b"n" * 250)
    image = volume(chain(32, DOTS + tuple((2, 0, 0, n, b"") for n in names)))
elif kind == "deep":
    files = b""
    for i in range(10000):
        last = i == 9999
        files += file(0, 9, 0 if last else 96 + 32 * (i + 1), 0, b"d")
    image = volume(chain(32, DOTS[:1] + ((0, 32, 0, b"..", b""), (9, 128, 0, b"d", b"")))
                   + files[32:])
elif kind == "shared":      # every directory claims the same chain
    dirs = 500
    first = 96 + 32 * dirs
    files = chain(32, DOTS + tuple((9, first, 0, b"d%03d" % i, b"") for i in range(dirs)))
    image = volume(files + chain(first, tuple((2, 0, 0, b"f%03d" % i, b"")
                                              for i in range(500))))
else:
    files = ((2, 0, 0xffffff00, b"huge", b""), (1, 0xfffffff0, 0, b"far", b""),
             (0, 0xfffffff0, 0, b"nothing", b""), (0, 32, 0, b"todir", b""),
             (3, 0, 0xffff, b"link", b""), (0, 288, 0, b"selfish", b""))
    image = volume(chain(32, DOTS + files))
with open(out, "wb") as f:
    f.write(image)
