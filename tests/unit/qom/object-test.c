/*
 * The object model: classes, casts, life of objects, properties, paths, user-created objects.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <check.h>
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qapi/visitor.h"
#include "qom/object.h"
#include "qom/object_interfaces.h"

/* ---- an animal farm ---- */

#define TYPE_NOISY "noisy"
typedef struct NoisyClass {
    InterfaceClass parent_class;
    const char *(*noise)(Object *obj);
    int volume;
} NoisyClass;
DECLARE_CLASS_CHECKERS(NoisyClass, NOISY, TYPE_NOISY)

#define TYPE_ANIMAL "animal"
OBJECT_DECLARE_TYPE(Animal, AnimalClass, ANIMAL)
struct Animal {
    Object parent_obj;
    char *label;
    bool tame;
    uint16_t legs;
    int mood;
    Object *friend;
    Object *owner;
};
struct AnimalClass {
    ObjectClass parent_class;
    int bases;
    const char *latin;
};

#define TYPE_DOG "dog"
#define TYPE_PUPPY "puppy"

static int live_animals;
static char order_log[256];

static char *animal_get_label(Object *obj, Error **errp G_GNUC_UNUSED)
{
    return g_strdup(ANIMAL(obj)->label);
}

static void animal_set_label(Object *obj, const char *value, Error **errp)
{
    if (strchr(value, ' ')) {
        error_setg(errp, "a label has no spaces");
        return;
    }
    g_free(ANIMAL(obj)->label);
    ANIMAL(obj)->label = g_strdup(value);
}

static bool animal_get_tame(Object *obj, Error **errp G_GNUC_UNUSED)
{
    return ANIMAL(obj)->tame;
}

static void animal_set_tame(Object *obj, bool value, Error **errp G_GNUC_UNUSED)
{
    ANIMAL(obj)->tame = value;
}

static const char *const mood_names[] = { "calm", "angry", NULL };

static int animal_get_mood(Object *obj, Error **errp G_GNUC_UNUSED)
{
    return ANIMAL(obj)->mood;
}

static void animal_set_mood(Object *obj, int value, Error **errp G_GNUC_UNUSED)
{
    ANIMAL(obj)->mood = value;
}

static void animal_init(Object *obj)
{
    Animal *a = ANIMAL(obj);

    live_animals++;
    strcat(order_log, "a");
    a->legs = 4;
    object_property_add_uint16_ptr(obj, "legs", &a->legs, OBJ_PROP_FLAG_READWRITE);
    object_property_add_link(obj, "friend", TYPE_ANIMAL, &a->friend,
                             object_property_allow_set_link, OBJ_PROP_LINK_STRONG);
}

static void animal_post_init(Object *obj G_GNUC_UNUSED)
{
    strcat(order_log, "A");
}

static void animal_finalize(Object *obj)
{
    live_animals--;
    strcat(order_log, "-");
    g_free(ANIMAL(obj)->label);
}

static void animal_class_init(ObjectClass *klass, void *data G_GNUC_UNUSED)
{
    AnimalClass *ac = ANIMAL_CLASS(klass);
    ObjectProperty *prop;

    ac->latin = "animalia";
    object_class_property_add_str(klass, "label", animal_get_label, animal_set_label);
    prop = object_class_property_add_bool(klass, "tame", animal_get_tame, animal_set_tame);
    object_property_set_default_bool(prop, true);
    object_class_property_add_enum(klass, "mood", "Mood", mood_names, animal_get_mood,
                                   animal_set_mood);
    object_class_property_add_link(klass, "owner", TYPE_ANIMAL, offsetof(Animal, owner),
                                   object_property_allow_set_link, OBJ_PROP_LINK_STRONG);
}

static void animal_base_init(ObjectClass *klass, void *data G_GNUC_UNUSED)
{
    ANIMAL_CLASS(klass)->bases++;
}

static const char *dog_noise(Object *obj G_GNUC_UNUSED)
{
    return "woof";
}

static void dog_init(Object *obj G_GNUC_UNUSED)
{
    strcat(order_log, "d");
}

static void dog_post_init(Object *obj G_GNUC_UNUSED)
{
    strcat(order_log, "D");
}

static void dog_class_init(ObjectClass *klass, void *data G_GNUC_UNUSED)
{
    NOISY_CLASS(klass)->noise = dog_noise;
    ANIMAL_CLASS(klass)->latin = "canis";
}

static void noisy_class_init(ObjectClass *klass, void *data G_GNUC_UNUSED)
{
    NOISY_CLASS(klass)->volume = 7;
}

static void puppy_class_init(ObjectClass *klass, void *data G_GNUC_UNUSED)
{
    NOISY_CLASS(klass)->volume = 11;
}

