# The build of everything; docs/build-system.txt explains how.
#
# SPDX-License-Identifier: GPL-2.0-or-later

# Where is this Makefile? A build folder has a link to it.
makefile-source := $(patsubst %/,%,$(dir $(realpath $(firstword $(MAKEFILE_LIST)))))

ifeq ($(wildcard config-host.mak),)
unconfigured-goals := help check-help clean distclean style-report
ifneq ($(filter-out $(unconfigured-goals),$(or $(MAKECMDGOALS),all)),)
$(error Please run configure before make: $(makefile-source)/configure --help tells how)
endif
SRC_PATH := $(makefile-source)
BUILD_DIR := $(CURDIR)
PYTHON := python3 -B
else
include config-host.mak
endif

all:

include $(SRC_PATH)/rules.mak
VPATH := $(SRC_PATH)

ifneq ($(wildcard config-host.mak),)

# ---- Configuration

config-host.mak: $(SRC_PATH)/configure $(SRC_PATH)/VERSION \
    $(foreach t,$(TARGET_DIRS),$(SRC_PATH)/default-configs/$t.mak)
	@echo "config-host.mak is out of date, running configure"
	@./config.status > config-status.out || { cat config-status.out; exit 1; }

config-host.h: config-host.mak $(SRC_PATH)/scripts/create_config
	$(call quiet-command,sh $(SRC_PATH)/scripts/create_config < $< > $@.tmp && \
	    $(replace-if-changed) && touch $@,"  GEN   $@")
config-cflags: config-host.mak ;

target-config-devices := $(addsuffix /config-devices.mak,$(TARGET_DIRS))
$(target-config-devices): %/config-devices.mak: $(SRC_PATH)/default-configs/%.mak \
    $(SRC_PATH)/scripts/make_device_config.sh config-host.mak
	$(call quiet-command,sh $(SRC_PATH)/scripts/make_device_config.sh $@ $@.d $<,"  GEN   $@")
-include $(addsuffix .d,$(target-config-devices))

# Whatever any target has is compiled here once.
config-all-devices.mak: $(target-config-devices)
	$(call quiet-command,cat /dev/null $^ | grep '=y$$' | sort -u > $@.tmp; \
	    $(replace-if-changed); touch $@,"  GEN   $@")
ifeq ($(filter %clean help check-help style-report,$(MAKECMDGOALS)),)
include config-all-devices.mak
endif

# ---- What there is to build

$(foreach v,$(list-vars) tools-y,$(eval $v :=))
include $(SRC_PATH)/Makefile.objs
target-base-dirs := $(patsubst $(SRC_PATH)/%/Makefile.objs,%, \
    $(sort $(wildcard $(SRC_PATH)/target-*/Makefile.objs)))
load-result := $(call load-lists,$(object-dirs) $(target-base-dirs))

# Lists that are linked whole, in the order of the layers.
whole-objs := $(qom-obj-y) $(io-obj-y) $(crypto-obj-y) $(chardev-obj-y) $(block-obj-y) \
    $(common-obj-y)
tool-objs := $(foreach t,$(tools-y),$($t-obj-y))
host-objs := $(sort $(util-obj-y) $(stub-obj-y) $(whole-objs) $(tool-objs))
tools := $(if $(CONFIG_TOOLS),$(addsuffix $(EXESUF),$(tools-y)))

GENERATED_HEADERS := config-host.h $(filter %.h,$(generated-files-y))
make-dirs-result := $(call make-dirs,$(host-objs) $(generated-files-y) $(data-y))

# Objects of this level know these folders only; -include comes with the dependency files.
$(host-objs): config-cflags | $(GENERATED_HEADERS)
-include $(host-objs:.o=.d)

.PHONY: all tools data generated-files
generated-files: config-host.h $(generated-files-y)

libqemuutil.a: $(util-obj-y)
libqemustub.a: $(stub-obj-y)

# For tests: everything, to be taken as needed.
libqemuall.a: $(whole-objs)

# What a tool is linked with besides its own objects: $(NAME-uses), lists by name.
tool-uses = $(foreach l,$(or $($1-uses),qom io crypto chardev block),$($l-obj-y))
define tool-rule
$1$(EXESUF): $$($1-obj-y) $$(call tool-uses,$1) libqemuutil.a libqemustub.a
	$$(call LINK,$$^)
endef
$(foreach t,$(tools-y),$(eval $(call tool-rule,$t)))

tools: $(tools)
data: $(data-y)

# ---- Targets: a make of its own for each, in its folder

