/*
 * A multiplexer: several front ends on one character device.
 *
 * Output of all front ends goes out, input goes to the one that has the focus. Keys after the
 * escape character (Ctrl-A, -echr) are commands to the multiplexer itself.
 *
 * Each front end has a small buffer for input that came while it was busy, so that a guest
 * that does not read its serial port does not lock up the monitor on the same terminal. What
 * is typed while that is full is lost, as on a real serial line without flow control.
 *
 * Thread:  main, BQL held; output from any thread.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "char-internal.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/timer.h"

enum { MAX_MUX = 8, MUX_BUFFER = 256, DEFAULT_ESCAPE = 0x01 };

typedef struct MuxChardev {
    Chardev parent;
    CharBackend chr;              /* our front end on the device behind */
    CharBackend *front[MAX_MUX];  /* by tag; NULL: free */
    int focus;                    /* tag, or -1 */
    bool got_escape;
    unsigned prod[MAX_MUX], cons[MAX_MUX];
    uint8_t buffer[MAX_MUX][MUX_BUFFER];
    /* Time stamps on output. */
    bool timestamps, line_start;
    int64_t timestamps_start; /* ms, -1: not yet */
} MuxChardev;
DECLARE_INSTANCE_CHECKER(MuxChardev, MUX_CHARDEV, TYPE_CHARDEV_MUX)

/* Set at start-up. */
static struct {
    int escape;
    bool suspended; /* machine is not complete: front ends are not told of connections */
    void (*quit)(void);
    void (*commit)(void);
} mux_config = { .escape = DEFAULT_ESCAPE };

void qemu_chr_mux_set_escape(int c)
{
    mux_config.escape = c;
}

void qemu_chr_mux_set_hooks(void (*quit)(void), void (*commit)(void))
{
    mux_config.quit = quit;
    mux_config.commit = commit;
}

bool chr_is_mux(Chardev *chr)
{
    return object_dynamic_cast(OBJECT(chr), TYPE_CHARDEV_MUX) != NULL;
}

bool chr_mux_is_busy(Chardev *chr)
{
    MuxChardev *d = MUX_CHARDEV(chr);

    for (int i = 0; i < MAX_MUX; i++) {
        if (d->front[i]) {
            return true;
        }
    }
    return false;
}

/* ---- Output */

static void stamp(MuxChardev *d)
{
    int64_t now = qemu_clock_get_ms(QEMU_CLOCK_REALTIME);

    if (d->timestamps_start < 0) {
        d->timestamps_start = now;
    }
    int64_t ms = now - d->timestamps_start;
    int64_t sec = ms / 1000;
    g_autofree char *text = g_strdup_printf("[%02d:%02d:%02d.%03d] ", (int)(sec / 3600),
                                            (int)(sec / 60 % 60), (int)(sec % 60),
                                            (int)(ms % 1000));
    qemu_chr_fe_write_all(&d->chr, (uint8_t *)text, strlen(text));
}

/* Called with chr_write_lock held. */
static int mux_chr_write(Chardev *chr, const uint8_t *buf, int len)
{
    MuxChardev *d = MUX_CHARDEV(chr);

    if (!d->timestamps) {
        return qemu_chr_fe_write(&d->chr, buf, len);
    }
    for (int i = 0; i < len; i++) {
        if (d->line_start) {
            stamp(d);
            d->line_start = false;
        }
        qemu_chr_fe_write_all(&d->chr, buf + i, 1);
        d->line_start = buf[i] == '\n';
    }
    return len;
}

static void mux_print(MuxChardev *d, const char *text)
{
    qemu_chr_fe_write_all(&d->chr, (const uint8_t *)text, strlen(text));
}

static void print_help(MuxChardev *d)
{
    static const struct {
        char key;
        const char *text;
    } keys[] = {
        { 'h', "print this help" },
        { 'x', "exit emulator" },
        { 's', "save disk data back to file (if -snapshot)" },
        { 't', "toggle console timestamps" },
        { 'b', "send break (magic sysrq)" },
        { 'c', "switch between console and monitor" },
    };
    char name[32];

    if (mux_config.escape > 0 && mux_config.escape < 26) {
        snprintf(name, sizeof(name), "C-%c", mux_config.escape - 1 + 'a');
    } else {
        snprintf(name, sizeof(name), "Escape-Char(0x%02x)", mux_config.escape);
    }
    mux_print(d, "\r\n");
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        g_autofree char *line = g_strdup_printf("%s %c    %s\r\n", name, keys[i].key,
                                                keys[i].text);
        mux_print(d, line);
    }
    g_autofree char *line = g_strdup_printf("%s %s  sends %s\r\n", name, name, name);
    mux_print(d, line);
}

/* ---- Focus and events */

