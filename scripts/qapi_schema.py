# SPDX-License-Identifier: GPL-2.0-or-later
"""A QAPI schema as entities that know each other, and the checks that need the whole.

Schema(exprs) turns the checked expressions of qapi.parse() into Builtin, Enum, Object, Array,
Alternate, Command and Event objects.  Generators walk schema.entities in schema order; types
that the schema only implies (arrays, the enum of a simple union, argument objects) come right
where they were first needed.
"""
from qapi import QAPIError, c_name

# name: C type, JSON type, QType, does the list visitor own memory
BUILTINS = {
    'str': ('char *', 'string', 'QTYPE_QSTRING'),
    'number': ('double', 'number', 'QTYPE_QNUM'),
    'int': ('int64_t', 'int', 'QTYPE_QNUM'),
    'int8': ('int8_t', 'int', 'QTYPE_QNUM'),
    'int16': ('int16_t', 'int', 'QTYPE_QNUM'),
    'int32': ('int32_t', 'int', 'QTYPE_QNUM'),
    'int64': ('int64_t', 'int', 'QTYPE_QNUM'),
    'uint8': ('uint8_t', 'int', 'QTYPE_QNUM'),
    'uint16': ('uint16_t', 'int', 'QTYPE_QNUM'),
    'uint32': ('uint32_t', 'int', 'QTYPE_QNUM'),
    'uint64': ('uint64_t', 'int', 'QTYPE_QNUM'),
    'size': ('uint64_t', 'int', 'QTYPE_QNUM'),
    'bool': ('bool', 'boolean', 'QTYPE_QBOOL'),
    'any': ('QObject *', 'value', None),
    'null': ('QNull *', 'null', 'QTYPE_QNULL'),
}
# Names of C types that the generated code uses for itself.
RESERVED = {'QType': 'the type of JSON values', 'Empty': None}


class Entity:
    """Something the schema defines.  `info` is None for what it only implies."""
    is_type = False

    def __init__(self, name, info=None, cond=None, features=(), doc=None):
        self.name = name
        self.info = info
        self.cond = cond
        self.features = features
        self.doc = doc
        self.builtin = False

    def c_name(self):
        return c_name(self.name, False)


class Type(Entity):
    is_type = True
    json_type = None
    qtype = None

    def c_type(self):
        """The type of a variable that holds such a value."""
        return self.c_name() + ' *'

    def c_param(self):
        """The type of a function's parameter."""
        return self.c_type()

    def c_null(self):
        return 'NULL'

    def describe(self):
        return self.name


class Builtin(Type):
    def __init__(self, name):
        super().__init__(name)
        self.builtin = True
        self._c_type, self.json_type, self.qtype = BUILTINS[name]

    def c_type(self):
        return self._c_type

    def c_param(self):
        return 'const char *' if self.name == 'str' else self._c_type

    def c_null(self):
        if self.name == 'bool':
            return 'false'
        return 'NULL' if self._c_type.endswith('*') else '0'


class Value:
    """An enum's value."""

    def __init__(self, name, cond=None, features=()):
        self.name = name
        self.cond = cond
        self.features = features


class Enum(Type):
    qtype = 'QTYPE_QSTRING'
    json_type = 'string'

    def __init__(self, name, values, prefix=None, **kw):
        super().__init__(name, **kw)
        self.values = values
        self.prefix = prefix

    def c_type(self):
        return self.c_name()

    def c_null(self):
        return '0'

    def value_names(self):
        return [v.name for v in self.values]


class Array(Type):
    qtype = 'QTYPE_QLIST'
    json_type = 'array'

    def __init__(self, element):
        super().__init__(element.name + 'List', cond=element.cond)
        self.element = element
        self.builtin = element.builtin

    def describe(self):
        return '[%s]' % self.element.name


class Member:
    """Of an object; or a branch, where `name` is the tag's value."""

    def __init__(self, name, type_, optional=False, cond=None, features=()):
        self.name = name
        self.type = type_
        self.optional = optional
        self.cond = cond
        self.features = features

    def c_name(self):
        return c_name(self.name)


