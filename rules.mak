# Generic rules and functions of the build; docs/build-system.txt explains them.
#
# SPDX-License-Identifier: GPL-2.0-or-later

# No built-in rules: they cost time, and we want none of them.
MAKEFLAGS += -rR
.SUFFIXES:
.DELETE_ON_ERROR:

# A command that shows as one short line; V=1 shows it in full.
comma := ,
quiet-command = $(if $(V),$1,$(if $2,@echo $2 && $1,@$1))

# ---- Compiling and linking

# "" includes look here, <> includes never see our folders. Generated files come first.
QEMU_INCLUDES = -iquote $(BUILD_DIR) -iquote $(SRC_PATH)/include -iquote $(SRC_PATH) \
    -iquote $(@D) -iquote $(<D)
QEMU_DGFLAGS = -MMD -MP -MT $@ -MF $(@:.o=.d)

%.o: %.c
	$(call quiet-command,$(CC) $(QEMU_INCLUDES) $(QEMU_CFLAGS) $(CFLAGS) $(QEMU_DGFLAGS) \
	    $($@-cflags) -c -o $@ $<,"  CC    $(TARGET_DIR)$@")

%.o: %.S
	$(call quiet-command,$(CC) $(QEMU_INCLUDES) $(QEMU_CFLAGS) $(CFLAGS) $(QEMU_DGFLAGS) \
	    $($@-cflags) -c -o $@ $<,"  AS    $(TARGET_DIR)$@")

%.a:
	$(call quiet-command,rm -f $@ && $(AR) rcsD $@ $(filter %.o,$^),"  AR    $(TARGET_DIR)$@")

# The libraries that the objects of a link ask for (foo.o-libs), each once.
object-libs = $(call unique,$(foreach o,$1,$($(patsubst ../%,%,$o)-libs)))
unique = $(if $1,$(firstword $1) $(call unique,$(filter-out $(firstword $1),$1)))

# $(call LINK,FILES,MORE-LIBS): objects first, then archives, then libraries.
LINK = $(call quiet-command,$(CC) $(QEMU_CFLAGS) $(CFLAGS) $(QEMU_LDFLAGS) -o $@ \
    $(filter %.o,$1) $(filter %.a,$1) $(call object-libs,$(filter %.o,$1)) $2 $(LIBS), \
    "  LINK  $(TARGET_DIR)$@")

# ---- Lists of objects
#
# A Makefile.objs adds to the variables in list-vars. Names are relative to its folder; a name
# that ends in / is a folder below it with a Makefile.objs of its own. The functions here
# merge them all: $(call load-lists,FOLDERS) leaves each variable with complete paths, and
# foo.o-cflags and foo.o-libs under the path of the object.
#
# Tools: tools-y names programs, and NAME-obj-y their objects.

list-vars := util-obj-y stub-obj-y qom-obj-y io-obj-y crypto-obj-y chardev-obj-y block-obj-y \
    common-obj-y obj-y generated-files-y data-y
# What a NAME-obj-y may hold besides
object-props := cflags libs

# Bind what a Makefile.objs said about the object $2 to its path $1/$2.
adopt-props = $(foreach p,$(object-props),$(if $($2-$p),$(eval $1/$2-$p := $$($2-$p))$(eval $2-$p :=)))

define load-dir
$(foreach v,$(list-vars),$(eval outer-$1-$v := $($v))$(eval $v :=))
$(eval outer-tools := $(tools-y))$(eval tools-y :=)
$(eval obj := $1)
$(eval include $(SRC_PATH)/$1/Makefile.objs)
$(foreach v,$(list-vars),$(eval inner-$1-$v := $($v)))
$(foreach v,$(list-vars),$(eval $v := $(outer-$1-$v) $(addprefix $1/,$(filter-out %/,$(inner-$1-$v)))))
$(foreach t,$(tools-y),$(foreach o,$($t-obj-y),$(call adopt-props,$1,$o)))
$(foreach t,$(tools-y),$(eval $t-obj-y := $(addprefix $1/,$($t-obj-y))))
$(eval tools-y := $(outer-tools) $(tools-y))
$(foreach o,$(sort $(filter %.o,$(foreach v,$(list-vars),$(inner-$1-$v)))),$(call adopt-props,$1,$o))
$(foreach d,$(sort $(patsubst %/,%,$(filter %/,$(foreach v,$(list-vars),$(inner-$1-$v))))),$(call load-dir,$1/$d))
endef

# Folders without a Makefile.objs are skipped.
load-lists = $(strip $(foreach d,$1,$(if $(wildcard $(SRC_PATH)/$d/Makefile.objs),$(call load-dir,$d))))

# Create the folders that these files go to.
make-dirs = $(if $(strip $1),$(shell mkdir -p $(sort $(dir $1))))

# ---- Other helpers

# Replace $@ by $@.tmp unless it is the same.
replace-if-changed = if cmp -s $@.tmp $@; then rm -f $@.tmp; else mv -f $@.tmp $@; fi
