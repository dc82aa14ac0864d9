# SPDX-License-Identifier: GPL-2.0-or-later
"""Read a QAPI schema: text to expressions, and what is wrong with them.

docs/qapi-code-gen.txt describes the language.  The generators use it like this:

    exprs = qapi.parse('schema.json')       # raises qapi.QAPIError
    schema = qapi_schema.Schema(exprs)

An expression is a dict as the file has it, with normalized members, in an Expr that knows
where it came from.  This module checks all that one expression can show by itself; what
depends on other expressions (does the base exist?) is checked by qapi_schema.
"""
import os
import re


class QAPIError(Exception):
    """What is wrong with a schema; prints as file:line: message."""

    def __init__(self, info, message):
        super().__init__('%s: %s' % (info, message))
        self.info = info
        self.message = message


class Info:
    """A place in a schema file."""

    def __init__(self, path, line, parent=None):
        self.path = path
        self.line = line
        self.parent = parent            # the include directive that led here

    def __str__(self):
        return '%s:%d' % (self.path, self.line)

    def at(self, line):
        return Info(self.path, line, self.parent)


class Expr:
    """One top-level expression.  `meta` is its kind: 'struct', 'command' ..."""

    def __init__(self, value, info, doc=None):
        self.value = value
        self.info = info
        self.doc = doc
        self.meta = None
        self.name = None


# ---------------------------------------------------------------- doc comments

class Section:
    """Part of a doc comment: the text under one tag ('Returns', '@arg'; None: the body)."""

    def __init__(self, tag, line):
        self.tag = tag
        self.line = line
        self.lines = []

    def text(self):
        return '\n'.join(self.lines).strip('\n')


class Doc:
    """A ## comment.  With `symbol` it documents that definition, else it is free text."""

    TAGS = ('Returns', 'Since', 'Note', 'Notes', 'Example', 'Examples', 'TODO', 'Features')

    def __init__(self, info):
        self.info = info
        self.symbol = None
        self.body = Section(None, info.line)
        self.args = {}
        self.features = {}
        self.sections = []
        self._cur = self.body
        self._in_features = False

    def append(self, text, line):
        """One line, without '# '."""
        m = re.match(r'@([^:\s]+):(?:\s+(.*))?$', text)
        if m:
            self._tagged_name(m[1], m[2] or '', line)
            return
        m = re.match(r'(%s):(?:\s+(.*))?$' % '|'.join(self.TAGS), text)
        if m:
            self._in_features = m[1] == 'Features'
            self._cur = Section(m[1], line)
            self._cur.lines.append(m[2] or '')
            self.sections.append(self._cur)
            return
        self._cur.lines.append(text)

    def _tagged_name(self, name, rest, line):
        if self.symbol is None and not self.body.text() and not self.args:
            self.symbol = name
            if rest:
                raise QAPIError(self.info.at(line), "text after '@%s:' must start a new line"
                                % name)
            return
        if self.symbol is None:
            raise QAPIError(self.info.at(line), "'@%s:' in a comment that documents no definition"
                            % name)
        into = self.features if self._in_features else self.args
        if name in into:
            raise QAPIError(self.info.at(line), "'@%s' is documented twice" % name)
        self._cur = Section('@' + name, line)
        self._cur.lines.append(rest)
        into[name] = self._cur


# ---------------------------------------------------------------- text to values

TOKEN = re.compile(r"""
    (?P<space>[ \t\r]+) | (?P<newline>\n) | (?P<comment>\#[^\n]*) |
    (?P<punct>[{}\[\]:,]) | (?P<string>'(?:[^'\\\n]|\\.)*') | (?P<word>[A-Za-z0-9_]+)
""", re.X)