void chr_mux_send_event(Chardev *chr, int tag, QEMUChrEvent event)
{
    CharBackend *be = MUX_CHARDEV(chr)->front[tag];

    /* Who has the focus may change while the machine is being built; who greets comes last. */
    if (be && be->chr_event && !(mux_config.suspended && event == CHR_EVENT_OPENED)) {
        be->chr_event(be->opaque, event);
    }
}

static void mux_be_event(Chardev *chr, QEMUChrEvent event)
{
    for (int i = 0; i < MAX_MUX; i++) {
        chr_mux_send_event(chr, i, event);
    }
}

void chr_mux_set_focus(Chardev *chr, int tag)
{
    MuxChardev *d = MUX_CHARDEV(chr);

    assert(tag >= 0 && tag < MAX_MUX);
    if (d->focus >= 0) {
        chr_mux_send_event(chr, d->focus, CHR_EVENT_MUX_OUT);
    }
    d->focus = tag;
    chr->be = d->front[tag];
    chr_mux_send_event(chr, tag, CHR_EVENT_MUX_IN);
}

static void next_focus(MuxChardev *d)
{
    for (int i = 1; i <= MAX_MUX; i++) {
        int tag = (d->focus + i + MAX_MUX) % MAX_MUX;

        if (d->front[tag]) {
            chr_mux_set_focus(CHARDEV(d), tag);
            return;
        }
    }
}

static void mux_quit(MuxChardev *d)
{
    g_autofree char *text = g_strdup_printf("%s: Terminated\n\r", error_get_progname());

    mux_print(d, text);
    if (mux_config.quit) {
        mux_config.quit();
    } else {
        exit(0);
    }
}

/* A key after the escape character; true if it is input after all. */
static bool command_key(MuxChardev *d, int ch)
{
    d->got_escape = false;
    if (ch == mux_config.escape) {
        return true;
    }
    switch (ch) {
    case '?':
    case 'h':
        print_help(d);
        break;
    case 'x':
        mux_quit(d);
        break;
    case 's':
        if (mux_config.commit) {
            mux_config.commit();
        }
        break;
    case 'b':
        if (d->focus >= 0) {
            chr_mux_send_event(CHARDEV(d), d->focus, CHR_EVENT_BREAK);
        }
        break;
    case 'c':
        next_focus(d);
        break;
    case 't':
        d->timestamps = !d->timestamps;
        d->timestamps_start = -1;
        d->line_start = false;
        break;
    default:
        break;
    }
    return false;
}

/* ---- Input */

static void mux_drain(MuxChardev *d)
{
    int m = d->focus;
    CharBackend *be = m < 0 ? NULL : d->front[m];

    while (be && be->chr_read && d->prod[m] != d->cons[m] &&
           be->chr_can_read(be->opaque) > 0) {
        uint8_t c = d->buffer[m][d->cons[m]++ % MUX_BUFFER];

        be->chr_read(be->opaque, &c, 1);
        /* What it read may have moved the focus, or removed it. */
        if (d->focus != m || d->front[m] != be) {
            break;
        }
    }
}

static void mux_accept_input(Chardev *chr)
{
    MuxChardev *d = MUX_CHARDEV(chr);

    mux_drain(d);
    qemu_chr_fe_accept_input(&d->chr);
}

static int mux_can_read(void *opaque)
{
    MuxChardev *d = opaque;

    /* Without a reader the commands must still come through. */
    if (d->focus < 0 || !d->front[d->focus]) {
        return 1;
    }
    int m = d->focus;
    int room = MUX_BUFFER - (int)(d->prod[m] - d->cons[m]);
    /* Never none: an escape sequence must get through to switch away from a stuck guest. */
    return MAX(room, 1);
}

static void take_key(MuxChardev *d, int ch)
{
    int m;

    if (d->got_escape) {
        if (!command_key(d, ch)) {
            return;
        }
    } else if (ch == mux_config.escape) {
        d->got_escape = true;
        return;
    }
    m = d->focus;
    if (m < 0 || !d->front[m]) {
        return;
    }
    if (d->prod[m] - d->cons[m] < MUX_BUFFER) {
        d->buffer[m][d->prod[m]++ % MUX_BUFFER] = ch;
    }
    mux_drain(d);
}

static void mux_read(void *opaque, const uint8_t *buf, int size)
{
    for (int i = 0; i < size; i++) {
        take_key(opaque, buf[i]);
    }
}

static void mux_event(void *opaque, QEMUChrEvent event)
{
    /* be_open follows, also while events are held back. */
    qemu_chr_be_event(CHARDEV(opaque), event);
}

/* ---- Front ends */

