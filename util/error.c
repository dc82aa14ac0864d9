/*
 * Error objects.
 *
 * Spec:    the contract at the top of include/qapi/error.h.
 * Thread:  any; an Error has one owner.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"

struct Error {
    char *msg;
    ErrorClass err_class;
    const char *file; /* where it was set, for error_abort */
    const char *func;
    int line;
    GString *hint; /* NULL: none */
};

/* Only their addresses matter: they are never set. */
Error *error_abort;
Error *error_fatal;

const char *error_class_str(ErrorClass err_class)
{
    static const char *const names[] = {
        [ERROR_CLASS_GENERIC_ERROR] = "GenericError",
        [ERROR_CLASS_COMMAND_NOT_FOUND] = "CommandNotFound",
        [ERROR_CLASS_DEVICE_NOT_ACTIVE] = "DeviceNotActive",
        [ERROR_CLASS_DEVICE_NOT_FOUND] = "DeviceNotFound",
        [ERROR_CLASS_KVM_MISSING_CAP] = "KVMMissingCap",
    };

    assert((unsigned)err_class < ARRAY_SIZE(names));
    return names[err_class];
}

/* Act on the two receivers that end the process; returns if @errp is another one. */
static void error_deliver_final(Error **errp, Error *err)
{
    if (errp == &error_abort) {
        fprintf(stderr, "Unexpected error in %s() at %s:%d:\n", err->func, err->file, err->line);
        error_report("%s", err->msg);
        if (err->hint) {
            error_printf("%s", err->hint->str);
        }
        abort();
    }
    if (errp == &error_fatal) {
        error_report_err(err);
        exit(1);
    }
}

void error_set_at(Error **errp, const char *file, int line, const char *func,
                  ErrorClass err_class, int err_no, const char *fmt, ...)
{
    int saved_errno = errno;
    va_list ap;

    if (!errp) {
        return;
    }
    assert(*errp == NULL);

    Error *err = g_new0(Error, 1);
    va_start(ap, fmt);
    err->msg = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    if (err_no) {
        char *msg = err->msg;
        err->msg = g_strdup_printf("%s: %s", msg, g_strerror(err_no < 0 ? -err_no : err_no));
        g_free(msg);
    }
    err->err_class = err_class;
    err->file = file;
    err->line = line;
    err->func = func;

    error_deliver_final(errp, err);
    *errp = err;
    errno = saved_errno;
}

const char *error_get_pretty(const Error *err)
{
    return err->msg;
}

ErrorClass error_get_class(const Error *err)
{
    return err->err_class;
}

Error *error_copy(const Error *err)
{
    Error *copy = g_new(Error, 1);

    *copy = *err;
    copy->msg = g_strdup(err->msg);
    copy->hint = err->hint ? g_string_new(err->hint->str) : NULL;
    return copy;
}

void error_free(Error *err)
{
    if (err) {
        g_free(err->msg);
        if (err->hint) {
            g_string_free(err->hint, true);
        }
        g_free(err);
    }
}

void error_free_or_abort(Error **errp)
{
    assert(errp && *errp);
    error_free(*errp);
    *errp = NULL;
}

void error_propagate(Error **dst_errp, Error *err)
{
    if (!err) {
        return;
    }
    error_deliver_final(dst_errp, err);
    if (dst_errp && !*dst_errp) {
        *dst_errp = err;
    } else {
        error_free(err);
    }
}

void error_vprepend(Error *const *errp, const char *fmt, va_list ap)
{
    if (!errp) {
        return;
    }
    GString *text = g_string_new(NULL);
    g_string_vprintf(text, fmt, ap);
    g_string_append(text, (*errp)->msg);
    g_free((*errp)->msg);
    (*errp)->msg = g_string_free(text, false);
}

void error_prepend(Error *const *errp, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    error_vprepend(errp, fmt, ap);
    va_end(ap);
}

void error_propagate_prepend(Error **dst_errp, Error *err, const char *fmt, ...)
{
    va_list ap;

    if (!err) {
        return;
    }
    va_start(ap, fmt);
    error_vprepend(&err, fmt, ap);
    va_end(ap);
    error_propagate(dst_errp, err);
}

void error_append_hint(Error *const *errp, const char *fmt, ...)
{
    int saved_errno = errno;
    va_list ap;

    if (!errp) {
        return;
    }
    /* A hint for error_fatal would come after the exit: ERRP_GUARD() is missing. */
    assert(*errp && errp != (Error *const *)&error_abort &&
           errp != (Error *const *)&error_fatal);

    Error *err = *errp;
    if (!err->hint) {
        err->hint = g_string_new(NULL);
    }
    va_start(ap, fmt);
    g_string_append_vprintf(err->hint, fmt, ap);
    va_end(ap);
    errno = saved_errno;
}

/* Print the message by @report and the hint after it, with text in front; frees @err. */
static void report_and_free(void (*report)(const char *fmt, ...), Error *err)
{
    report("%s", err->msg);
    if (err->hint) {
        error_printf("%s", err->hint->str);
    }
    error_free(err);
}

void error_report_err(Error *err)
{
    report_and_free(error_report, err);
}

void warn_report_err(Error *err)
{
    report_and_free(warn_report, err);
}

void error_reportf_err(Error *err, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    error_vprepend(&err, fmt, ap);
    va_end(ap);
    error_report_err(err);
}

void warn_reportf_err(Error *err, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    error_vprepend(&err, fmt, ap);
    va_end(ap);
    warn_report_err(err);
}

bool warn_report_err_once_cond(bool *printed, Error *err)
{
    if (*printed) {
        error_free(err);
        return false;
    }
    *printed = true;
    warn_report_err(err);
    return true;
}
