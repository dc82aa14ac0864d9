/*
 * A serial port of the host.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <sys/ioctl.h>
#include <termios.h>
#include "char-fd.h"
#include "qapi/error.h"

static speed_t speed_constant(int speed)
{
    static const struct {
        int speed;
        speed_t constant;
    } speeds[] = {
        { 50, B50 },         { 75, B75 },         { 110, B110 },       { 134, B134 },
        { 150, B150 },       { 200, B200 },       { 300, B300 },       { 600, B600 },
        { 1200, B1200 },     { 1800, B1800 },     { 2400, B2400 },     { 4800, B4800 },
        { 9600, B9600 },     { 19200, B19200 },   { 38400, B38400 },   { 57600, B57600 },
        { 115200, B115200 }, { 230400, B230400 }, { 460800, B460800 }, { 921600, B921600 },
    };
    size_t i = 0;

    /* The nearest one from below that a guest's divisor, rounded as it is, can mean. */
    while (i + 1 < ARRAY_SIZE(speeds) && speed >= speeds[i + 1].speed * 0.97) {
        i++;
    }
    return speeds[i].constant;
}

static void set_params(int fd, const QEMUSerialSetParams *p)
{
    static const tcflag_t sizes[] = { CS5, CS6, CS7, CS8 };
    struct termios tty;

    if (tcgetattr(fd, &tty) < 0) {
        return;
    }
    cfmakeraw(&tty);
    cfsetispeed(&tty, speed_constant(p->speed));
    cfsetospeed(&tty, speed_constant(p->speed));
    tty.c_cflag &= ~(CSIZE | PARENB | PARODD | CRTSCTS | CSTOPB);
    tty.c_cflag |= sizes[MIN(MAX(p->data_bits, 5), 8) - 5];
    tty.c_cflag |= p->parity == 'E' ? PARENB : p->parity == 'O' ? PARENB | PARODD : 0;
    tty.c_cflag |= p->stop_bits == 2 ? CSTOPB : 0;
    tcsetattr(fd, TCSANOW, &tty);
}

/* The host's bits of the modem lines are the interface's. */
QEMU_BUILD_BUG_ON(CHR_TIOCM_CTS != TIOCM_CTS || CHR_TIOCM_CAR != TIOCM_CAR ||
                  CHR_TIOCM_DSR != TIOCM_DSR || CHR_TIOCM_RI != TIOCM_RI ||
                  CHR_TIOCM_DTR != TIOCM_DTR || CHR_TIOCM_RTS != TIOCM_RTS);

static int serial_ioctl(Chardev *chr, int cmd, void *arg)
{
    int fd = FD_CHARDEV(chr)->fd_in, bits;

    switch (cmd) {
    case CHR_IOCTL_SERIAL_SET_PARAMS:
        set_params(fd, arg);
        return 0;
    case CHR_IOCTL_SERIAL_SET_BREAK:
        if (*(int *)arg) {
            tcsendbreak(fd, 1);
        }
        return 0;
    case CHR_IOCTL_SERIAL_GET_TIOCM:
        if (ioctl(fd, TIOCMGET, &bits) < 0) {
            return -errno;
        }
        *(int *)arg = bits & (CHR_TIOCM_CTS | CHR_TIOCM_CAR | CHR_TIOCM_DSR | CHR_TIOCM_RI |
                              CHR_TIOCM_DTR | CHR_TIOCM_RTS);
        return 0;
    case CHR_IOCTL_SERIAL_SET_TIOCM:
        if (ioctl(fd, TIOCMGET, &bits) < 0) {
            return -errno;
        }
        bits = (bits & ~(TIOCM_DTR | TIOCM_RTS)) | (*(int *)arg & (TIOCM_DTR | TIOCM_RTS));
        return ioctl(fd, TIOCMSET, &bits) < 0 ? -errno : 0;
    default:
        return -ENOTSUP;
    }
}

static void serial_open(Chardev *chr, ChardevBackend *backend, bool *be_opened, Error **errp)
{
    static const QEMUSerialSetParams start = { 115200, 'N', 8, 1 };
    const char *device = backend->u.serial.data->device;
    int fd = qemu_chr_open_path(device, O_RDWR | O_NONBLOCK | O_NOCTTY, errp);

    if (fd < 0) {
        return;
    }
    if (!isatty(fd)) {
        error_setg(errp, "'%s' is not a serial port", device);
        qemu_close(fd);
        return;
    }
    set_params(fd, &start);
    qemu_chr_open_fd(chr, fd, fd);
}

static void serial_parse(QemuOpts *opts, ChardevBackend *backend, Error **errp)
{
    const char *device = qemu_opt_get(opts, "path");
    ChardevHostdev *serial;

    if (!device) {
        error_setg(errp, "chardev: serial/tty: no device path given");
        return;
    }
    serial = backend->u.serial.data = g_new0(ChardevHostdev, 1);
    qemu_chr_parse_common(opts, (ChardevCommon *)serial);
    serial->device = g_strdup(device);
}

static void serial_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->parse = serial_parse;
    cc->open = serial_open;
    cc->chr_ioctl = serial_ioctl;
}

static const TypeInfo serial_types[] = {
    {
        .name = TYPE_CHARDEV_SERIAL,
        .parent = TYPE_CHARDEV_FD,
        .class_init = serial_class_init,
    },
};
DEFINE_TYPES(serial_types)
