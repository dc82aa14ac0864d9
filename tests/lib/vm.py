# SPDX-License-Identifier: GPL-2.0-or-later
"""Emulators for tests: started in a folder of their own, ended with the test.

    with VM('-machine', 'none') as vm:
        vm.qmp.cmd('query-version')
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from qmp import QMP


BINARY = os.environ.get('QTEST_QEMU_BINARY')
if not BINARY:
    sys.exit('set QTEST_QEMU_BINARY to the emulator that is to be tested')


def binary():
    return BINARY


class VM:
    def __init__(self, *args, qmp=True, display='none', stdin=None, stdout=None, env=None):
        self.dir = tempfile.mkdtemp(prefix='vm-')
        self.args = [binary(), '-nodefaults', '-display', display]
        self.sock = os.path.join(self.dir, 'qmp')
        if qmp:
            self.args += ['-qmp', 'unix:%s,server=on,wait=off' % self.sock]
        self.args += [a.replace('{dir}', self.dir) for a in args]
        self.want_qmp = qmp
        self.io = (stdin, stdout)
        self.env = env
        self.qmp = None
        self.proc = None

    def path(self, name):
        return os.path.join(self.dir, name)

    def start(self, **kw):
        with open(self.path('stderr'), 'wb') as err:
            self.proc = subprocess.Popen(self.args, stdin=self.io[0] or subprocess.DEVNULL,
                                         stdout=self.io[1] or subprocess.DEVNULL, stderr=err,
                                         env=self.env, start_new_session=True)
        if self.want_qmp:
            try:
                self.qmp = self.connect(**kw)
            except (OSError, EOFError):
                raise AssertionError('no QMP: %s' % self.stderr()) from None
        return self

    def connect(self, path=None, **kw):
        return QMP.connect(path or self.sock, alive=lambda: self.proc.poll() is None, **kw)

    def stderr(self):
        with open(self.path('stderr'), encoding='utf-8', errors='replace') as f:
            return f.read()

    def wait(self, timeout=20):
        return self.proc.wait(timeout)

    def stop(self):
        if self.qmp:
            self.qmp.close()
        if self.proc and self.proc.poll() is None:
            self.proc.terminate()
            try:
                self.proc.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(self.proc.pid, signal.SIGKILL)
                self.proc.wait()
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc):
        if exc[0] is not None and self.proc:
            text = self.stderr()
            if text:
                print('# stderr of the emulator: ' + text.strip())
        self.stop()
