# SPDX-License-Identifier: GPL-2.0-or-later
"""Read trace-events files.

A line declares one event; '#' begins a comment line:

    [property...] name(type arg, ...) "format" [PRIx64 "more format" ...]

Properties: disable (the event exists but costs nothing and cannot be enabled), vcpu (its first
argument is a CPUState *, and it can be enabled for single vCPUs).  docs/tracing.txt says more.
"""
import re


class TraceError(Exception):
    """What is wrong with a trace-events file; prints as file:line: message."""

    def __init__(self, path, line, message):
        super().__init__('%s:%d: %s' % (path, line, message))


PROPERTIES = ('disable', 'vcpu')
# Types an argument may have besides pointers: what any subsystem can name without its headers.
SCALARS = set('''
    bool char int unsigned long short float double size_t ssize_t
    int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t uintptr_t intptr_t
    off_t pid_t hwaddr
'''.split())
LINE = re.compile(r'''((?P<props>[\w\s]+)\s+)?(?P<name>\w+)\s*\((?P<args>[^)]*)\)
                      \s*(?P<fmt>(?:"(?:[^"\\]|\\.)*"|PRI[a-zA-Z0-9]+|\s+)+)$''', re.X)
MAX_ARGS = 10       # a probe of dtrace takes no more


class Arg:
    def __init__(self, ctype, name):
        self.type = ctype
        self.name = name

    @property
    def is_string(self):
        return re.sub(r'\s+', ' ', self.type).replace(' *', '*') in ('const char*', 'char*')

    @property
    def is_pointer(self):
        return self.type.endswith('*')

    @property
    def is_float(self):
        return self.type in ('float', 'double')

    def decl(self):
        return self.type + ('' if self.is_pointer else ' ') + self.name


class Event:
    def __init__(self, name, props, args, fmt, path, line):
        self.name = name
        self.disabled = 'disable' in props
        self.vcpu = 'vcpu' in props
        self.args = args
        self.fmt = fmt              # C string literals and PRI macros, as written
        self.path = path
        self.line = line

    def params(self):
        return ', '.join(a.decl() for a in self.args) or 'void'

    def call_args(self):
        return ', '.join(a.name for a in self.args)

    def values(self):
        """The arguments behind a comma, for printf."""
        return ''.join(', ' + a.name for a in self.args)


def parse_args(text, fail):
    text = text.strip()
    if text in ('', 'void'):
        return []
    out = []
    for part in text.split(','):
        m = re.match(r'\s*(.*?[\s*])(\w+)\s*$', part)
        if not m:
            raise fail("argument '%s' needs a type and a name" % part.strip())
        ctype = re.sub(r'\s*\*', ' *', re.sub(r'\s+', ' ', m[1]).strip())
        words = re.findall(r'\w+', ctype)
        if '*' not in ctype and not all(w in SCALARS | {'const', 'signed'} for w in words):
            raise fail("argument '%s': type '%s' is neither a pointer nor a standard type"
                       % (m[2], ctype))
        if '*' in ctype and 'struct' not in words and not (
                set(words) - {'const', 'volatile'}) <= SCALARS | {'void', 'CPUState'}:
            raise fail("argument '%s': pass other pointers as 'void *'" % m[2])
        out.append(Arg(ctype, m[2]))
    if len(out) > MAX_ARGS:
        raise fail('more than %d arguments' % MAX_ARGS)
    return out


def count_conversions(fmt):
    """How many arguments the format takes ('%%' takes none, '*' takes one more)."""
    text = re.sub(r'PRI\w+', '%x', fmt)
    text = re.sub(r'"\s*"', '', text)
    # "%" PRIx64 has become "%" %x; a lone '%' before a quote belongs to it
    text = re.sub(r'%([-+ #0-9.*]*)"\s*%x\s*"?', r'%\1x', text)
    n = 0
    for m in re.finditer(r'%(%|[-+ #0-9.]*\*?[-+ #0-9.]*\*?(?:hh|h|ll|l|z|j|t)?[a-zA-Z])', text):
        if m[1] != '%':
            n += 1 + m[1].count('*')
    return n


def parse_line(text, path, line):
    def fail(message):
        return TraceError(path, line, message)

    m = LINE.match(text)
    if not m:
        raise fail('expected: name(type arg, ...) "format"')
    props = (m['props'] or '').split()
    for p in props:
        if p not in PROPERTIES:
            raise fail("unknown property '%s' (known: %s)" % (p, ', '.join(PROPERTIES)))
    args = parse_args(m['args'], fail)
    fmt = m['fmt'].strip()
    if '\\n' in fmt:
        raise fail('a format must not hold a newline')
    if re.search(r'%m\b|%n', fmt):
        raise fail('a format must not use %m or %n')
    if 'vcpu' in props and (not args or args[0].type != 'CPUState *'):
        raise fail("the first argument of a vcpu event is 'CPUState *cpu'")
    if count_conversions(fmt) != len(args):
        raise fail('the format takes %d arguments, the event has %d'
                   % (count_conversions(fmt), len(args)))
    return Event(m['name'], props, args, fmt, path, line)


def parse(lines, path):
    """The events of a file, in order."""
    events, names = [], {}
    for n, text in enumerate(lines, 1):
        text = text.strip()
        if not text or text.startswith('#'):
            continue
        e = parse_line(text, path, n)
        if e.name in names:
            raise TraceError(path, n, "event '%s' is already declared on line %d"
                             % (e.name, names[e.name]))
        names[e.name] = n
        events.append(e)
    return events