subdir-rules := $(addprefix subdir-,$(TARGET_DIRS))
.PHONY: $(subdir-rules)
$(subdir-rules): subdir-%: generated-files $(whole-objs) libqemuutil.a libqemustub.a \
    %/config-devices.mak
	$(call quiet-command,$(MAKE) $(if $(V),,--no-print-directory) -C $* V="$(V)" \
	    TARGET_DIR="$*/" all,)

all: generated-files libqemuutil.a libqemustub.a tools data $(subdir-rules)

# ---- Installing

INSTALL := install
INSTALL_PROG := $(INSTALL) -m 0755 $(STRIP_OPT)
INSTALL_DATA := $(INSTALL) -m 0644
.PHONY: install
install: all
	$(INSTALL) -d "$(DESTDIR)$(bindir)" "$(DESTDIR)$(qemu_datadir)" "$(DESTDIR)$(qemu_docdir)"
	$(if $(tools),$(INSTALL_PROG) $(tools) "$(DESTDIR)$(bindir)")
	$(foreach t,$(TARGET_DIRS),$(INSTALL_PROG) $t/qemu-system-$(t:-softmmu=)$(EXESUF) \
	    "$(DESTDIR)$(bindir)" &&) true
	$(foreach f,$(data-y),$(INSTALL_DATA) $(or $(wildcard $f),$(SRC_PATH)/$f) \
	    "$(DESTDIR)$(qemu_datadir)" &&) true
	$(if $(wildcard $(SRC_PATH)/pc-bios/keymaps),$(INSTALL) -d "$(DESTDIR)$(qemu_datadir)/keymaps" && \
	    $(INSTALL_DATA) $(SRC_PATH)/pc-bios/keymaps/* "$(DESTDIR)$(qemu_datadir)/keymaps")
	$(INSTALL_DATA) $(SRC_PATH)/COPYING $(wildcard $(SRC_PATH)/README.md) \
	    "$(DESTDIR)$(qemu_docdir)"
	cd $(SRC_PATH) && find docs -type f \( -name '*.txt' -o -name '*.md' \) -exec sh -c \
	    'for f; do $(INSTALL) -D -m 0644 "$$f" "$(DESTDIR)$(qemu_docdir)/$${f#docs/}"; done' sh {} +

include $(SRC_PATH)/tests/Makefile

endif # configured

# ---- Cleaning: goals that need no lists

.PHONY: clean distclean help check-help style-report
clean:
	rm -f config-host.h config-all-devices.mak lib*.a $(tools) $(generated-files-y)
	find . -name .git -prune -o -type f \( -name '*.[oda]' -o -name '*.tmp' \) -exec rm -f {} +
	rm -f $(foreach t,$(TARGET_DIRS),$t/qemu-system-* $t/config-*.h $t/config-devices.mak)
	rm -rf test-results $(unit-tests) $(qtest-tests)

distclean: clean
	rm -f config-host.mak config-cflags config.status config.log config-status.out
	rm -rf $(TARGET_DIRS)
	if [ -L Makefile ]; then rm -f Makefile; fi
ifneq ($(SRC_PATH),$(BUILD_DIR))
	find . -type d -empty -delete
endif

style-report:
	@$(PYTHON) $(SRC_PATH)/scripts/style-report.py $(SRC_PATH)

help:
	@echo "Goals of make, after configure:"
	@echo "  all             everything below but tests (the default)"
	@echo "  tools           qemu-img and the like"
	@for t in $(TARGET_DIRS); do printf '  %-15s %s\n' "subdir-$$t" "qemu-system-$${t%-softmmu}"; done
	@echo "  check           all tests; check-help lists the groups"
	@echo "  install         into DESTDIR and the folders given to configure"
	@echo "  clean           remove what make made"
	@echo "  distclean       remove what configure made, too"
	@echo "  style-report    where the tree departs from its house rules"
	@echo "Variables: V=1 shows commands, DESTDIR=, and for tests see check-help"

check-help:
	@echo "Test groups, each a goal of make:"
	@echo "  check           all groups, then one line: N passed, N failed"
	@echo "  check-unit      tests/unit: functions and modules, with Check"
	@echo "  check-qtest     tests/qtest: devices, over the qtest protocol"
	@$(foreach s,$(extra-suites),echo "  check-$s" | awk '{ printf "  %-15s %s\n", $$1, "tests/$s" }';)
	@echo "  check-build     only build the tests"
	@echo "Variables:"
	@echo "  TESTS='NAME..'  only tests with one of these words in their path"
	@echo "  TEST_JOBS=N     at once (default: the CPUs)"
	@echo "  V=1             show the output of every test, not only of failed ones"
	@echo "Logs are in test-results/."
