# The PC with a 64-bit x86 CPU.
# SPDX-License-Identifier: GPL-2.0-or-later
include i386-softmmu.mak
