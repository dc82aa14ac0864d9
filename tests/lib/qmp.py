# SPDX-License-Identifier: GPL-2.0-or-later
"""A QMP client for tests, with the standard library only.

    q = QMP.connect('/path/socket')
    q.cmd('query-status')['status']
    q.event('STOP')
"""
import array
import json
import socket
import time


class QMPError(Exception):
    """The emulator answered with an error."""

    def __init__(self, command, error):
        super().__init__('%s: %s: %s' % (command, error['class'], error['desc']))
        self.error_class = error['class']
        self.desc = error['desc']


class QMPTimeout(Exception):
    pass


class QMP:
    """A session.  `events` has what came and was not asked for yet."""

    def __init__(self, sock, timeout=20, negotiate=True, oob=False):
        self.sock = sock
        self.timeout = timeout
        self.buf = b''
        self.events = []
        self.next_id = 1
        msg = self.read()
        while 'QMP' not in msg:         # an event that a client before us was to have
            msg = self.read()
        self.greeting = msg['QMP']
        if negotiate:
            self.cmd('qmp_capabilities', **({'enable': ['oob']} if oob else {}))

    @classmethod
    def connect(cls, path, wait=20, alive=lambda: True, **kw):
        """Connect to a Unix socket, waiting until it is there."""
        deadline = time.monotonic() + wait
        while True:
            sock = socket.socket(socket.AF_UNIX)
            try:
                sock.connect(path)
                return cls(sock, **kw)
            except (FileNotFoundError, ConnectionRefusedError):
                sock.close()
                if time.monotonic() > deadline or not alive():
                    raise
                time.sleep(0.01)

    def close(self):
        self.sock.close()

    # ---- messages

    def read_line(self, timeout=None):
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while b'\n' not in self.buf:
            left = deadline - time.monotonic()
            if left <= 0:
                raise QMPTimeout('nothing came in time; so far: %r' % self.buf[:200])
            self.sock.settimeout(left)
            try:
                data = self.sock.recv(65536)
            except socket.timeout:
                continue
            if not data:
                raise EOFError('the emulator closed the connection')
            self.buf += data
        line, self.buf = self.buf.split(b'\n', 1)
        return line

    def read(self, timeout=None):
        """The next message, whatever it is."""
        return json.loads(self.read_line(timeout))

    def send_raw(self, data, fds=()):
        if isinstance(data, str):
            data = data.encode()
        if fds:
            self.sock.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                                        array.array('i', fds))])
        else:
            self.sock.sendall(data)

    def send(self, message, fds=()):
        self.send_raw(json.dumps(message).encode() + b'\r\n', fds)

    def read_reply(self):
        """The next message that is not an event."""
        while True:
            msg = self.read()
            if 'event' not in msg:
                return msg
            self.events.append(msg)

    # ---- commands

    def raw_cmd(self, name, args=None, fds=(), key='execute'):
        """Execute, and return the whole response."""
        msg = {key: name, 'id': self.next_id}
        self.next_id += 1
        if args:
            msg['arguments'] = args
        self.send(msg, fds)
        reply = self.read_reply()
        assert reply.get('id') == msg['id'], 'id %r in reply to %r' % (reply.get('id'), msg)
        return reply

    def cmd(self, name, /, fds=(), **args):
        """Execute, and return the result; '_' in names of arguments stands for '-'."""
        return self.execute(name, {k.replace('_', '-'): v for k, v in args.items()}, fds)

    def execute(self, name, args=None, fds=()):
        reply = self.raw_cmd(name, args, fds)
        if 'error' in reply:
            raise QMPError(name, reply['error'])
        return reply['return']

    def error(self, name, args=None):
        """Execute what must fail; the error's class and description."""
        reply = self.raw_cmd(name, args)
        assert 'error' in reply, '%s %r succeeded: %r' % (name, args, reply)
        return reply['error']['class'], reply['error']['desc']

    def hmp(self, line):
        return self.cmd('human-monitor-command', command_line=line)

    # ---- events

    def event(self, name, timeout=None, **data):
        """Wait for an event of that name (and with these data), and return it."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while True:
            for i, e in enumerate(self.events):
                if e['event'] == name and all(e.get('data', {}).get(k) == v
                                              for k, v in data.items()):
                    return self.events.pop(i)
            left = deadline - time.monotonic()
            if left <= 0:
                raise QMPTimeout('no event %s; there were: %r' % (name, self.events))
            msg = self.read(left)
            assert 'event' in msg, 'unexpected %r' % msg
            self.events.append(msg)

    def drain_events(self, seconds):
        """All events that come within some time."""
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            try:
                self.events.append(self.read(left))
            except QMPTimeout:
                break
        out, self.events = self.events, []
        return out