static bool puppy_busy;
static bool fail_complete;

static void puppy_complete(UserCreatable *uc, Error **errp)
{
    if (fail_complete) {
        error_setg(errp, "puppy refuses");
    }
    ANIMAL(uc)->mood = 1;
}

static bool puppy_can_be_deleted(UserCreatable *uc G_GNUC_UNUSED)
{
    return !puppy_busy;
}

static void puppy_uc_class_init(ObjectClass *klass, void *data)
{
    UserCreatableClass *ucc = USER_CREATABLE_CLASS(klass);

    puppy_class_init(klass, data);
    ucc->complete = puppy_complete;
    ucc->can_be_deleted = puppy_can_be_deleted;
}

static const TypeInfo types[] = {
    { .name = TYPE_NOISY, .parent = TYPE_INTERFACE, .class_size = sizeof(NoisyClass),
      .class_init = noisy_class_init },
    /* Children before parents: order of registration must not matter. */
    { .name = TYPE_PUPPY, .parent = TYPE_DOG, .class_init = puppy_uc_class_init,
      .interfaces = (InterfaceInfo[]) { { TYPE_USER_CREATABLE }, { } } },
    { .name = TYPE_DOG, .parent = TYPE_ANIMAL, .class_init = dog_class_init,
      .instance_init = dog_init, .instance_post_init = dog_post_init,
      .interfaces = (InterfaceInfo[]) { { TYPE_NOISY }, { } } },
    { .name = TYPE_ANIMAL, .parent = TYPE_OBJECT, .abstract = true,
      .instance_size = sizeof(Animal), .class_size = sizeof(AnimalClass),
      .instance_init = animal_init, .instance_post_init = animal_post_init,
      .instance_finalize = animal_finalize, .class_init = animal_class_init,
      .class_base_init = animal_base_init },
};
DEFINE_TYPES(types)

START_TEST(test_classes)
{
    AnimalClass *dog = ANIMAL_CLASS(object_class_by_name(TYPE_DOG));
    AnimalClass *puppy = ANIMAL_CLASS(object_class_by_name(TYPE_PUPPY));
    ObjectClass *animal = object_class_by_name(TYPE_ANIMAL);

    ck_assert_str_eq(dog->latin, "canis");
    ck_assert_str_eq(puppy->latin, "canis");
    ck_assert_int_eq(ANIMAL_CLASS(animal)->bases, 0);
    ck_assert_int_eq(dog->bases, 1);
    ck_assert_int_eq(puppy->bases, 2);
    ck_assert(object_class_is_abstract(animal));
    ck_assert_ptr_eq(object_class_get_parent(OBJECT_CLASS(puppy)), OBJECT_CLASS(dog));
    ck_assert_ptr_null(object_class_by_name("cat"));
}
END_TEST

START_TEST(test_interfaces)
{
    ObjectClass *dog = object_class_by_name(TYPE_DOG);
    ObjectClass *puppy = object_class_by_name(TYPE_PUPPY);
    Object *obj = object_new(TYPE_PUPPY);

    ck_assert_int_eq(NOISY_CLASS(dog)->volume, 7);
    ck_assert_int_eq(NOISY_CLASS(puppy)->volume, 11);
    /* An inherited method, in a class structure of the derived type's own. */
    ck_assert_str_eq(NOISY_GET_CLASS(obj)->noise(obj), "woof");
    ck_assert_ptr_eq(NOISY_CLASS(puppy)->parent_class.concrete_class, puppy);
    ck_assert_ptr_eq(object_dynamic_cast(obj, TYPE_NOISY), obj);
    ck_assert_ptr_null(object_class_dynamic_cast(object_class_by_name(TYPE_ANIMAL), TYPE_NOISY));
    object_unref(obj);
}
END_TEST

START_TEST(test_life)
{
    Object *obj;

    order_log[0] = 0;
    live_animals = 0;
    obj = object_new(TYPE_PUPPY);
    ck_assert_str_eq(order_log, "adAD");
    ck_assert_int_eq(live_animals, 1);
    object_ref(obj);
    object_unref(obj);
    ck_assert_int_eq(live_animals, 1);
    object_unref(obj);
    ck_assert_int_eq(live_animals, 0);
    ck_assert_str_eq(order_log, "adAD-");
}
END_TEST

