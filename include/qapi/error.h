/*
 * Error objects: how a failure travels from where it happens to whoever can report it.
 *
 * The contract
 *  - A function that can fail takes `Error **errp` as its last parameter and tells its caller
 *    by the return value too (false, NULL, negative), so that callers need no local Error.
 *  - On success *errp is left alone. On failure it is set exactly once.
 *  - The caller chooses what happens: NULL ignores, &local keeps, errp passes upward,
 *    &error_fatal reports and exits with status 1, &error_abort stops at the place of the
 *    failure (for "cannot happen").
 *  - The message is one line without a final full stop or newline; what a user may do about it
 *    goes into a hint (whole lines, with newline).
 *  - A function that must look at *errp, or add to it, begins with ERRP_GUARD().
 *
 * Threads: an Error belongs to one thread at a time; no locks inside.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef QAPI_ERROR_H
#define QAPI_ERROR_H

#include "qemu/osdep.h"

/* The classes that QMP clients may tell apart. */
typedef enum ErrorClass {
    ERROR_CLASS_GENERIC_ERROR,
    ERROR_CLASS_COMMAND_NOT_FOUND,
    ERROR_CLASS_DEVICE_NOT_ACTIVE,
    ERROR_CLASS_DEVICE_NOT_FOUND,
    ERROR_CLASS_KVM_MISSING_CAP,
} ErrorClass;

/* The class's name on the wire, such as "GenericError". */
const char *error_class_str(ErrorClass err_class);

const char *error_get_pretty(const Error *err);
ErrorClass error_get_class(const Error *err);

/* Set *errp to a new error with a printf-style message. */
#define error_setg(errp, fmt, ...) error_set(errp, ERROR_CLASS_GENERIC_ERROR, fmt, ##__VA_ARGS__)
/* As error_setg(), and append ": " and the text of errno value @err if that is not 0. */
#define error_setg_errno(errp, err, fmt, ...)                                                    \
    error_set_at((errp), __FILE__, __LINE__, __func__, ERROR_CLASS_GENERIC_ERROR, (err), fmt,    \
                 ##__VA_ARGS__)
#define error_setg_file_open(errp, err, filename)                                                \
    error_setg_errno(errp, err, "Could not open '%s'", filename)
#define error_set(errp, err_class, fmt, ...)                                                     \
    error_set_at((errp), __FILE__, __LINE__, __func__, (err_class), 0, fmt, ##__VA_ARGS__)

void error_set_at(Error **errp, const char *file, int line, const char *func,
                  ErrorClass err_class, int err_no, const char *fmt, ...) G_GNUC_PRINTF(7, 8);

/* Give @err to *dst_errp, or drop it if that is NULL or already set. @err may be NULL. */
void error_propagate(Error **dst_errp, Error *err);
void error_propagate_prepend(Error **dst_errp, Error *err, const char *fmt, ...)
    G_GNUC_PRINTF(3, 4);

/* Add text before the message. The function that calls it has ERRP_GUARD() or a local. */
void error_prepend(Error *const *errp, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
void error_vprepend(Error *const *errp, const char *fmt, va_list ap) G_GNUC_PRINTF(2, 0);
/* Add lines of help that follow the message when a human reads it. */
void error_append_hint(Error *const *errp, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

Error *error_copy(const Error *err);
/* NULL is allowed. */
void error_free(Error *err);
/* Free *errp if it is set and make it NULL. */
void error_free_or_abort(Error **errp);

/* Report @err where the user looks (error-report.h), and free it. */
void error_report_err(Error *err);
void warn_report_err(Error *err);
void error_reportf_err(Error *err, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
void warn_reportf_err(Error *err, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
/* As warn_report_err(), but only if *@printed is false, which becomes true. */
bool warn_report_err_once_cond(bool *printed, Error *err);
#define warn_report_err_once(err)                                                                \
    ({                                                                                           \
        static bool reported_;                                                                   \
        warn_report_err_once_cond(&reported_, err);                                              \
    })

extern Error *error_abort;
extern Error *error_fatal;

typedef struct ErrorGuard {
    Error *local;
    Error **outer;
} ErrorGuard;

static inline void error_guard_leave(ErrorGuard *guard)
{
    error_propagate(guard->outer, guard->local);
}

/*
 * At the top of a function that reads or extends *errp: from here to the function's end errp
 * points to a real Error pointer even if the caller passed NULL or &error_fatal. What was
 * collected reaches the caller's errp when the function returns.
 */
#define ERRP_GUARD()                                                                             \
    __attribute__((cleanup(error_guard_leave))) ErrorGuard errp_guard_ = { NULL, errp };         \
    do {                                                                                         \
        if (!errp || errp == &error_fatal) {                                                     \
            errp = &errp_guard_.local;                                                           \
        }                                                                                        \
    } while (0)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Error, error_free)

#endif
