#!/usr/bin/env python3
"""Raw NAND pages as controllers write them, from the definitions of their codes.

usage: nandraw.py LAYOUT PAGE SPARE T < data > raw

Nothing here is fast: a code word is one integer, parity is its remainder.
"""
import sys

layout, page, spare, t = sys.argv[1], *map(int, sys.argv[2:5])
data = sys.stdin.buffer.read()
POLY = {13: 0x201b, 14: 0x402b, 15: 0x8003}
# Of Allwinner's randomizer, by page of a block.
SEEDS = [int(x, 16) for x in '''
	2b75 0bd0 5ca3 62d1 1c93 07e9 2162 3a72 0d67 67f9 1be7 077d 032f 0dac 2716 2436
	7922 1510 3860 5287 480f 4252 1789 5a2d 2a49 5e10 437f 4b4e 2f45 216e 5cb7 7130
	2a3f 60e4 4dc9 0ef0 0f52 1bb9 6211 7a56 226d 4ea7 6f36 3692 38bf 0c62 05eb 4c55
	60f4 728c 3b6f 2037 7f69 0936 651a 4ceb 6218 79f3 383f 18d9 4f05 5c82 2912 6f17
	6856 5938 1007 61ab 3e7f 57c2 542f 4f62 7454 2eac 7739 42d4 2f90 435a 2e52 2064
	637c 66ad 2c90 0bad 759c 0029 0986 7126 1ca7 1605 386a 27f5 1380 6d75 24c3 0f8e
	2b7a 1418 1fd1 7dc1 2d8e 43af 2267 7da3 4e3d 1338 50db 454d 764d 40a3 42e6 262b
	2d2e 1aea 2e17 173d 3a6e 71bf 25f9 0a5d 7c57 0fbe 46ce 4939 6b17 37bb 3e91 76db
	'''.split()]


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
		self.table = [self.slow(i, 8) for i in range(256)]

	def turn(self, b):
		return bytes(int(f'{x:08b}'[::-1], 2) for x in b) if self.low_first else b

	def slow(self, message, nbits):
		r = message << self.bits
		for i in range(nbits + self.bits - 1, self.bits - 1, -1):
			if r >> i & 1:
				r ^= self.g << (i - self.bits)
		return r

	def remainder(self, message, nbits):
		r, mask = 0, (1 << self.bits) - 1
		for byte in message.to_bytes((nbits + 7) // 8, 'big'):
			r = (r << 8 & mask) ^ self.table[r >> (self.bits - 8) ^ byte]
		return r

	def __call__(self, b):
		"""Parity, the bits first, filled up with zeros to bytes."""
		r = self.remainder(int.from_bytes(self.turn(b), 'big'), len(b) * 8)
		over = -self.bits % 8
		return self.turn((r << over).to_bytes((self.bits + over) // 8, 'big'))


class Rs:
	"""2t symbols of parity; symbols are bytes, or m bits running on."""
	def __init__(self, m, poly, t, wide, first, backward):
		self.m, self.t, self.wide, self.backward = m, t, wide, backward
		self.power = [1]
		for _ in range((1 << m) - 2):
			x = self.power[-1] << 1
			self.power.append(x ^ poly if x >> m else x)
		self.log = {v: i for i, v in enumerate(self.power)}
		self.g = [1]			# lowest power first
		for i in range(first, first + 2 * t):
			root = [self.times(c, self.power[i]) for c in self.g] + [0]
			self.g = [a ^ b for a, b in zip([0] + self.g, root)]

	def times(self, a, b):
		n = len(self.power)
		return self.power[(self.log[a] + self.log[b]) % n] if a and b else 0

	def __call__(self, b):
		x, mask = int.from_bytes(b, 'little'), (1 << self.wide) - 1
		s = [x >> i & mask for i in range(0, len(b) * 8, self.wide)]
		p = [0] * 2 * self.t + (s if self.backward else s[::-1])
		for k in range(len(p) - 1, 2 * self.t - 1, -1):
			for j, c in enumerate(self.g[:-1]):
				p[k - 2 * self.t + j] ^= self.times(p[k], c)
		e = p[:2 * self.t] if self.backward else p[2 * self.t - 1::-1]
		x = sum(c << self.m * i for i, c in enumerate(e))
		return x.to_bytes((2 * self.t * self.m + 7) // 8, 'little')


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
	if layout == 'mediatek-swap':
		# the byte of data where the marker is goes to the spare ones of its step
		share = spare // (page // 1024)
		last, at = divmod(page, 1024 + share)
		p, raw = bytearray(p), b''
		kept, p[last * 1024 + at] = p[last * 1024 + at], 0xff
		for i, s in enumerate(steps(bytes(p), 1024)):
			s += bytes([kept if i == last else 0xff])
			raw += (s + bytes(7) + code(s)).ljust(1024 + share, b'\xff')
		return raw
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
	if layout in ('sunxi', 'sunxi-random'):
		# 1024 bytes of data, 4 of the user's and parity share a key stream
		def mix(b, at=0):
			if layout == 'sunxi':
				return b
			x, out = SEEDS[number % 128], b''
			for _ in range(15 + 8 * at):
				x = (x >> 1 | (x ^ x >> 1) << 14) & 0x7fff
			for c in b:
				out += bytes([c ^ x & 255])
				for _ in range(8):
					x = (x >> 1 | (x ^ x >> 1) << 14) & 0x7fff
			return out

		main, oob = b'', b''
		for i, s in enumerate(steps(p, 1024)):
			user = b'\xff' * 4
			if not i:			# so that the marker is 0xff
				user = xor(mix(b'\0\0', 1024) if layout != 'sunxi' else b'\0\0',
					   b'\xff\xff') + b'\xff\xff'
			e = code(s + user)
			s = mix(s + user + e + b'\0' * (len(e) % 2))
			main, oob = main + s[:1024], oob + s[1024:]
		return main + oob + mix(b'\xff' * (spare - len(oob)))
	if layout == 'qnx':
		# 4 spare bytes of each step together, parity to the right of 7 bytes
		free, parity = b'\xff' * 4 + bytes([number & 255]) * (page // 128 - 4), b''
		for i, s in enumerate(steps(p, 512)):
			m = s + free[4 * i:4 * i + 4]
			r = code.remainder(int.from_bytes(m, 'big'), len(m) * 8)
			parity += r.to_bytes((code.bits + 7) // 8, 'big')
		return p + (free + parity).ljust(spare, b'\xff')
	if layout == 'denali':
		# steps and parity alternate, the marker cuts in at its place
		raw = b''
		for s in steps(p, 512):
			e = code(s)
			raw += s + e + b'\xff' * (len(e) % 2)
		raw = raw[:page] + b'\xff\xff' + raw[page:]
		return raw + b'\xff' * (page + spare - len(raw))
	if layout.startswith('marvell'):
		# spare bytes in the last code word (-), or in one of their own (+)
		n, tail = (512 if layout == 'marvell+32' else 1024), int(layout[8:])
		words = steps(p, n) + [b''] * (layout[7] == '+')
		words[-1] += bytes([number & 255]) * tail
		raw = b''.join(w + code(w) for w in words)
		return raw.ljust(page + spare, b'\xff')
	if layout == 'meson':
		# two spare bytes behind a step, even numbers of parity
		raw = b''
		for i, s in enumerate(steps(p, 512)):
			s += bytes([number & 255, i])
			e = code(xor(s, b'\xff' * 514))
			raw += s + xor(e, b'\xff' * len(e))
		return raw + b'\xff' * (page + spare - len(raw))
	if layout == 'mt7622':
		# 8 bytes behind a sector, the first of them in its code word
		raw = b''
		for i, s in enumerate(steps(p, 512)):
			w = s + b'\xff' + bytes([number & 255]) * 7 + code(s + b'\xff')
			raw += w + b'\xff' * (spare // (page // 512) - len(w) + 512)
		return raw
	if layout == 'vf610':
		return kernel(p, code, 2048, mask=False)
	if layout in ('kirkwood', 'ingenic'):
		return kernel(p, code, 512, mask=False)
	sys.exit('what layout?')


if layout == 'kirkwood':
	code = Rs(10, 0x409, t, 8, 1, True)
elif layout == 'ingenic':
	code = Rs(9, 0x211, t, 9, 1, False)
elif layout in ('pmecc', 'mediatek', 'mediatek-swap'):
	code = Bch(14, t, True, 0x4443)
elif layout in ('sunxi', 'sunxi-random', 'allwinner'):
	code = Bch(14, t, True, 0x5803)
elif layout in ('gpmi-1k', 'meson'):
	code = Bch(14, t, layout == 'gpmi-1k')
elif layout.startswith('marvell') or layout == 'vf610':
	code = Bch(15, t)
elif layout in ('qnx', 'denali'):
	code = Bch(13, t)
elif layout in ('kernel', 'omap', 'omap-stride', 'broadcom'):
	code = Bch(13, t)
elif t:
	code = Bch(13, t, True)
for number, at in enumerate(range(0, len(data), page)):
	sys.stdout.buffer.write(make(number, data[at:at + page].ljust(page, b'\xff')))
