# install.mk - where the pieces go
pcdir ?= $(libdir)/pkgconfig
udevdir ?= $(prefix)/lib/udev
bashdir ?= $(datadir)/bash-completion/completions
zshdir ?= $(datadir)/zsh/site-functions
fishdir ?= $(datadir)/fish/vendor_completions.d

install: all
	install -d $(DESTDIR)$(bindir) $(DESTDIR)$(mandir)/man1 $(DESTDIR)$(libdir) \
		$(DESTDIR)$(pcdir) $(DESTDIR)$(datadir)/fwtool/schema
	install -m 755 $O/fwtool $(DESTDIR)$(bindir)/fwtool
	install -m 644 fwtool.1 $(DESTDIR)$(mandir)/man1/fwtool.1
	install -m 644 $O/libfwtool.a $(DESTDIR)$(libdir)/libfwtool.a
	for f in core fixup scan fs acquire project; do \
		install -d $(DESTDIR)$(includedir)/fwtool/$$f && \
		install -m 644 src/$$f/*.h $(DESTDIR)$(includedir)/fwtool/$$f/ || exit 1; \
	done
	install -d $(DESTDIR)$(udevdir)/rules.d
	install -m 644 tools/60-fwtool.rules $(DESTDIR)$(udevdir)/rules.d/
	install -d $(DESTDIR)$(datadir)/metainfo
	install -m 644 share/fwtool.metainfo.xml $(DESTDIR)$(datadir)/metainfo/
	install -m 644 share/clean.rules $(DESTDIR)$(datadir)/fwtool/
	install -m 644 share/schema/*.json $(DESTDIR)$(datadir)/fwtool/schema/
	install -d $(DESTDIR)$(bashdir) $(DESTDIR)$(zshdir) $(DESTDIR)$(fishdir)
	$O/fwtool completion bash > $(DESTDIR)$(bashdir)/fwtool
	$O/fwtool completion zsh > $(DESTDIR)$(zshdir)/_fwtool
	$O/fwtool completion fish > $(DESTDIR)$(fishdir)/fwtool.fish
	sed -e 's|@prefix@|$(prefix)|; s|@libdir@|$(libdir)|; s|@includedir@|$(includedir)|' \
		-e 's|@version@|$(version)|; s|@requires@|$(PKGS)|' tools/fwtool.pc.in \
		> $(DESTDIR)$(pcdir)/fwtool.pc

install-compat: install
	install -d $(DESTDIR)$(libexecdir)/fwtool/compat
	for name in mkfs.jffs2 mkfs.cramfs genromfs mksquashfs unsquashfs \
		jefferson binwalk flashrom fw_printenv; do \
		ln -sf $(bindir)/fwtool $(DESTDIR)$(libexecdir)/fwtool/compat/$$name; \
	done

uninstall:
	rm -rf $(DESTDIR)$(includedir)/fwtool $(DESTDIR)$(datadir)/fwtool \
		$(DESTDIR)$(libexecdir)/fwtool
	rm -f $(DESTDIR)$(udevdir)/rules.d/60-fwtool.rules $(DESTDIR)$(bindir)/fwtool $(DESTDIR)$(mandir)/man1/fwtool.1 \
		$(DESTDIR)$(bashdir)/fwtool $(DESTDIR)$(zshdir)/_fwtool \
		$(DESTDIR)$(fishdir)/fwtool.fish \
		$(DESTDIR)$(datadir)/metainfo/fwtool.metainfo.xml \
		$(DESTDIR)$(libdir)/libfwtool.a $(DESTDIR)$(pcdir)/fwtool.pc

version := $(shell sed -n 's/^\#define FWTOOL_VERSION "\(.*\)"/\1/p' src/core/version.h)

# The package: fwtool_*.deb here, made from a copy of the sources; deb-check
# holds it to lintian and to the list of what must be in it.
debs := $O/deb/fwtool-$(version)
deb:
	@sh tools/install-deps deb
	rm -rf $O/deb && mkdir -p $(debs)
	tar --exclude-vcs --exclude=./build --exclude=./fwtool --exclude='./*.deb' -cf - . | \
		tar -C $(debs) -xf -
	cd $(debs) && env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS dpkg-buildpackage -us -uc -b > ../log 2>&1 || \
		{ tail -n 20 ../log; exit 1; }
	mv $O/deb/fwtool_*.deb $O/deb/libfwtool-dev_*.deb .
	@ls fwtool_*.deb libfwtool-dev_*.deb
deb-check: deb
	@tests/deb fwtool_$(version)_*.deb libfwtool-dev_$(version)_*.deb
