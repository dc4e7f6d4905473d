#!/usr/bin/env python3
"""logpast.py - nothing lost, nothing invented, of what wrote a log

logpast.py say SEED OPS TRUTH [shell]	commands for yaffsdirect, or for a shell;
					TRUTH: the hash of every content that a
					file then had
logpast.py check IMAGE KIND LIVE PAST TRUTH [LIST]
					KIND: yaffs2, inband, yaffs1, ubifs

check: every piece of data in the image is seen in some file of LIVE or PAST (what
--undelete wrote), at its place; every file of PAST has a content of TRUTH, but
for those that LIST (ls --versions --json) says something is missing of.
"""
import hashlib
import json
import os
import random
import struct
import sys
import zlib


def text(rng, n):
    return ''.join(rng.choice('abcdefghijklmnopqrstuvwxyz') for _ in range(n))


SHELL = {
    'write': 'printf %s {2} > .{1}', 'sync': 'sync', 'rm': 'rm .{1}',
    'put': 'printf %s {3} | dd of=.{1} bs=1 seek={2} conv=notrunc 2> /dev/null',
    'trunc': 'truncate -s {2} .{1}', 'mkdir': 'mkdir .{1}', 'mv': 'mv .{1} .{2}',
    'chmod': 'chmod {2} .{1}',
}


def say(seed, ops, truth, shell=None):
    rng = random.Random(int(seed))

    def print(command):
        w = command.split()
        sys.stdout.write((SHELL[w[0]].format(*w) if shell else command) + '\n')

    files, seen = {}, set()
    names = ['/f%d' % i for i in range(6)] + ['/d/g%d' % i for i in range(4)]
    print('mkdir /d')
    for _ in range(int(ops)):
        name = rng.choice(names)
        was = files.get(name)
        op = rng.choice('wwwpptmrsx')
        if op == 'w' or was is None:
            size = rng.choice([1, 30, 300, 2048, 3000, 6000])
            files[name] = text(rng, size)
            print('write %s %s' % (name, files[name]))
        elif op == 'p':
            at, new = rng.randrange(len(was) + 1), text(rng, rng.choice([1, 20, 900]))
            files[name] = was[:at] + new + was[at + len(new):]
            print('put %s %d %s' % (name, at, new))
        elif op == 't' and len(was) > 1:
            files[name] = was[:rng.randrange(1, len(was))]
            print('trunc %s %d' % (name, len(files[name])))
        elif op == 'm':
            to = rng.choice(names)
            if to != name:
                files[to] = files.pop(name)
                print('mv %s %s' % (name, to))
        elif op == 'r':
            del files[name]
            print('rm %s' % name)
        elif op == 's':
            print('sync')
        elif op == 'x':
            print('chmod %s %o' % (name, rng.choice([0o600, 0o644, 0o755])))
        seen.update(files.values())
    print('sync')
    if not shell:
        sys.stdout.write('drop\n')
    seen.add('')
    with open(truth, 'w') as f:
        for s in sorted(seen):
            f.write(hashlib.sha256(s.encode()).hexdigest() + '\n')


def nodes(image):
    at = image.find(b'\x31\x18\x10\x06')
    while at >= 0:
        length, kind = struct.unpack_from('<IB', image, at + 16)
        if kind == 1 and 48 <= length <= 48 + 4096:
            block, = struct.unpack_from('<I', image, at + 28)
            size, compr = struct.unpack_from('<IH', image, at + 40)
            data = image[at + 48:at + length]
            data = zlib.decompress(data, -15) if compr == 2 else data
            if len(data) == size:
                yield at, (block & 0x1fffffff) * 4096, data
        at = image.find(b'\x31\x18\x10\x06', at + 8)


def chunks(image, kind):
    size, spare = {'yaffs2': (2048, 64), 'inband': (1024, 0), 'yaffs1': (512, 16)}[kind]
    step = size + spare
    data = size - (16 if kind == 'inband' else 0)
    for at in range(0, len(image) - step + 1, step):
        page = image[at:at + step]
        if kind == 'yaffs1':
            s = page[size:]
            tags = int.from_bytes(bytes(s[i] for i in (0, 1, 2, 3, 6, 7, 11, 12)), 'little')
            if tags == (1 << 64) - 1:
                continue
            chunk, n = tags & 0xfffff, tags >> 22 & 1023
        else:
            seq, _, chunk, n = struct.unpack('<4I', page[size:size + 16] if spare
                                             else page[size - 16:])
            if seq == 0xffffffff or seq < 0x1000:
                continue
        if 0 < chunk < 1 << 24:
            yield at, (chunk - 1) * data, page[:n]


def contents(tree):
    found = {}
    for where, _, names in os.walk(tree):
        for name in names:
            path = os.path.join(where, name)
            if not os.path.islink(path):
                with open(path, 'rb') as f:
                    found[os.path.relpath(path, tree)] = f.read()
    return found


def check(image, kind, live, past, truth, listing=None):
    true = {line.split()[0] for line in open(truth)}
    live, past = contents(live), contents(past)
    every = list(live.values()) + list(past.values())
    unsure = set()
    if listing:
        unsure = {e['path'] for e in json.load(open(listing))['entries']
                  if e['missing'] or e['unsure']}
    n = 0
    log = open(image, 'rb').read()
    for at, offset, data in nodes(log) if kind == 'ubifs' else chunks(log, kind):
        n += 1
        if not any(c[offset:offset + len(data)] == data[:max(len(c) - offset, 1)]
                   for c in every if len(c) > offset):
            sys.exit('0x%x: the data of this chunk are nowhere: %r' % (at, data[:20]))
    for name, content in past.items():
        if name not in unsure and hashlib.sha256(content).hexdigest() not in true:
            sys.exit('%s: was never so' % name)
    print('%d chunks, %d states, %d of them not whole' % (n, len(past), len(unsure)))


{'say': say, 'check': check}[sys.argv[1]](*sys.argv[2:])