START_TEST(test_values)
{
    Object *obj = object_new(TYPE_DOG);
    Error *err = NULL;
    char *s;

    ck_assert(object_property_get_bool(obj, "tame", &error_abort));
    object_property_set_bool(obj, "tame", false, &error_abort);
    ck_assert(!ANIMAL(obj)->tame);
    ck_assert(object_property_parse(obj, "tame", "on", &error_abort));
    ck_assert(ANIMAL(obj)->tame);

    ck_assert(object_property_parse(obj, "legs", "0x10", &error_abort));
    ck_assert_uint_eq(object_property_get_uint(obj, "legs", &error_abort), 16);
    ck_assert(!object_property_parse(obj, "legs", "65536", &err));
    ck_assert_ptr_nonnull(strstr(error_get_pretty(err), "legs"));
    error_free_or_abort(&err);
    ck_assert_uint_eq(ANIMAL(obj)->legs, 16);

    ck_assert(object_property_set_str(obj, "label", "rex", &error_abort));
    s = object_property_get_str(obj, "label", &error_abort);
    ck_assert_str_eq(s, "rex");
    g_free(s);
    ck_assert(!object_property_set_str(obj, "label", "two words", &err));
    error_free_or_abort(&err);

    ck_assert(object_property_parse(obj, "mood", "angry", &error_abort));
    ck_assert_int_eq(object_property_get_enum(obj, "mood", "Mood", &error_abort), 1);
    ck_assert(!object_property_parse(obj, "mood", "hungry", &err));
    error_free_or_abort(&err);
    s = object_property_print(obj, "mood", false, &error_abort);
    ck_assert_str_eq(s, "angry");
    g_free(s);

    ck_assert(!object_property_set_bool(obj, "wings", true, &err));
    ck_assert_str_eq(error_get_pretty(err), "Property 'dog.wings' not found");
    error_free_or_abort(&err);
    object_unref(obj);
}
END_TEST

START_TEST(test_tree)
{
    Object *root = object_get_root();
    Object *pen = container_get(root, "/farm/pen");
    Object *a = object_new(TYPE_DOG), *b = object_new(TYPE_DOG);
    bool ambiguous;
    char *path;

    live_animals = 2;
    object_property_add_child(pen, "dog[*]", a);
    object_property_add_child(pen, "dog[*]", b);
    object_unref(a);
    object_unref(b);
    path = object_get_canonical_path(b);
    ck_assert_str_eq(path, "/farm/pen/dog[1]");
    ck_assert_ptr_eq(object_resolve_path(path, NULL), b);
    g_free(path);
    ck_assert_ptr_eq(object_resolve_path("pen/dog[0]", &ambiguous), a);
    ck_assert(!ambiguous);
    ck_assert_ptr_null(object_resolve_path_type("", TYPE_DOG, &ambiguous));
    ck_assert(ambiguous);

    object_unparent(a);
    ck_assert_int_eq(live_animals, 1);
    ck_assert_ptr_eq(object_resolve_path_type("", TYPE_DOG, &ambiguous), b);
    /* The lowest free number is taken again. */
    a = object_new(TYPE_DOG);
    object_property_add_child(pen, "dog[*]", a);
    ck_assert_str_eq(object_get_canonical_path_component(a), "dog[0]");
    object_unref(a);
    object_unparent(container_get(root, "/farm"));
    ck_assert_int_eq(live_animals, 0);
}
END_TEST

START_TEST(test_links)
{
    Object *pen = container_get(object_get_root(), "/farm");
    Object *a = object_new(TYPE_DOG), *b = object_new(TYPE_DOG);
    Error *err = NULL;
    char *s;

    live_animals = 2;
    object_property_add_child(pen, "a", a);
    object_property_add_child(pen, "b", b);
    object_unref(a);
    object_unref(b);
    ck_assert(object_property_parse(a, "friend", "/farm/b", &error_abort));
    ck_assert_ptr_eq(ANIMAL(a)->friend, b);
    ck_assert_ptr_eq(object_resolve_path("/farm/a/friend", NULL), b);
    ck_assert(object_property_set_link(a, "owner", b, &error_abort));
    s = object_property_get_str(a, "owner", &error_abort);
    ck_assert_str_eq(s, "/farm/b");
    g_free(s);

    ck_assert(!object_property_parse(a, "friend", "/farm", &err));
    error_free_or_abort(&err);
    ck_assert(!object_property_parse(a, "friend", "nowhere", &err));
    ck_assert_int_eq(error_get_class(err), ERROR_CLASS_DEVICE_NOT_FOUND);
    error_free_or_abort(&err);
    ck_assert_ptr_eq(ANIMAL(a)->friend, b);

    /* Strong links keep the target alive. */
    object_unparent(b);
    ck_assert_int_eq(live_animals, 2);
    ck_assert(object_property_set_str(a, "friend", "", &error_abort));
    ck_assert_int_eq(live_animals, 2);
    object_unparent(a);
    ck_assert_int_eq(live_animals, 0);
    object_unparent(pen);
}
END_TEST

