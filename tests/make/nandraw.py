#!/usr/bin/env python3
"""Raw NAND pages as controllers write them, from the definitions of their codes.

usage: nandraw.py LAYOUT PAGE SPARE T < data > raw

Nothing here is fast: a code word is one integer, parity is its remainder.
"""
import sys

layout, page, spare, t = sys.argv[1], *map(int, sys.argv[2:5])
data = sys.stdin.buffer.read()
POLY = {13: 0x201b, 14: 0x402b, 15: 0x8003}


def product(a, b):
	r = 0
	while b:
		if b & 1:
			r ^= a
		a, b = a << 1, b >> 1
	return r


def generator(m, poly, t):
	def times(a, b):
		r = product(a, b)
		for i in range(2 * m, m - 1, -1):
			if r >> i & 1:
				r ^= poly << (i - m)
		return r

	power = [1]
	for _ in range((1 << m) - 2):
		x = power[-1] << 1
		power.append(x ^ poly if x >> m else x)
	g, seen = 1, set()
	for i in range(1, 2 * t, 2):
		roots, k = [], i
		while k not in roots:
			roots.append(k)
			k = k * 2 % ((1 << m) - 1)
		if min(roots) in seen:
			continue
		seen.add(min(roots))
		minimal = [1]			# lowest power first
		for r in roots:
			shifted = [0] + minimal
			scaled = [times(c, power[r]) for c in minimal] + [0]
			minimal = [a ^ b for a, b in zip(shifted, scaled)]
		g = product(g, sum(c << j for j, c in enumerate(minimal)))
	return g