class Object(Type):
    """A struct or union.

    base       the struct it extends, or None
    own        members of its own
    tag        the Member that selects the branch, or None
    branches   Members: tag value, and the Object that holds the branch's members
    implicit   made from 'data' in place, or a wrapper: not a name users see
    """
    qtype = 'QTYPE_QDICT'
    json_type = 'object'

    def __init__(self, name, base=None, own=(), tag=None, branches=(), implicit=False, **kw):
        super().__init__(name, **kw)
        self.base = base
        self.own = list(own)
        self.tag = tag
        self.branches = list(branches)
        self.implicit = implicit
        self.hidden = False             # exists for introspection only, not in C
        self.meta = 'struct'

    def members(self):
        """All common members, the base's first."""
        return (self.base.members() if self.base else []) + self.own

    def c_name(self):
        return super().c_name().replace(':', '_') if not self.implicit else \
            'q_obj_' + c_name(self.name, False)

    def is_empty(self):
        return not self.members() and not self.branches

    def member(self, name):
        return next((m for m in self.members() if m.name == name), None)


class Alternate(Type):
    json_type = 'value'

    def __init__(self, name, branches=(), **kw):
        super().__init__(name, **kw)
        self.branches = list(branches)


class Command(Entity):
    def __init__(self, name, arg, boxed, ret, flags, **kw):
        super().__init__(name, **kw)
        self.arg = arg                  # Object, or None
        self.boxed = boxed
        self.ret = ret                  # Type, or None
        self.gen = flags.get('gen', True)
        self.success_response = flags.get('success-response', True)
        self.allow_oob = flags.get('allow-oob', False)
        self.allow_preconfig = flags.get('allow-preconfig', False)
        self.coroutine = flags.get('coroutine', False)


class Event(Entity):
    def __init__(self, name, arg, boxed, **kw):
        super().__init__(name, **kw)
        self.arg = arg
        self.boxed = boxed


