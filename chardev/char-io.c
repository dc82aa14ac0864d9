/*
 * Watches on descriptors.
 *
 * Input is only watched while the front end can take bytes; otherwise the descriptor is taken
 * out of the poll set, as a hang-up would be reported over and over.
 *
 * Thread:  of the chardev's context.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "char-io.h"

typedef struct InputSource {
    GSource source;
    Chardev *chr;
    int fd;
    gpointer tag; /* NULL: not in the poll set */
    ChardevReadFn *read;
} InputSource;

static gboolean input_prepare(GSource *source, gint *timeout)
{
    InputSource *s = (InputSource *)source;
    bool ready = qemu_chr_be_can_write(s->chr) > 0;

    if (ready && !s->tag) {
        s->tag = g_source_add_unix_fd(source, s->fd, G_IO_IN | G_IO_ERR | G_IO_HUP);
    } else if (!ready && s->tag) {
        g_source_remove_unix_fd(source, s->tag);
        s->tag = NULL;
    }
    *timeout = -1;
    return FALSE;
}

static gboolean input_check(GSource *source)
{
    InputSource *s = (InputSource *)source;

    return s->tag && g_source_query_unix_fd(source, s->tag) != 0;
}

static gboolean input_dispatch(GSource *source, GSourceFunc cb, gpointer data)
{
    InputSource *s = (InputSource *)source;

    return s->read(s->chr);
}

static GSourceFuncs input_funcs = { input_prepare, input_check, input_dispatch, NULL, NULL, NULL };

void chr_unwatch_input(Chardev *chr)
{
    if (chr->gsource) {
        g_source_destroy(chr->gsource);
        g_source_unref(chr->gsource);
        chr->gsource = NULL;
    }
}

void chr_watch_input(Chardev *chr, int fd, ChardevReadFn *read)
{
    GSource *source;
    InputSource *s;

    chr_unwatch_input(chr);
    source = g_source_new(&input_funcs, sizeof(InputSource));
    s = (InputSource *)source;
    s->chr = chr;
    s->fd = fd;
    s->read = read;
    g_source_set_name(source, chr->label ? chr->label : "chardev");
    g_source_attach(source, chr->gcontext);
    chr->gsource = source;
}

typedef struct OutputSource {
    GSource source;
    gpointer tag;
} OutputSource;

static gboolean output_check(GSource *source)
{
    return g_source_query_unix_fd(source, ((OutputSource *)source)->tag) != 0;
}

static gboolean output_dispatch(GSource *source, GSourceFunc cb, gpointer data)
{
    GIOCondition cond = g_source_query_unix_fd(source, ((OutputSource *)source)->tag);

    return ((FEWatchFunc)(void (*)(void))cb)(NULL, cond, data);
}

static GSourceFuncs output_funcs = { NULL, output_check, output_dispatch, NULL, NULL, NULL };

GSource *chr_output_source(int fd, GIOCondition cond)
{
    GSource *source = g_source_new(&output_funcs, sizeof(OutputSource));

    ((OutputSource *)source)->tag = g_source_add_unix_fd(source, fd, cond);
    return source;
}

int chr_write_fd(int fd, const uint8_t *buf, int len)
{
    int done = 0;

    while (done < len) {
        ssize_t n = RETRY_ON_EINTR(write(fd, buf + done, len - done));

        if (n < 0) {
            return done ? done : -1;
        }
        done += n;
    }
    return done;
}
