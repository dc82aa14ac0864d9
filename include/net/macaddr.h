/*
 * An Ethernet address.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NET_MACADDR_H
#define NET_MACADDR_H

typedef struct MACAddr {
    uint8_t a[6];
} MACAddr;

#define MAC_FMT "%02x:%02x:%02x:%02x:%02x:%02x"
#define MAC_ARG(m) (m)->a[0], (m)->a[1], (m)->a[2], (m)->a[3], (m)->a[4], (m)->a[5]

#endif
