# Sound devices.
# SPDX-License-Identifier: GPL-2.0-or-later
CONFIG_SB16=y
CONFIG_ADLIB=y
CONFIG_AC97=y
CONFIG_ES1370=y
CONFIG_HDA=y