bool chr_mux_attach(Chardev *chr, CharBackend *be, Error **errp)
{
    MuxChardev *d = MUX_CHARDEV(chr);

    for (int i = 0; i < MAX_MUX; i++) {
        if (!d->front[i]) {
            d->front[i] = be;
            d->prod[i] = d->cons[i] = 0;
            be->tag = i;
            if (d->focus < 0) {
                d->focus = i;
                chr->be = be;
            }
            return true;
        }
    }
    error_setg(errp, "too many uses of multiplexed chardev '%s' (maximum is %d)", chr->label,
               MAX_MUX);
    return false;
}

void chr_mux_detach(Chardev *chr, CharBackend *be)
{
    MuxChardev *d = MUX_CHARDEV(chr);

    assert(d->front[be->tag] == be);
    d->front[be->tag] = NULL;
    if (d->focus == be->tag) {
        d->focus = -1;
        chr->be = NULL;
        next_focus(d);
    }
}

void chr_mux_set_handlers(Chardev *chr, GMainContext *context)
{
    MuxChardev *d = MUX_CHARDEV(chr);

    qemu_chr_fe_set_handlers_full(&d->chr, mux_can_read, mux_read, mux_event, NULL, d, context,
                                  true, false);
    chr->be_open = qemu_chr_fe_backend_open(&d->chr);
    chr->gcontext = context;
}

static void mux_set_echo(Chardev *chr, bool echo)
{
    qemu_chr_fe_set_echo(&MUX_CHARDEV(chr)->chr, echo);
}

static int mux_ioctl(Chardev *chr, int cmd, void *arg)
{
    return qemu_chr_fe_ioctl(&MUX_CHARDEV(chr)->chr, cmd, arg);
}

static GSource *mux_add_watch(Chardev *chr, GIOCondition cond)
{
    Chardev *behind = qemu_chr_fe_get_driver(&MUX_CHARDEV(chr)->chr);

    return behind && CHARDEV_GET_CLASS(behind)->chr_add_watch
               ? CHARDEV_GET_CLASS(behind)->chr_add_watch(behind, cond)
               : NULL;
}

void suspend_mux_open(void)
{
    mux_config.suspended = true;
}

static int send_opened(Object *child, void *opaque)
{
    Chardev *chr = CHARDEV(child);

    if (chr_is_mux(chr) && chr->be_open) {
        mux_be_event(chr, CHR_EVENT_OPENED);
    }
    return 0;
}

void resume_mux_open(void)
{
    mux_config.suspended = false;
    object_child_foreach(chr_get_root(), send_opened, NULL);
}

/* ---- Life */

static void mux_open(Chardev *chr, ChardevBackend *backend, bool *be_opened, Error **errp)
{
    const char *id = backend->u.mux.data->chardev;
    MuxChardev *d = MUX_CHARDEV(chr);
    Chardev *behind = qemu_chr_find(id);

    if (!behind) {
        error_setg(errp, "mux: base chardev '%s' not found", id);
        return;
    }
    if (chr_is_mux(behind)) {
        error_setg(errp, "mux: base chardev '%s' is a multiplexer itself", id);
        return;
    }
    if (!qemu_chr_fe_init(&d->chr, behind, errp)) {
        return;
    }
    *be_opened = behind->be_open;
}

static void mux_parse(QemuOpts *opts, ChardevBackend *backend, Error **errp)
{
    const char *chardev = qemu_opt_get(opts, "chardev");
    ChardevMux *mux;

    if (!chardev) {
        error_setg(errp, "chardev: mux: no chardev given");
        return;
    }
    mux = backend->u.mux.data = g_new0(ChardevMux, 1);
    qemu_chr_parse_common(opts, (ChardevCommon *)mux);
    mux->chardev = g_strdup(chardev);
}

static void mux_init(Object *obj)
{
    MuxChardev *d = MUX_CHARDEV(obj);

    d->focus = -1;
    d->timestamps_start = -1;
}

static void mux_finalize(Object *obj)
{
    MuxChardev *d = MUX_CHARDEV(obj);

    for (int i = 0; i < MAX_MUX; i++) {
        if (d->front[i]) {
            d->front[i]->chr = NULL;
        }
    }
    CHARDEV(obj)->be = NULL;
    qemu_chr_fe_deinit(&d->chr, false);
}

static void mux_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->parse = mux_parse;
    cc->open = mux_open;
    cc->chr_write = mux_chr_write;
    cc->chr_accept_input = mux_accept_input;
    cc->chr_add_watch = mux_add_watch;
    cc->chr_set_echo = mux_set_echo;
    cc->chr_ioctl = mux_ioctl;
    cc->chr_be_event = mux_be_event;
}

static const TypeInfo mux_types[] = {
    {
        .name = TYPE_CHARDEV_MUX,
        .parent = TYPE_CHARDEV,
        .instance_size = sizeof(MuxChardev),
        .instance_init = mux_init,
        .instance_finalize = mux_finalize,
        .class_init = mux_class_init,
    },
};
DEFINE_TYPES(mux_types)
