# SPDX-License-Identifier: GPL-2.0-or-later
"""A client of gdb's remote serial protocol, for tests of the debugging stub."""
import socket
import time


class RSP:
    def __init__(self, path, wait=10, timeout=20):
        deadline = time.monotonic() + wait
        while True:
            self.sock = socket.socket(socket.AF_UNIX)
            try:
                self.sock.connect(path)
                break
            except OSError:
                self.sock.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        self.sock.settimeout(timeout)
        self.buf = b''
        self.ack = True

    def close(self):
        self.sock.close()

    def byte(self):
        while not self.buf:
            self.buf = self.sock.recv(65536)
            if not self.buf:
                raise EOFError('the stub closed the connection')
        c, self.buf = self.buf[:1], self.buf[1:]
        return c

    def send(self, data):
        if isinstance(data, str):
            data = data.encode()
        self.sock.sendall(b'$' + data + b'#%02x' % (sum(data) & 0xff))
        if self.ack:
            c = self.byte()
            assert c == b'+', 'not acknowledged: %r' % c

    def recv(self):
        """The next packet."""
        while self.byte() != b'$':
            pass
        data = b''
        while True:
            c = self.byte()
            if c == b'#':
                break
            data += c
        check = int(self.byte() + self.byte(), 16)
        assert check == sum(data) & 0xff, 'bad checksum'
        if self.ack:
            try:
                self.sock.sendall(b'+')
            except BrokenPipeError:
                pass                    # that was its last word
        return data

    def cmd(self, data):
        self.send(data)
        return self.recv().decode('latin-1')

    def ok(self, data):
        reply = self.cmd(data)
        assert reply == 'OK', '%r: %r' % (data, reply)

    def start(self):
        """What gdb asks first."""
        features = self.cmd('qSupported:multiprocess+;swbreak+;hwbreak+;xmlRegisters=i386')
        stop = self.cmd('?')
        return features, stop

    def reg(self, n):
        """A register as an integer."""
        return int.from_bytes(bytes.fromhex(self.cmd('p%x' % n)), 'little')

    def xml(self, name):
        out = ''
        while True:
            part = self.cmd('qXfer:features:read:%s:%x,ffb' % (name, len(out)))
            assert part[:1] in ('m', 'l'), part
            text, i = '', 1
            while i < len(part):
                if part[i] == '}':
                    i += 1
                    text += chr(ord(part[i]) ^ 0x20)
                else:
                    text += part[i]
                i += 1
            out += text
            if part[0] == 'l':
                return out