class Schema:
    def __init__(self, exprs, docs=(), pragma=None):
        self.docs = docs
        self.pragma = pragma or {}
        self.entities = []
        self.by_name = {}
        self.exprs = {}
        for name in BUILTINS:
            self._add(Builtin(name), None)
        self.empty = Object('empty', implicit=True)
        for e in exprs:
            self._declare(e)
        for e in exprs:
            self._get_expr(e)
        self._check_unique_c_names()

    # names

    def _declare(self, e):
        if e.name in BUILTINS:
            raise QAPIError(e.info, "built-in type '%s' is already defined" % e.name)
        if e.name in RESERVED:
            raise QAPIError(e.info, "%s '%s' uses a name that is reserved" % (e.meta, e.name))
        if e.name in self.exprs:
            other = self.exprs[e.name]
            raise QAPIError(e.info, "%s '%s' is already defined (%s)"
                            % (other.meta, e.name, other.info))
        self.exprs[e.name] = e

    def _check_unique_c_names(self):
        seen = {}
        for ent in self.entities:
            if ent.builtin or ent.info is None:
                continue
            key = (ent.is_type, ent.c_name())
            if key in seen:
                raise QAPIError(ent.info, "'%s' collides in C with '%s'"
                                % (ent.name, seen[key]))
            seen[key] = ent.name

    def _add(self, entity, info):
        self.entities.append(entity)
        self.by_name[entity.name] = entity
        return entity

    # building

    def _get_expr(self, e):
        """The entity of expression `e`, built when first asked for."""
        if e.name in self.by_name:
            return self.by_name[e.name]
        common = dict(info=e.info, cond=e.value.get('if'), doc=e.doc,
                      features=[Value(f['name'], f.get('if'))
                                for f in e.value.get('features', ())])
        entity = getattr(self, '_make_' + e.meta)(e, common)
        if entity.is_type:
            self.array(entity)
        return entity

    def type(self, spec, info, what):
        """The Type that `spec` (a name, or a list of one) means."""
        if isinstance(spec, list):
            return self.array(self.type(spec[0], info, what))
        if spec in BUILTINS:
            return self.by_name[spec]
        e = self.exprs.get(spec)
        if e is None:
            raise QAPIError(info, "%s uses unknown type '%s'" % (what, spec))
        if e.meta in ('command', 'event'):
            raise QAPIError(info, "%s uses %s '%s' as a type" % (what, e.meta, spec))
        return self._get_expr(e)

    def array(self, element):
        name = element.name + 'List'
        return self.by_name.get(name) or self._add(Array(element), None)

    def implicit(self, name, **kw):
        return self._add(Object(name, implicit=True, **kw), None)

    def _members(self, data, info, what):
        return [Member(name, self.type(m['type'], info, "member '%s' of %s" % (name, what)),
                       m['optional'], m.get('if'),
                       [Value(f['name'], f.get('if')) for f in m.get('features', ())])
                for name, m in data.items()]

    def _make_enum(self, e, common):
        values = [Value(v['name'], v.get('if'),
                        [Value(f['name'], f.get('if')) for f in v.get('features', ())])
                  for v in e.value['data']]
        return self._add(Enum(e.name, values, e.value.get('prefix'), **common), e.info)

    def _base(self, e, what):
        """The base struct of `e`, whose members must not depend on `e` itself."""
        name = e.value.get('base')
        if name is None:
            return None
        if isinstance(name, dict):
            return self.implicit(e.name + '-base',
                                 own=self._members(name, e.info, 'base of ' + what))
        chain, cur = [e.name], name
        while cur in self.exprs and isinstance(self.exprs[cur].value.get('base'), str):
            if cur in chain:
                raise QAPIError(e.info, "%s: base '%s' contains itself" % (what, name))
            chain.append(cur)
            cur = self.exprs[cur].value['base']
        if cur in chain:
            raise QAPIError(e.info, "%s: base '%s' contains itself" % (what, name))
        base = self.type(name, e.info, what)
        if not isinstance(base, Object) or base.branches:
            raise QAPIError(e.info, "%s: base '%s' must be a struct" % (what, name))
        return base

    def _make_struct(self, e, common):
        what = "struct '%s'" % e.name
        obj = Object(e.name, **common)
        self.by_name[e.name] = obj      # members may refer back to it
        obj.base = self._base(e, what)
        obj.own = self._members(e.value['data'], e.info, what)
        self._check_members(obj, e.info, what)
        self.entities.append(obj)
        return obj

    @staticmethod
    def _check_members(obj, info, what):
        seen = {}
        for m in obj.members():
            if m.c_name() in seen:
                raise QAPIError(info, "%s: member '%s' collides with member '%s' of its base"
                                % (what, m.name, seen[m.c_name()]))
            seen[m.c_name()] = m.name

    def _make_union(self, e, common):
        what = "union '%s'" % e.name
        obj = Object(e.name, **common)
        obj.meta = 'union'
        self.by_name[e.name] = obj
        if 'discriminator' in e.value:
            self._flat_union(obj, e, what)
        else:
            self._simple_union(obj, e, what)
        self._check_members(obj, e.info, what)
        self.entities.append(obj)
        return obj

    def _flat_union(self, obj, e, what):
        name = e.value['discriminator']
        obj.base = self._base(e, what)
        obj.tag = obj.member(name)
        if obj.tag is None:
            raise QAPIError(e.info, "%s: discriminator '%s' is not a member of its base"
                            % (what, name))
        if not isinstance(obj.tag.type, Enum):
            raise QAPIError(e.info, "%s: discriminator '%s' must be of an enum type"
                            % (what, name))
        if obj.tag.optional:
            raise QAPIError(e.info, "%s: discriminator '%s' must not be optional" % (what, name))
        for case, m in e.value['data'].items():
            bwhat = "branch '%s' of %s" % (case, what)
            if case not in obj.tag.type.value_names():
                raise QAPIError(e.info, "%s is not a value of enum '%s'"
                                % (bwhat, obj.tag.type.name))
            branch = self.type(m['type'], e.info, bwhat)
            if not isinstance(branch, Object):
                raise QAPIError(e.info, "%s must be a struct or union, not '%s'"
                                % (bwhat, branch.describe()))
            if branch is obj:
                raise QAPIError(e.info, "%s contains the union itself" % bwhat)
            for bm in branch.members():
                if any(bm.c_name() == om.c_name() for om in obj.members()):
                    raise QAPIError(e.info, "%s: member '%s' collides with a member of the base"
                                    % (bwhat, bm.name))
            obj.branches.append(Member(case, branch, cond=m.get('if')))

    def _simple_union(self, obj, e, what):
        values = []
        for case, m in e.value['data'].items():
            target = self.type(m['type'], e.info, "branch '%s' of %s" % (case, what))
            wname = self._wrapper_name(target)
            wrapper = self.by_name.get(':' + wname)
            if wrapper is None:
                wrapper = Object(wname, own=[Member('data', target)], implicit=True)
                self.by_name[':' + wname] = wrapper
                self.entities.append(wrapper)
            values.append(Value(case, m.get('if')))
            obj.branches.append(Member(case, wrapper, cond=m.get('if')))
        kind = self._add(Enum(e.name + 'Kind', values), None)
        obj.tag = Member('type', kind)
        obj.own = [obj.tag]

    @staticmethod
    def _wrapper_name(target):
        return target.name + '-wrapper'

    def _make_alternate(self, e, common):
        what = "alternate '%s'" % e.name
        alt = Alternate(e.name, **common)
        self.by_name[e.name] = alt
        seen = {}
        for name, m in e.value['data'].items():
            bwhat = "branch '%s' of %s" % (name, what)
            target = self.type(m['type'], e.info, bwhat)
            if not target.qtype:
                raise QAPIError(e.info, "%s cannot use type '%s'" % (bwhat, target.describe()))
            clash = seen.get(target.qtype)
            if clash:
                raise QAPIError(e.info, "%s can't be distinguished from '%s'" % (bwhat, clash))
            seen[target.qtype] = name
            alt.branches.append(Member(name, target, cond=m.get('if')))
        self.entities.append(alt)
        return alt

    def _arg(self, e, what):
        data = e.value.get('data')
        if data is None or data == {}:
            return None
        if isinstance(data, dict):
            arg = self.implicit(e.name + '-arg', own=self._members(data, e.info, what))
            arg.hidden = e.meta == 'command'
            return arg
        arg = self.type(data, e.info, "'data' of " + what)
        if not isinstance(arg, Object):
            raise QAPIError(e.info, "'data' of %s must be a struct or union, not '%s'"
                            % (what, arg.describe()))
        if arg.branches and 'boxed' not in e.value:
            raise QAPIError(e.info, "'data' of %s can take union type '%s' only with "
                            "'boxed': true" % (what, arg.name))
        return arg if 'boxed' in e.value or arg.members() else None

    def _make_command(self, e, common):
        what = "command '%s'" % e.name
        ret = None
        arg = self._arg(e, what)
        if 'returns' in e.value:
            ret = self.type(e.value['returns'], e.info, "'returns' of " + what)
            target = ret.element if isinstance(ret, Array) else ret
            if e.name not in self.pragma.get('command-returns-exceptions', (e.name,)) and \
                    not isinstance(target, Object):
                raise QAPIError(e.info, "%s cannot return '%s': only structs can grow"
                                % (what, ret.describe()))
        return self._add(Command(e.name, arg, 'boxed' in e.value, ret, e.value, **common), e.info)

    def _make_event(self, e, common):
        arg = self._arg(e, "event '%s'" % e.name)
        return self._add(Event(e.name, arg, 'boxed' in e.value, **common), e.info)