class Parser:
    """One schema file.  `exprs` and `docs` are its content, includes in place."""

    def __init__(self, path, seen=None, parent=None):
        self.path = path
        self.line = 1
        self.pos = 0
        self.seen = seen if seen is not None else set()
        self.seen.add(os.path.abspath(path))
        self.parent = parent
        self.exprs = []
        self.docs = []                  # free-standing Doc objects and Exprs, in order
        self.pragma = {}
        try:
            with open(path, encoding='utf-8') as f:
                self.src = f.read()
        except OSError as e:
            raise QAPIError(parent or Info(path, 1), "cannot read schema '%s': %s"
                            % (path, e.strerror)) from None
        except UnicodeDecodeError:
            raise QAPIError(parent or Info(path, 1), "schema '%s' is not UTF-8" % path) from None
        self.next()

    def error(self, message, line=None):
        return QAPIError(Info(self.path, line or self.tok_line, self.parent), message)

    def next(self):
        """Step to the next token: self.tok is punctuation, 'string', 'word', 'doc' or None."""
        while True:
            self.tok_line = self.line
            if self.pos == len(self.src):
                self.tok = self.val = None
                return
            m = TOKEN.match(self.src, self.pos)
            if not m:
                if self.src[self.pos] == "'":
                    raise self.error("string without closing \"'\"")
                raise self.error("stray character %r" % self.src[self.pos])
            self.pos = m.end()
            kind, text = m.lastgroup, m[0]
            if kind == 'newline':
                self.line += 1
            elif kind == 'comment' and text.startswith('##') and self._at_line_start(m.start()):
                self.tok, self.val = 'doc', self._doc(text)
                return
            elif kind == 'punct':
                self.tok, self.val = text, text
                return
            elif kind == 'string':
                self.tok, self.val = 'string', self._unquote(text[1:-1])
                return
            elif kind == 'word':
                if text not in ('true', 'false', 'null'):
                    raise self.error("unknown word '%s'" % text)
                self.tok, self.val = 'word', {'true': True, 'false': False, 'null': None}[text]
                return

    def _at_line_start(self, pos):
        return pos == 0 or self.src[pos - 1] == '\n'

    def _unquote(self, text):
        out = re.sub(r"\\(.)", lambda m: self._escape(m[1]), text)
        if not out.isascii() or not out.isprintable():
            raise self.error("string '%s' holds something other than printable ASCII" % text)
        return out

    def _escape(self, c):
        if c not in "'\\":
            raise self.error("unknown escape '\\%s' in a string" % c)
        return c

    def _doc(self, first):
        """The lines of a comment that opened with '##', to its closing '##'."""
        if first != '##':
            raise self.error("'##' must stand on a line of its own")
        doc = Doc(Info(self.path, self.line, self.parent))
        while True:
            end = self.src.find('\n', self.pos)
            if end < 0:
                raise self.error("documentation comment without closing '##'", doc.info.line)
            start = end + 1
            self.line += 1
            stop = self.src.find('\n', start)
            stop = len(self.src) if stop < 0 else stop
            text = self.src[start:stop].rstrip()
            self.pos = stop
            if text == '##':
                return doc
            if not text.startswith('#'):
                raise self.error("documentation comment without closing '##'", self.line)
            if len(text) > 1 and text[1] != ' ':
                raise self.error("missing space after '#'", self.line)
            doc.append(text[2:], self.line)

    # values

    def value(self):
        tok, val, line = self.tok, self.val, self.tok_line
        if tok == '{':
            return self.dict()
        if tok == '[':
            return self.list()
        if tok in ('string', 'word'):
            self.next()
            return val
        raise self.error("expected '{', '[', a string, or a boolean"
                         if tok else "the file ends within an expression", line)

    def dict(self):
        out = {}
        self.next()
        if self.tok == '}':
            self.next()
            return out
        while True:
            if self.tok != 'string':
                raise self.error("expected a string as key%s" % (' or \'}\'' if not out else ''))
            key = self.val
            if key in out:
                raise self.error("duplicate key '%s'" % key)
            self.next()
            if self.tok != ':':
                raise self.error("expected ':'")
            self.next()
            out[key] = self.value()
            if self.tok == '}':
                self.next()
                return out
            if self.tok != ',':
                raise self.error("expected ',' or '}'")
            self.next()

    def list(self):
        out = []
        self.next()
        if self.tok == ']':
            self.next()
            return out
        while True:
            out.append(self.value())
            if self.tok == ']':
                self.next()
                return out
            if self.tok != ',':
                raise self.error("expected ',' or ']'")
            self.next()

    # the file

    def parse(self):
        doc = None
        while self.tok:
            if self.tok == 'doc':
                self._unused(doc)
                doc = self.val
                if not doc.symbol:
                    self.docs.append(doc)
                    doc = None
                self.next()
                continue
            info = Info(self.path, self.tok_line, self.parent)
            if self.tok != '{':
                raise self.error("expected '{' at the start of an expression")
            value = self.dict()
            if 'include' in value:
                self._unused(doc)
                self._include(value, info)
            elif 'pragma' in value:
                self._unused(doc)
                self._pragma(value, info)
            else:
                expr = Expr(value, info, doc)
                self.exprs.append(expr)
                self.docs.append(expr)
            doc = None
        self._unused(doc)
        return self

    @staticmethod
    def _unused(doc):
        if doc is not None:
            raise QAPIError(doc.info, "documentation for '%s' is not followed by its definition"
                            % doc.symbol)

    def _include(self, value, info):
        if len(value) != 1:
            raise QAPIError(info, "include takes no other keys")
        name = value['include']
        if not isinstance(name, str):
            raise QAPIError(info, "value of 'include' must be a string")
        path = os.path.join(os.path.dirname(self.path), name)
        up = info
        while up:
            if os.path.abspath(up.path) == os.path.abspath(path):
                raise QAPIError(info, "inclusion loop for %s" % name)
            up = up.parent
        if os.path.abspath(path) in self.seen:
            return
        sub = Parser(path, self.seen, info).parse()
        self.exprs += sub.exprs
        self.docs += sub.docs
        for key, names in sub.pragma.items():
            self.pragma.setdefault(key, []).extend(names)

    LIST_PRAGMAS = ('documentation-exceptions', 'command-name-exceptions',
                    'command-returns-exceptions', 'member-name-exceptions')

    def _pragma(self, value, info):
        if len(value) != 1 or not isinstance(value['pragma'], dict):
            raise QAPIError(info, "value of 'pragma' must be an object, with no other keys")
        for key, val in value['pragma'].items():
            if key == 'doc-required':
                if not isinstance(val, bool):
                    raise QAPIError(info, "pragma 'doc-required' must be a boolean")
                self.pragma[key] = [val]
            elif key in self.LIST_PRAGMAS:
                if not isinstance(val, list) or not all(isinstance(v, str) for v in val):
                    raise QAPIError(info, "pragma '%s' must be a list of strings" % key)
                self.pragma.setdefault(key, []).extend(val)
            else:
                raise QAPIError(info, "unknown pragma '%s'" % key)


