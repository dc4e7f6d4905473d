#!/usr/bin/env python3
"""A YAFFS image as a device leaves it: overwritten, cut, renamed, removed.

usage: yaffslog.py yaffs2|yaffs2be|yaffs2extra|yaffs1 > image

What a reader must show: etc/conf of 3000 bytes (its second chunk newer), etc/cut of
100 bytes, etc/hole of 5000 with 0 before the last chunk, now, hard (a link to
etc/conf), link -> etc/conf, dev (char 4:65), and in lost+found the file stray of an
object whose directory is gone. removed and unlinked are not there.
"""
import struct
import sys

what = sys.argv[1]
end = '>' if what == 'yaffs2be' else '<'
one = what == 'yaffs1'
CHUNK, SPARE, PAGES = (512, 16, 32) if one else (2048, 64, 8)
blocks = []


def header(kind, parent, name, mode=0, size=None, equivalent=None, alias=b'', rdev=0,
	   shrink=False):
	h = bytearray(b'\xff' * 512)
	struct.pack_into(end + 'II', h, 0, kind, parent)
	h[10:266] = name.encode().ljust(256, b'\0')
	if kind != 4:
		struct.pack_into(end + '6I', h, 268, mode, 7, 8, 1, 1500000000, 2)
		struct.pack_into(end + 'I', h, 460, rdev)
	if size is not None:
		struct.pack_into(end + 'I', h, 292, size)
	if equivalent:
		struct.pack_into(end + 'I', h, 296, equivalent)
	h[300:300 + len(alias) + 1] = alias + b'\0'
	struct.pack_into(end + 'I', h, 508, int(shrink))
	return bytes(h), kind, parent, shrink, size


def tags1(obj, chunk, n):
	value = chunk | 1 << 20 | (n & 1023) << 22 | obj << 32 | 3 << 62
	ecc = 0
	for bit in range(64):
		if value >> bit & 1:
			ecc ^= bit + 1
	return (value | ecc << 50).to_bytes(8, 'little')


def page(seq, obj, chunk, n, data, extra=None):
	data = data.ljust(CHUNK, b'\xff')
	spare = bytearray(b'\xff' * SPARE)
	if one:
		for at, b in zip((0, 1, 2, 3, 6, 7, 11, 12), tags1(obj, chunk, n)):
			spare[at] = b
	else:
		if extra and what == 'yaffs2extra':
			kind, parent, shrink, size = extra
			chunk = 1 << 31 | parent | (1 << 30 if shrink else 0)
			obj, n = obj | kind << 28, size or 0
		struct.pack_into(end + '4I', spare, 2, seq, obj, chunk, n)
	return data + bytes(spare)


def block(seq, *pages):
	out = []
	for obj, chunk, content in pages:
		if chunk == 0:
			out.append(page(seq, obj, 0, 0xffff, content[0], content[1:]))
		else:
			out.append(page(seq, obj, chunk, len(content), content))
	out += [b'\xff' * (CHUNK + SPARE)] * (PAGES - len(out))
	blocks.append((seq, b''.join(out)))


def text(c, n):
	return bytes([ord(c)]) * n


F, L, D, H, S = 1, 2, 3, 4, 5
per = CHUNK
conf = [(258, i + 1, text('old'[min(i, 2)], min(per, 3000 - i * per)))
	for i in range((3000 + per - 1) // per)]
last = (5000 - 1) // per + 1
block(0x1001,
      (257, 0, header(D, 1, 'etc', 0o40755)),
      (258, 0, header(F, 257, 'conf', 0o100644, 0)), *conf[:5])
block(0x1002, *conf[5:], (258, 0, header(F, 257, 'conf', 0o100600, 3000)),
      (259, 0, header(F, 257, 'cut', 0o100644, 0)), (259, 1, text('c', per)),
      (259, 0, header(F, 257, 'cut', 0o100644, per)))
block(0x1003, (258, 2, text('N', min(per, 3000 - per))),
      (259, 0, header(F, 257, 'cut', 0o100644, 100, shrink=True)),
      (260, 0, header(F, 257, 'hole', 0o100644, 0)),
      (260, last, text('h', 5000 - (last - 1) * per)),
      (260, 0, header(F, 257, 'hole', 0o100644, 5000)))
block(0x1004, (261, 0, header(F, 1, 'before', 0o104755, 3)), (261, 1, b'abc'),
      (261, 0, header(F, 1, 'now', 0o104755, 3)),
      (262, 0, header(H, 1, 'hard', equivalent=258)),
      (263, 0, header(L, 1, 'link', 0o120777, alias=b'etc/conf')),
      (264, 0, header(S, 1, 'dev', 0o20640, rdev=4 << 8 | 65)),
      (265, 0, header(F, 1, 'removed', 0o100644, 3)), (265, 1, b'xyz'))
block(0x1005, (265, 0, header(F, 4, 'deleted', 0o100644, 0, shrink=True)),
      (266, 0, header(F, 3, 'unlinked', 0o100644, 0)),
      (267, 0, header(F, 999, 'stray', 0o100644, 2)), (267, 1, b'ok'))
if one:
	order = blocks
else:
	block(0x21, (0x20, 1, text('k', CHUNK)))
	order = [blocks[i] for i in (3, 0, 5, 2, 1, 4)]
for _, b in order:
	sys.stdout.buffer.write(b)
