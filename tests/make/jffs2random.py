#!/usr/bin/env python3
"""jffs2random.py SEED [-i] - a jffs2 log of random nodes, by jffs2log.py

Files written over, cut and grown, names that come and go, copies of garbage
collection, obsolete marks, wrong sums, dirt, all in random order. -i says how
to mount it instead: the type for kmount and the size of a block.
"""
import random
import sys

sys.dont_write_bytecode = True
import jffs2log as j  # noqa: E402


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.big = self.r.random() < .3
        self.log = j.Log(erase=self.r.choice([0x2000, 0x4000, 0x10000]),
                         big=self.big, clean=self.r.random() < .8)
        self.inos = list(range(2, 2 + self.r.randint(3, 12)))
        self.dirs = [1] + [i for i in self.inos if self.r.random() < .25]
        self.files = [i for i in self.inos if i not in self.dirs]
        self.version, self.size, self.linked, self.nodes = {}, {}, set(), []

    def inode(self, ino, **k):
        self.version[ino] = self.version.get(ino, 0) + 1
        self.nodes.append(('i', dict(ino=ino, version=self.version[ino], **k)))

    def write(self):
        r, ino = self.r, self.r.choice(self.files)
        n, at = r.randint(1, 4000), r.choice([0, r.randint(0, 6000)])
        grown = max(self.size.get(ino, 0), at + n)
        self.size[ino] = at + n if r.random() < .2 else grown
        self.inode(ino, data=bytes([r.randint(65, 90)]) * n, offset=at,
                   isize=self.size[ino], compr=r.choice([j.NONE, j.ZLIB]),
                   mode=j.S_REG | r.choice([0o644, 0o755]), uid=r.randint(0, 3))

    def resize(self):
        r, ino = self.r, self.r.choice(self.files)
        size = self.size[ino] = r.randint(0, 7000)
        at = r.randint(0, size)
        if r.random() < .5:
            self.inode(ino, dsize=0, isize=size)
        else:
            self.inode(ino, compr=j.ZERO, offset=at, dsize=size - at, isize=size)

    def name(self):
        to, pino = self.r.choice(self.inos + [0, 0]), self.r.choice(self.dirs)
        v = self.version[-pino] = self.version.get(-pino, 0) + 1
        name = self.r.choice('abcdefgh')
        if to in self.dirs:
            # A directory has one name, and its own are below it.
            if to in self.linked or to <= pino:
                return
            self.linked.add(to)
            name = 'dir%d' % to
        self.nodes.append(('d', dict(name=name, ino=to, pino=pino, version=v,
                                     dtype=4 if to in self.dirs else 8)))

    def put(self, kind, k):
        r, l = self.r, self.log
        k = dict(k, obsolete=r.random() < .05)
        if r.random() < .04:
            k['bad'] = 'node'
        elif kind == 'i' and k.get('data') and r.random() < .04:
            k['bad'] = 'data'
        need = 40 + len(k['name']) if kind == 'd' else 68 + len(k.get('data', b''))
        if len(l.b) % l.erase + need > l.erase:
            l.block()
        (l.dirent if kind == 'd' else l.inode)(**k)
        if r.random() < .03:
            l.b += b'\0' * r.choice([4, 8, 16])
        if r.random() < .1:
            l.block()

    def make(self):
        for ino in self.dirs[1:]:
            self.inode(ino, mode=j.S_DIR | 0o755)
        for _ in range(self.r.randint(20, 120)):
            kind = self.r.random()
            if kind < .35 and self.files:
                self.write()
            elif kind < .45 and self.files:
                self.resize()
            elif kind < .9:
                self.name()
            elif self.nodes:
                self.nodes.append(self.r.choice(self.nodes))
        if self.r.random() < .6:
            self.r.shuffle(self.nodes)
        for kind, k in self.nodes:
            self.put(kind, k)
        return self.log.done(6)


def main():
    m = Maker(int(sys.argv[1]))
    if sys.argv[2:] == ['-i']:
        print('jffs2be' if m.big else 'jffs2', hex(m.log.erase))
    else:
        sys.stdout.buffer.write(m.make())


if __name__ == '__main__':
    main()
