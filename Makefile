# fwtool - make, make demo, make check; see README.md
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config
CLANG ?= clang
prefix ?= /usr/local
exec_prefix ?= $(prefix)
bindir ?= $(exec_prefix)/bin
libdir ?= $(exec_prefix)/lib
libexecdir ?= $(exec_prefix)/libexec
includedir ?= $(prefix)/include
datadir ?= $(prefix)/share
mandir ?= $(datadir)/man

.DEFAULT_GOAL := all
PKGS := zlib libdeflate liblzma lzo2 liblz4 libzstd libarchive nettle jansson libusb-1.0 libftdi1
O := build$(if $(SAN),/san)$(if $(STATIC),/static)
ifneq ($(filter-out clean install-deps,$(or $(MAKECMDGOALS),all)),)
ifneq ($(shell $(PKG_CONFIG) --exists $(PKGS) cmocka && echo yes),yes)
$(if $(shell sh tools/install-deps >&2 || echo failed),$(error packages are missing))
endif
endif
ifdef STATIC
$(if $(shell sh tools/install-deps static >&2 || echo failed),$(error packages are missing))
endif
override CPPFLAGS += -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Isrc \
	$(shell $(PKG_CONFIG) --cflags $(PKGS) | sed 's/-I/-isystem /g')
override CFLAGS += -std=c17 -pthread -Wall -Wextra -Wshadow -Wvla \
	-Wstrict-prototypes -Wmissing-prototypes -fno-strict-aliasing \
	$(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
# libarchive is loaded when it is wanted (src/fs/archive.h); a static program has
# no USB programmers, as Debian has no static libudev.
LIBS := $(if $(STATIC),$(shell $(PKG_CONFIG) --static --libs \
	$(filter-out libusb-1.0 libftdi1,$(PKGS)) libxml-2.0) -lstdc++,\
	$(shell $(PKG_CONFIG) --libs $(filter-out libarchive,$(PKGS)))) -lbz2 -lm -pthread
override CPPFLAGS += $(if $(STATIC),-DFWTOOL_STATIC)
override LDFLAGS += $(if $(SAN),-fsanitize=$(SAN)) $(if $(STATIC),-static)

sources := $(filter-out $(if $(STATIC),$(patsubst %,src/acquire/%.c,ch341a ch347 ft232h ft232h_usb usb usbpipe)),\
	$(wildcard src/*/*.c src/*/*/*.c))
objects := $(sources:src/%.c=$O/%.o)
main_objects := $O/cmd/main.o $O/tables.o
lib_objects := $(filter-out $(main_objects) $O/cmd/%,$(objects))
cmd_objects := $(filter $O/cmd/%,$(filter-out $(main_objects),$(objects)))
include tests/emu/emu.mk
units := $(patsubst tests/unit/%.c,$O/tests/%,$(wildcard tests/unit/test_*.c))
units := $(if $(ONLY),$(foreach u,$(units),$(if $(findstring $(ONLY),unit/$(notdir $u)),$u)),$(units))

# One short line for each step; V=1 shows the commands.
say = $(if $(V),,@echo "  $(1)  $(@)";)

all: $O/fwtool $O/libfwtool.a
	@$(if $(SAN),:,ln -sf $O/fwtool fwtool)

$O/fwtool: $(main_objects) $(cmd_objects) $O/libfwtool.a
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$O/libfwtool.a: $(lib_objects)
	@rm -f $@
	$(call say,AR  )$(AR) rcs $@ $^
$O/cmd/schemas.o: $O/schemas.inc
$O/cmd/report.o: share/report.css
$O/cmd/clean.o: share/clean.rules
$O/cmd/schemas.o: override CPPFLAGS += -I$O
$O/schemas.inc: $(wildcard share/schema/*.json)
	@mkdir -p $(@D)
	@printf 'X(%s)\n' $(patsubst share/schema/fwtool.%.json,%,$^) > $@
$O/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$O/tests/%: tests/unit/%.c $(filter-out $O/cmd/main.o,$(main_objects)) $(cmd_objects) $O/libfwtool.a
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $(filter %.c %.o %.a,$^) -lcmocka $(LIBS)

check: all $(units) $(emus)
	@O=$O SAN=$(SAN) tests/run
	@$(if $(SAN),:,$(MAKE) --no-print-directory fuzz-smoke)
fuzz fuzz-smoke:
	@CLANG=$(CLANG) CPPFLAGS='$(CPPFLAGS)' LIBS='$(LIBS)' tests/fuzz/run $@
demo: all
	@tests/demo
bench: all
	@bench/run
slurm-check: all
	@tests/slurm
soak: all $(emus)
	@tests/soak/matrix && tests/soak/faults 20 && tests/soak/kill 60 && tests/soak/json 20
floors:
	@tools/floors
clean:
	rm -rf build fwtool

include tools/install.mk
-include $(objects:.o=.d) $(units:=.d)
.PHONY: all check fuzz fuzz-smoke demo bench soak floors clean install uninstall deb deb-check slurm-check