START_TEST(test_alias)
{
    Object *a = object_new(TYPE_DOG), *b = object_new(TYPE_DOG);
    Error *err = NULL;

    object_property_add_alias(a, "feet", b, "legs");
    ck_assert(object_property_parse(a, "feet", "3", &error_abort));
    ck_assert_uint_eq(ANIMAL(b)->legs, 3);
    ck_assert_uint_eq(ANIMAL(a)->legs, 4);
    ck_assert_uint_eq(object_property_get_uint(a, "feet", &error_abort), 3);
    ck_assert(!object_property_parse(a, "feet", "many", &err));
    ck_assert_ptr_nonnull(strstr(error_get_pretty(err), "feet"));
    error_free_or_abort(&err);
    object_unref(a);
    object_unref(b);
}
END_TEST

static bool add_json(const char *json, Error **errp)
{
    QDict *d = qobject_to(QDict, qobject_from_json(json, &error_abort));
    bool ok = user_creatable_add_dict(d, false, errp);

    qobject_unref(d);
    return ok;
}

START_TEST(test_user_creatable)
{
    Error *err = NULL;
    Object *obj;

    live_animals = 0;
    ck_assert(add_json("{'qom-type':'puppy','id':'p0','legs':3,'tame':false}", &error_abort));
    obj = object_resolve_path("/objects/p0", NULL);
    ck_assert_ptr_nonnull(obj);
    ck_assert_uint_eq(ANIMAL(obj)->legs, 3);
    ck_assert_int_eq(ANIMAL(obj)->mood, 1);

    /* Everything that fails leaves nothing behind. */
    ck_assert(!add_json("{'qom-type':'puppy','id':'p0'}", &err));
    error_free_or_abort(&err);
    ck_assert(!add_json("{'qom-type':'puppy','id':'p1','legs':'x'}", &err));
    error_free_or_abort(&err);
    ck_assert(!add_json("{'qom-type':'puppy','id':'1p'}", &err));
    error_free_or_abort(&err);
    ck_assert(!add_json("{'qom-type':'dog','id':'p1'}", &err));
    error_free_or_abort(&err);
    ck_assert(!add_json("{'qom-type':'pupy','id':'p1'}", &err));
    ck_assert_str_eq(error_get_pretty(err), "invalid object type: pupy");
    error_free_or_abort(&err);
    ck_assert(!add_json("{'id':'p1'}", &err));
    error_free_or_abort(&err);
    fail_complete = true;
    ck_assert(!add_json("{'qom-type':'puppy','id':'p1'}", &err));
    ck_assert_str_eq(error_get_pretty(err), "puppy refuses");
    error_free_or_abort(&err);
    fail_complete = false;
    ck_assert_int_eq(live_animals, 1);

    puppy_busy = true;
    ck_assert(!user_creatable_del("p0", &err));
    error_free_or_abort(&err);
    puppy_busy = false;
    ck_assert(user_creatable_del("p0", &error_abort));
    ck_assert_int_eq(live_animals, 0);
}
END_TEST

START_TEST(test_keyval)
{
    ck_assert(user_creatable_add_from_str("puppy,id=p0,legs=5,tame=off,mood=calm", &error_abort));
    ck_assert_uint_eq(ANIMAL(object_resolve_path("p0", NULL))->legs, 5);
    ck_assert(user_creatable_add_from_str("{\"qom-type\":\"puppy\",\"id\":\"p1\"}", &error_abort));
    user_creatable_cleanup();
    ck_assert_ptr_null(object_resolve_path("p0", NULL));
}
END_TEST

START_TEST(test_suggestions)
{
    char **near = object_nearest_type_names("pupy", TYPE_ANIMAL, 3);

    ck_assert_str_eq(near[0], TYPE_PUPPY);
    g_strfreev(near);
    near = object_nearest_type_names("elephantine", TYPE_ANIMAL, 3);
    ck_assert_ptr_null(near[0]);
    g_strfreev(near);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("qom/object");
    TCase *tc = tcase_create("all");
    SRunner *sr;
    int failed;

    module_call_init(MODULE_INIT_QOM);
    tcase_add_test(tc, test_classes);
    tcase_add_test(tc, test_interfaces);
    tcase_add_test(tc, test_life);
    tcase_add_test(tc, test_values);
    tcase_add_test(tc, test_tree);
    tcase_add_test(tc, test_links);
    tcase_add_test(tc, test_alias);
    tcase_add_test(tc, test_user_creatable);
    tcase_add_test(tc, test_keyval);
    tcase_add_test(tc, test_suggestions);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