# ---------------------------------------------------------------- one expression by itself

NAME = re.compile(r'(?P<vendor>__[A-Za-z0-9.-]+_)?(?P<x>x-|X-)?(?P<stem>[A-Za-z][A-Za-z0-9_-]*)$')
ENUM_NAME = re.compile(r'(__[A-Za-z0-9.-]+_)?[A-Za-z0-9][A-Za-z0-9_-]*$')

# meta-type: required keys, optional keys
KEYS = {
    'enum': (('data',), ('prefix', 'if', 'features')),
    'struct': (('data',), ('base', 'if', 'features')),
    'union': (('data',), ('base', 'discriminator', 'if', 'features')),
    'alternate': (('data',), ('if', 'features')),
    'command': ((), ('data', 'returns', 'boxed', 'gen', 'success-response', 'allow-oob',
                     'allow-preconfig', 'coroutine', 'if', 'features')),
    'event': ((), ('data', 'boxed', 'if', 'features')),
}


class Checker:
    """Checks an expression's form and normalizes its members to dicts."""

    def __init__(self, pragma):
        self.pragma = pragma

    def excepted(self, pragma, name):
        return name in self.pragma.get(pragma, ())

    # names

    def name_ok(self, name, info, what, enum_value=False):
        """An identifier that is not reserved; returns its stem without prefixes."""
        if not isinstance(name, str):
            raise QAPIError(info, "%s requires a string name" % what)
        m = (ENUM_NAME if enum_value else NAME).match(name)
        if not m:
            raise QAPIError(info, "%s has an invalid name '%s'" % (what, name))
        if name.lower().startswith('q_') or c_name(name, False).startswith('q_'):
            raise QAPIError(info, "%s uses the reserved name '%s' (prefix 'q_')" % (what, name))
        return name if enum_value else m['stem']

    def definition_name(self, name, meta, info):
        stem = self.name_ok(name, info, "'%s'" % meta)
        if meta == 'event':
            if name != name.upper():
                raise QAPIError(info, "event name '%s' must be all upper case" % name)
        elif meta == 'command':
            if stem != stem.lower() and not self.excepted('command-name-exceptions', name):
                raise QAPIError(info, "command name '%s' must be all lower case" % name)
        else:
            if not stem[0].isupper():
                raise QAPIError(info, "%s name '%s' must be CamelCase" % (meta, name))
            for suffix in ('Kind', 'List'):
                if name.endswith(suffix):
                    raise QAPIError(info, "%s name '%s' should not end in '%s'"
                                    % (meta, name, suffix))

    # pieces

    @staticmethod
    def keys(value, info, what, required, optional):
        for key in required:
            if key not in value:
                raise QAPIError(info, "key '%s' is missing from %s" % (key, what))
        for key in value:
            if key not in required and key not in optional:
                allowed = ', '.join("'%s'" % k for k in sorted(required + optional))
                raise QAPIError(info, "unknown key '%s' in %s (allowed: %s)"
                                % (key, what, allowed))

    def condition(self, cond, info, what):
        if isinstance(cond, str):
            if not re.match(r'[A-Z][A-Z0-9_]*$', cond):
                raise QAPIError(info, "'if' condition '%s' of %s is not a valid identifier"
                                % (cond, what))
        elif isinstance(cond, dict):
            if len(cond) != 1 or next(iter(cond)) not in ('all', 'any', 'not'):
                raise QAPIError(info, "'if' condition of %s must have exactly one of the keys "
                                "'all', 'any', 'not'" % what)
            key, val = next(iter(cond.items()))
            if key == 'not':
                self.condition(val, info, what)
            else:
                if not isinstance(val, list) or not val:
                    raise QAPIError(info, "'%s' condition of %s must be a list that is not empty"
                                    % (key, what))
                for sub in val:
                    self.condition(sub, info, what)
        else:
            raise QAPIError(info, "'if' condition of %s must be a string or an object" % what)

    def if_and_features(self, value, info, what):
        if 'if' in value:
            self.condition(value['if'], info, what)
        if 'features' not in value:
            return
        if not isinstance(value['features'], list):
            raise QAPIError(info, "'features' of %s must be an array" % what)
        features = []
        for f in value['features']:
            f = f if isinstance(f, dict) else {'name': f}
            self.keys(f, info, "a feature of %s" % what, ('name',), ('if',))
            self.name_ok(f['name'], info, "feature of %s" % what, True)
            if 'if' in f:
                self.condition(f['if'], info, "feature '%s'" % f['name'])
            if f['name'] in [g['name'] for g in features]:
                raise QAPIError(info, "%s has feature '%s' twice" % (what, f['name']))
            features.append(f)
        value['features'] = features

    @staticmethod
    def type_name(value, info, what, arrays=True):
        if arrays and isinstance(value, list):
            if len(value) != 1 or not isinstance(value[0], str):
                raise QAPIError(info, "%s: array type must contain a single type name" % what)
        elif not isinstance(value, str):
            raise QAPIError(info, "%s should be a type name" % what)

    def members(self, data, info, what, branches=False):
        """Normalize a dict of members (of branches: no optional ones)."""
        if not isinstance(data, dict):
            raise QAPIError(info, "%s should be an object or type name" % what
                            if not branches else "%s should be an object" % what)
        out = {}
        taken = {}
        for key, val in data.items():
            optional = key.startswith('*') and not branches
            name = key[1:] if optional else key
            desc = "member '%s' of %s" % (name, what)
            val = val if isinstance(val, dict) else {'type': val}
            self.keys(val, info, desc, ('type',), ('if', 'features') if not branches
                      else ('if',))
            self.type_name(val['type'], info, desc)
            self.name_ok(name, info, desc, branches)
            self.if_and_features(val, info, desc)
            self.member_name(name, info, desc, branches)
            if c_name(name) in taken:
                raise QAPIError(info, "%s collides with member '%s'"
                                % (desc, taken[c_name(name)]))
            taken[c_name(name)] = name
            out[name] = dict(val, optional=optional)
        return out

    def member_name(self, name, info, desc, branches):
        if branches:
            if name == 'max':
                raise QAPIError(info, "%s uses the reserved name 'max'" % desc)
            return
        if c_name(name, False).startswith('has_'):
            raise QAPIError(info, "%s uses the reserved name prefix 'has_'" % desc)
        if name == 'u':
            raise QAPIError(info, "%s uses the reserved name 'u'" % desc)
        m = NAME.match(name)
        if m['stem'] != m['stem'].lower() and not any(
                self.excepted('member-name-exceptions', part) for part in desc.split("'")):
            raise QAPIError(info, "%s: names must be all lower case" % desc)

    # meta-types

    def check_enum(self, name, value, info):
        data, what = value['data'], "enum '%s'" % name
        if not isinstance(data, list):
            raise QAPIError(info, "%s: 'data' must be an array" % what)
        if 'prefix' in value and not isinstance(value['prefix'], str):
            raise QAPIError(info, "%s: 'prefix' must be a string" % what)
        values, taken = [], {}
        for v in data:
            v = v if isinstance(v, dict) else {'name': v}
            self.keys(v, info, "a value of %s" % what, ('name',), ('if', 'features'))
            self.name_ok(v['name'], info, "value of %s" % what, True)
            self.if_and_features(v, info, "value '%s' of %s" % (v['name'], what))
            const = c_name(v['name'], False).upper()
            if const == 'MAX':
                raise QAPIError(info, "%s has the reserved value 'max'" % what)
            if const in taken:
                raise QAPIError(info, "%s: value '%s' clashes with '%s'"
                                % (what, v['name'], taken[const]))
            taken[const] = v['name']
            values.append(v)
        value['data'] = values

    def check_struct(self, name, value, info):
        value['data'] = self.members(value['data'], info, "struct '%s'" % name)
        if 'base' in value and not isinstance(value['base'], str):
            raise QAPIError(info, "struct '%s': 'base' should be a type name" % name)

    def check_union(self, name, value, info):
        what = "union '%s'" % name
        if 'discriminator' in value:
            if 'base' not in value:
                raise QAPIError(info, "flat %s must have a base" % what)
            if not isinstance(value['discriminator'], str):
                raise QAPIError(info, "%s: 'discriminator' must be a string" % what)
        elif 'base' in value:
            raise QAPIError(info, "simple %s must not have a base" % what)
        if isinstance(value.get('base'), dict):
            value['base'] = self.members(value['base'], info, "base of %s" % what)
        elif 'base' in value and not isinstance(value['base'], str):
            raise QAPIError(info, "%s: 'base' should be an object or type name" % what)
        value['data'] = self.members(value['data'], info, what, branches=True)
        if not value['data']:
            raise QAPIError(info, "%s has no branches" % what)

    def check_alternate(self, name, value, info):
        value['data'] = self.members(value['data'], info, "alternate '%s'" % name)
        if not value['data']:
            raise QAPIError(info, "alternate '%s' has no branches" % name)
        for key, m in value['data'].items():
            if m['optional']:
                raise QAPIError(info, "branch '%s' of alternate '%s' cannot be optional"
                                % (key, name))

    def check_command(self, name, value, info):
        what = "command '%s'" % name
        self.arguments(what, value, info)
        if 'returns' in value:
            self.type_name(value['returns'], info, "'returns' of %s" % what)
        for key in ('gen', 'success-response'):
            if key in value and value[key] is not False:
                raise QAPIError(info, "flag '%s' of %s may only use false value" % (key, what))
        for key in ('allow-oob', 'allow-preconfig', 'coroutine', 'boxed'):
            if key in value and value[key] is not True:
                raise QAPIError(info, "flag '%s' of %s may only use true value" % (key, what))
        if 'allow-oob' in value and 'coroutine' in value:
            raise QAPIError(info, "%s: flags 'allow-oob' and 'coroutine' are incompatible" % what)

    def check_event(self, name, value, info):
        self.arguments("event '%s'" % name, value, info)
        if 'boxed' in value and value['boxed'] is not True:
            raise QAPIError(info, "flag 'boxed' of event '%s' may only use true value" % name)

    def arguments(self, what, value, info):
        if 'boxed' in value and 'data' not in value:
            raise QAPIError(info, "%s: 'boxed' requires 'data'" % what)
        data = value.get('data')
        if isinstance(data, dict):
            if 'boxed' in value:
                raise QAPIError(info, "%s: 'data' of a boxed definition must be a type name"
                                % what)
            value['data'] = self.members(data, info, "'data' of %s" % what)
        elif 'data' in value and not isinstance(data, str):
            raise QAPIError(info, "'data' of %s should be an object or type name" % what)

    def check(self, expr):
        value, info = expr.value, expr.info
        metas = [m for m in KEYS if m in value]
        if len(metas) != 1:
            raise QAPIError(info, "expression is missing a meta-type" if not metas else
                            "expression has the meta-types '%s' and '%s'" % tuple(metas[:2]))
        expr.meta = meta = metas[0]
        expr.name = name = value[meta]
        required, optional = KEYS[meta]
        self.definition_name(name, meta, info)
        self.keys(value, info, "%s '%s'" % (meta, name), (meta,) + required, optional)
        self.if_and_features(value, info, "%s '%s'" % (meta, name))
        getattr(self, 'check_' + meta)(name, value, info)
        self.check_doc(expr)

    def check_doc(self, expr):
        doc = expr.doc
        if doc is None:
            if self.pragma.get('doc-required', [False])[-1]:
                raise QAPIError(expr.info, "documentation comment required for '%s'" % expr.name)
            return
        if doc.symbol != expr.name:
            raise QAPIError(doc.info, "documentation comment is for '%s', but the definition is "
                            "'%s'" % (doc.symbol, expr.name))
        data = expr.value.get('data')
        if expr.meta in ('struct', 'command', 'event') and isinstance(data, dict):
            known = set(data)
        elif expr.meta == 'enum':
            known = {v['name'] for v in data}
        else:
            known = set()
        if isinstance(expr.value.get('base'), dict):
            known |= set(expr.value['base'])
        if expr.meta in ('union', 'alternate'):
            known |= set(data)
        for name, section in doc.args.items():
            if name not in known:
                raise QAPIError(doc.info.at(section.line), "documented member '%s' does not exist"
                                % name)
        have = {f['name'] for f in expr.value.get('features', ())}
        for name, section in doc.features.items():
            if name not in have:
                raise QAPIError(doc.info.at(section.line), "documented feature '%s' does not exist"
                                % name)
        for section in doc.sections:
            if section.tag == 'Returns' and expr.meta != 'command':
                raise QAPIError(doc.info.at(section.line), "'Returns:' is only valid for commands")


# ---------------------------------------------------------------- names in C

C_WORDS = set('''
    auto break case char const continue default do double else enum extern float for goto if int
    long register return short signed sizeof static struct switch typedef union unsigned void
    volatile while inline restrict asm typeof and and_eq bitand bitor bool catch class compl
    const_cast delete dynamic_cast explicit false friend mutable namespace new not not_eq operator
    or or_eq private protected public reinterpret_cast static_cast template this throw true try
    typeid typename using virtual wchar_t xor xor_eq unix linux errno mips sparc i386 environ
    stdin stdout stderr
'''.split())


def c_name(name, protect=True):
    """`name` as a C identifier; what means something in C or to the generator gets q_."""
    out = re.sub(r'[^A-Za-z0-9_]', '_', name)
    if protect and (out in C_WORDS or out[:1].isdigit()):
        return 'q_' + out
    return out


def parse(path):
    """The checked expressions of schema `path`, includes in place.

    Returns (expressions, docs): docs also has the free-standing comments, in order.
    """
    parser = Parser(path).parse()
    checker = Checker(parser.pragma)
    for expr in parser.exprs:
        checker.check(expr)
    return parser.exprs, parser.docs, parser.pragma
