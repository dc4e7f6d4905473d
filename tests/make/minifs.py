#!/usr/bin/env python3
"""minifs.py OUT TREE [KIND] - TREE as TP-Link's VxWorks routers hold theirs: the
files of a directory share streams of at most 64 KiB. KIND: known (streams say
their sizes), or what harms whoever believes it: leave twice through bomb far
names blobs cut"""
import lzma
import os
import struct
import sys

out, tree, kind = (sys.argv[1:] + [""])[:3]
names, files, blobs = bytearray(), [], [b""]
at = {}


def name(text):
    if text not in at:
        at[text] = len(names)
        names.extend(text + b"\0")
    return at[text]


def file(folder, text, data):
    if blobs[-1] and len(blobs[-1]) + len(data) > 65536:
        blobs.append(b"")
    files.append([name(folder), name(text), len(blobs) - 1, len(blobs[-1]), len(data)])
    blobs[-1] += data


for folder, below, found in sorted(os.walk(os.fsencode(tree))):
    below.sort()
    for f in sorted(found):
        inside = os.path.relpath(folder, os.fsencode(tree))
        file(b"" if inside == b"." else b"/" + inside, f,
             open(os.path.join(folder, f), "rb").read())
if kind == "leave":
    for folder, f in ((b"..", b"evil"), (b"/a/../..", b"evil"), (b"", b"../evil"), (b"", b"..")):
        file(folder, f, b"evil")
if kind == "twice":
    file(b"", b"one", b"first")
    file(b"", b"one", b"second")
if kind == "through":
    file(b"", b"one", b"first")
    file(b"one", b"two", b"second")
packed = []
for b in blobs:
    p = bytearray(lzma.compress(b, lzma.FORMAT_ALONE))
    if kind == "known":
        p[5:13] = struct.pack("<Q", len(b))
    packed.append(p)
sizes = [len(b) for b in blobs]
if kind == "bomb":
    packed = [lzma.compress(bytes(1 << 26), lzma.FORMAT_ALONE)] * 40
    sizes = [1 << 26] * 40
    files = [[0, name(b"f%d" % i), i, 0, 1 << 26] for i in range(40)]
if kind == "far":
    files[-1][3] = 0xffffff00
if kind == "names":
    files[-1][1] = len(names) + 5
if kind == "blobs":
    files[-1][2] = 0xffffffff
table, where = b"", 0
for p, n in zip(packed, sizes):
    table += struct.pack(">3I", where, len(p), n)
    where += len(p)
image = b"MINIFS".ljust(16, b"\0") + struct.pack(">4I", 1, len(files), 0, len(names))
image += names + b"".join(struct.pack(">5I", *f) for f in files) + table + b"".join(packed)
if kind == "cut":
    image = image[:-len(packed[-1]) // 2]
open(out, "wb").write(image)