class Bch:
	def __init__(self, m, t, low_first=False, poly=None):
		self.g = generator(m, poly or POLY[m], t)
		self.bits = self.g.bit_length() - 1
		self.low_first = low_first

	def turn(self, b):
		return bytes(int(f'{x:08b}'[::-1], 2) for x in b) if self.low_first else b

	def remainder(self, message, nbits):
		r = message << self.bits
		for i in range(nbits + self.bits - 1, self.bits - 1, -1):
			if r >> i & 1:
				r ^= self.g << (i - self.bits)
		return r

	def __call__(self, b):
		"""Parity, the bits first, filled up with zeros to bytes."""
		r = self.remainder(int.from_bytes(self.turn(b), 'big'), len(b) * 8)
		over = -self.bits % 8
		return self.turn((r << over).to_bytes((self.bits + over) // 8, 'big'))


def hamming(b, order):
	"""Parities of the bits whose place has digit k set, and clear."""
	n = 12 if len(b) == 512 else 11
	one, zero = [0] * n, [0] * n
	for i, byte in enumerate(b):
		for bit in range(8):
			if byte >> bit & 1:
				place = i * 8 + bit
				for k in range(n):
					if place >> k & 1:
						one[k] ^= 1
					else:
						zero[k] ^= 1
	if order == 'ti':
		e = sum(x << k for k, x in enumerate(zero))
		o = sum(x << k for k, x in enumerate(one))
		return bytes([e & 255, o & 255, e >> 8 | o >> 8 << 4])
	lp = sum((one[k] << 1 | zero[k]) << 2 * (k - 3) for k in range(3, n))
	cp = sum((one[k] << 1 | zero[k]) << 2 * k for k in range(3))
	low, high = ~lp & 255, ~(lp >> 8) & 255
	return bytes(([low, high] if order == 'sm' else [high, low]) +
		     [~(cp << 2 | lp >> 16) & 255])


def xor(a, b):
	return bytes(x ^ y for x, y in zip(a, b))


def bits_of(b):
	return [x >> i & 1 for x in b for i in range(8)]


def bytes_of(bits):
	return bytes(sum(v << k for k, v in enumerate(bits[i:i + 8]))
		     for i in range(0, len(bits), 8))


def put(b, at, what):
	return b[:at] + what + b[at + len(what):]


def steps(p, n):
	return [p[i:i + n] for i in range(0, len(p), n)]


def kernel(p, code, n, at=None, stride=None, mask=True):
	oob = b'\xff' * spare
	first = code(p[:n])
	all_ones = xor(code(b'\xff' * n), b'\xff' * len(first)) if mask else bytes(len(first))
	stride = stride or len(first)
	at = spare - stride * (page // n) if at is None else at
	for i, s in enumerate(steps(p, n)):
		oob = put(oob, at + i * stride, xor(code(s), all_ones))
	return p + oob


def make(number, p):
	if layout == 'kernel':
		return kernel(p, code, 512)
	if layout == 'omap':
		return kernel(p, code, 512, 2, mask=False)
	if layout == 'omap-stride':
		return kernel(p, code, 512, 2, len(code(p[:512])) + 1, mask=False)
	if layout == 'pmecc':
		return kernel(p, code, 1024, mask=False)
	if layout == 'ti':
		return kernel(p, lambda b: hamming(b, 'ti'), 512, 1, mask=False)
	if layout == 'broadcom-hamming':
		return kernel(p, lambda b: hamming(b, 'linux'), 512, 6, 16, mask=False)
	if layout == 'smartmedia':
		oob = b'\xff' * 6 + b'\x10\x02' + hamming(p[256:], 'sm') + b'\x10\x02' + \
			hamming(p[:256], 'sm')
		return p + oob
	if layout == 'broadcom':
		# parity at the end of each share, over the data and all before it
		share, oob = spare // (page // 512), b''
		for i, s in enumerate(steps(p, 512)):
			free = share * 8 - code.bits
			mine = b'\xff' * (free // 8)
			if i == 0:
				mine = b'\xff\x19\x85\x20' + bytes([number & 255]) + mine[5:]
			message = int.from_bytes(s + mine, 'big') << free % 8
			r = code.remainder(message, (512 + len(mine)) * 8 + free % 8)
			oob += mine + r.to_bytes(share - len(mine), 'big')
		return p + oob
	if layout in ('gpmi', 'gpmi-1k'):
		n, bits = (1024 if layout == 'gpmi-1k' else 512), []
		p, meta = bytearray(p), bytearray(b'\xff' * 10)
		# the marker's place on the chip is somewhere in the last steps
		flat = [('m', i) for i in range(80)]
		for i in range(page // n):
			flat += [('d', i * n * 8 + k) for k in range(n * 8)] + [('e', 0)] * code.bits
		for k in range(8):
			kind, at = flat[page * 8 + k]
			assert kind == 'd'
			a, b = meta[0] >> k & 1, p[at // 8] >> at % 8 & 1
			meta[0] ^= (a ^ b) << k
			p[at // 8] ^= (a ^ b) << at % 8
		for i, s in enumerate(steps(bytes(p), n)):
			s = bytes(meta) + s if i == 0 else s
			bits += bits_of(s) + bits_of(code(s))[:code.bits]
		bits += [1] * ((page + spare) * 8 - len(bits))
		return bytes_of(bits)
	if layout in ('mediatek', 'allwinner', 'interleaved'):
		n = 512 if layout == 'interleaved' else 1024
		fdm = {'mediatek': 8, 'allwinner': 4, 'interleaved': 0}[layout]
		share, raw = spare // (page // n), b''
		for i, s in enumerate(steps(p, n)):
			s += (b'\xff' + bytes([number & 255, i]) + b'\xff' * 8)[:fdm]
			e = code(s)
			raw += s + e
			if layout == 'mediatek':
				raw += b'\xff' * (share - fdm - len(e))
		return raw + b'\xff' * (page + spare - len(raw))
	if layout == 'qcom':
		words = page // 512
		size = (page + spare) // words
		before, raw = page - size * (words - 1), b''
		free = 516 * words - page
		p += bytes(range(free))
		for s in steps(p, 516):
			w = s[:before] + b'\xff' + s[before:] + code(s)
			raw += w + b'\xff' * (size - len(w))
		return raw
	sys.exit('what layout?')


if layout in ('pmecc', 'mediatek'):
	code = Bch(14, t, True, 0x4443)
elif layout in ('allwinner', 'gpmi-1k'):
	code = Bch(14, t, True)
elif layout in ('kernel', 'omap', 'omap-stride', 'broadcom'):
	code = Bch(13, t)
elif t:
	code = Bch(13, t, True)
for number, at in enumerate(range(0, len(data), page)):
	sys.stdout.buffer.write(make(number, data[at:at + page].ljust(page, b'\xff')))
