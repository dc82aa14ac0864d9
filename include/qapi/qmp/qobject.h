/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QObject: reference-counted values with the shapes JSON has.
 *
 * Every concrete type (QDict, QList, QString, QNum, QBool, QNull) embeds a QObject named
 * `base` as its first member.  A value starts with one reference, which its creator owns;
 * containers own one reference to each of their elements.
 *
 * Thread: counts are plain integers.  A tree belongs to one thread at a time; hand it over
 * as a whole, or make a deep copy.
 */
#ifndef QAPI_QMP_QOBJECT_H
#define QAPI_QMP_QOBJECT_H

typedef enum QType {
    QTYPE_NONE = 0,
    QTYPE_QNULL,
    QTYPE_QNUM,
    QTYPE_QSTRING,
    QTYPE_QDICT,
    QTYPE_QLIST,
    QTYPE_QBOOL,
    QTYPE_MAX,
} QType;

typedef struct QObject QObject;
typedef struct QDict QDict;
typedef struct QList QList;
typedef struct QString QString;
typedef struct QNum QNum;
typedef struct QBool QBool;
typedef struct QNull QNull;

struct QObject {
    QType type;
    size_t refcnt;
};

/* Names of the types as they appear in messages to users; index is QType. */
extern const char *const QType_lookup[];

/* Destroy a value whose last reference has gone; for qobject_unref() only. */
void qobject_destroy(QObject *obj);

/* True when both trees hold equal values; numbers compare by value, dict order is ignored. */
bool qobject_is_equal(const QObject *a, const QObject *b);

/* A new tree equal to @obj that shares no container with it; the caller owns it. */
QObject *qobject_deep_copy(QObject *obj);

static inline QType qobject_type(const QObject *obj)
{
    return obj->type;
}

static inline void qobject_init(QObject *obj, QType type)
{
    obj->type = type;
    obj->refcnt = 1;
}

static inline void qobject_ref_impl(QObject *obj)
{
    if (obj) {
        obj->refcnt++;
    }
}

static inline void qobject_unref_impl(QObject *obj)
{
    if (obj) {
        g_assert(obj->refcnt);
        if (--obj->refcnt == 0) {
            qobject_destroy(obj);
        }
    }
}

/* The QObject inside a concrete value (NULL stays NULL). */
#define QOBJECT(obj) ({                                         \
    __typeof__(obj) obj_ = (obj);                               \
    obj_ ? &obj_->base : NULL;                                  \
})

/* Take a reference; works on concrete pointers and on QObject through qobject_ref_impl. */
#define qobject_ref(obj) ({                                     \
    __typeof__(obj) ref_ = (obj);                               \
    qobject_ref_impl((QObject *)ref_);                          \
    ref_;                                                       \
})

/* Drop a reference; NULL is fine. */
#define qobject_unref(obj) qobject_unref_impl((QObject *)(obj))

#define QINCREF(obj) qobject_ref_impl((QObject *)(obj))
#define QDECREF(obj) qobject_unref_impl((QObject *)(obj))

static inline QObject *qobject_check_type(const QObject *obj, QType type)
{
    return obj && obj->type == type ? (QObject *)obj : NULL;
}

#define QTYPE_OF_QNull   QTYPE_QNULL
#define QTYPE_OF_QNum    QTYPE_QNUM
#define QTYPE_OF_QString QTYPE_QSTRING
#define QTYPE_OF_QDict   QTYPE_QDICT
#define QTYPE_OF_QList   QTYPE_QLIST
#define QTYPE_OF_QBool   QTYPE_QBOOL

/* @obj as a value of concrete type @ctype, or NULL when it is of another type (or NULL). */
#define qobject_to(ctype, obj) ((ctype *)qobject_check_type((obj), QTYPE_OF_##ctype))

#endif
