"""Submissions that nobody wants: code for the answer to T-1, none of it a right answer, and files that are none.

`answers(root, folder, key)` and the files return them by name. Each is put into a notebook whose other answers
are right, so that harm to a neighbour shows.
"""

import copy
import json
from pathlib import Path

# What looks like a right answer, or spoils the tools that look at it.
OBJECTS = {
    "equal to everything": """
class Everything:
    def __eq__(self, other): return True
    def __float__(self): return 11.0
    def __abs__(self): return 0
    __sub__ = __rsub__ = __le__ = __ge__ = lambda self, other: True
answer_T1 = Everything()""",
    "a float of its own": """
class Mine(float):
    def __sub__(self, other): return 0.0
    def __rsub__(self, other): return 0.0
answer_T1 = Mine(1)""",
    "a class that lies about its name": """
class Meta(type):
    __name__ = property(lambda self: "float")
class Liar(metaclass=Meta):
    __class__ = float
answer_T1 = Liar()""",
    "patched check": """
import inference_scaling.classroom as c
c.check = c._Kept = lambda *a: type("R", (), {"points": 99, "verdict": "right"})
answer_T1 = 0""",
    "patched collector": """
from inference_scaling.answers import collect
collect.collect = lambda *a: {"verdict": "right", "earned": 99}
answer_T1 = 0""",
    "collector sends infinity": """
from inference_scaling.answers import collect
collect.collect = lambda *a: {"number": float("inf")}
answer_T1 = 0""",
    "collector sends an integer too large for a float": """
from inference_scaling.answers import collect
collect.collect = lambda *a: {"number": 10**4000}
answer_T1 = 0""",
    "collector sends a deep list": """
from inference_scaling.answers import collect
def deep(*a):
    data = {"number": 1}
    for _ in range(900): data = {"list": [data]}
    return data
collect.collect = deep
answer_T1 = 0""",
    "patched NumPy": """
import numpy as np
np.abs = np.isclose = np.allclose = lambda *a, **k: True
np.float64 = np.asarray = None
answer_T1 = 0""",
    "patched json": """
import json, json.encoder
json.dumps = json.JSONEncoder.encode = lambda *a, **k: '{"verdict": "right"}'
answer_T1 = 0""",
    "patched builtins": """
import builtins
builtins.abs = lambda x: 0
builtins.isinstance = lambda *a: True
builtins.type = lambda x: float
answer_T1 = 0""",
    "emptied modules": """
import sys
sys.modules.clear()
answer_T1 = 0""",
    "a reply too long": "answer_T1 = ['x' * 2000] * 20000",
    "not a number": "answer_T1 = float('nan')",
    "infinity": "answer_T1 = float('inf')",
    "a huge integer": "answer_T1 = 10 ** 400000",
    "an array of objects": "import numpy as np\nanswer_T1 = np.array([object()], dtype=object)",
    "a generator": "answer_T1 = (x for x in [11])",
    "a lambda": "answer_T1 = lambda *a, **k: 11",
    "endless recursion": "def f(): return f()\nanswer_T1 = f()",
    "recursion without a limit": "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nanswer_T1 = f()",
    "an error that lies": """
class Bad(Exception):
    def __str__(self): raise SystemExit
    __repr__ = __str__
raise Bad()""",
    "a cell that breaks the compiler": "answer_T1 = " + "(" * 90000,
    "operators that break the compiler": "answer_T1 = " + "-" * 90000 + "1",
    "a null character": "answer_T1 = 0\0",
    "half a cell": "answer_T1 = (",
    "stored text": "answer_T1 = 'right'",
    "replaced modules": """
import sys, types
for name in [n for n in sys.modules if n.startswith(("numpy", "json", "inference_scaling", "math"))]:
    sys.modules[name] = types.SimpleNamespace(collect=lambda *a: {{"truth": True}}, dumps=lambda *a: "1", abs=abs)
answer_T1 = 0""",
    "a type that is equal to every type": """
class Meta(type):
    def __eq__(cls, other): return True
    __hash__ = type.__hash__
class Number(metaclass=Meta):
    def __int__(self): return 10**6
    __index__ = __float__ = __int__
answer_T1 = Number()""",
    "a type with a name of its own": """
class Name(str):
    def __getitem__(self, key): return self
    def __eq__(self, other): return True
    __hash__ = str.__hash__
answer_T1 = type(Name("float"), (), {{}})()""",
    "an array of its own": """
import numpy as np
class Array(np.ndarray):
    def tolist(self): return 11
    def __eq__(self, other): return True
answer_T1 = np.array([1.0]).view(Array)""",
    "an object that is an array when asked": """
class Asked:
    def __array__(self, *a, **k): raise SystemExit
    def __len__(self): return 1 << 60
    def __iter__(self):
        while True: yield self
    def __getitem__(self, place): return self
    def __repr__(self):
        while True: pass
    __str__ = __hash__ = __bool__ = __repr__
answer_T1 = Asked()""",
    "a masked array": "import numpy as np\nanswer_T1 = np.ma.array([0], mask=[True])[0]",
    "a time": "import numpy as np\nanswer_T1 = np.datetime64(11, 'D')",
    "a complex number": "answer_T1 = complex(0, 1)",
    "a truth": "answer_T1 = True",
    "a text with a number in words": "answer_T1 = 'eleven: 11'",
    "bytes": "answer_T1 = b'11'",
    "not a decimal": "from decimal import Decimal\nanswer_T1 = Decimal('sNaN')",
    "a list of itself": "answer_T1 = [0]\nanswer_T1.append(answer_T1)",
    "a list that doubles": """
answer_T1 = [0]
for _ in range(40): answer_T1 = [answer_T1, answer_T1]""",
    "an array of nothing, a billion times": "import numpy as np\nanswer_T1 = np.empty((10**9, 0))",
}

# What tries to leave the sandbox, to stop the grader, or to take more of the machine than an answer may.
WALLS = {
    "os._exit": "import os\nos._exit(0)",
    "sys.exit": "import sys\nsys.exit(3)",
    "segmentation fault": "import ctypes\nctypes.string_at(0)",
    "abort": "import os\nos.abort()",
    "fork bomb": "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
    "endless loop": "while True: pass",
    "endless loop that ignores signals": """
import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: pass""",
    "endless output": "import sys\nwhile True: print('x' * 10000); sys.stderr.write('y' * 10000)",
    "memory bomb": "kept = []\nwhile True: kept.append(bytearray(1 << 26))",
    "full disk": """
number = 0
while True:
    try:
        with open(f"f{number}", "wb") as file:
            file.write(bytes(1 << 22))
        number += 1
    except OSError:
        break
answer_T1 = -number""",
    "reads the solutions": "answer_T1 = len(open({root!r} + '/exercises/source/theorem.ipynb').read())",
    "reads the tasks": """
from inference_scaling.lessons import registry as tasks
task = tasks.find("T-1")
answer_T1 = task.reference(**vars(given("T-1")))""",
    "looks for the key": """
import gc, os, sys
needle, found = {yek!r}, False
seen = [repr(dict(os.environ)), repr(sys.argv)]
seen += [o for o in gc.get_objects() if isinstance(o, str)]
seen += [repr(o)[:100000] for o in gc.get_objects() if type(o) in (dict, list, tuple) and len(o) < 50][:20000]
for place in ("/grader", "/tmp", "/proc/self", os.path.expanduser("~")):
    for top, _, names in os.walk(place):
        for name in names:
            try: found |= needle[::-1] in open(os.path.join(top, name), errors="replace").read(200000)
            except OSError: pass
answer_T1 = "found" if found or any(needle[::-1] in text for text in seen) else "nothing found"
""",
    "lists other homes": """
import os, sys
own = [*sys.path, sys.prefix, sys.base_prefix]
def strange(place):
    for path in (os.path.join(place, name) for name in os.listdir(place)):
        if path not in own:
            inner = any(one.startswith(path + "/") for one in own)
            yield from strange(path) if inner else [path]
found = [path for top in ("/tmp", "/home", "/root") if os.path.exists(top) for path in strange(top)]
answer_T1 = "files" if found else "an empty place"
""",
    "network": """
import socket
socket.create_connection(("127.0.0.1", 22), timeout=1)""",
    "subprocess that kills": """
import subprocess
subprocess.run(["/bin/sh", "-c", "kill -9 -1; kill -9 1"])
answer_T1 = 0""",
    "kills its parent": """
import os, signal
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):
    for pid in (os.getppid(), 1):
        try: os.kill(pid, number)
        except OSError: pass
answer_T1 = 0""",
    "writes into its parent": """
import ctypes, os
ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0)
open(f"/proc/{{os.getppid()}}/mem", "wb").write(b"x")""",
    "thread that outlives the cell": """
import threading, time
def forever():
    while True: time.sleep(0.01)
threading.Thread(target=forever).start()
answer_T1 = 0""",
    "daemon that outlives the process": """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True: time.sleep(0.01)
    os._exit(0)
answer_T1 = 0""",
    "atexit": """
import atexit, os
atexit.register(lambda: [os.write(n, b"forged") for n in range(3, 20)])
answer_T1 = 0""",
    "forged replies": r"""
import os
reply = b'{{"id": "T-2", "ended": "answered", "reply": "0{{}}"}}\n'
for number in range(3, 64):
    try: os.write(number, reply)
    except OSError: pass
answer_T1 = 0""",
    "closed pipes": "import os\nos.closerange(3, 64)\nanswer_T1 = 0",
    "waits for input": "answer_T1 = input()",
    "changes the limits": """
import resource
for what in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_NPROC):
    resource.setrlimit(what, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
answer_T1 = 0""",
    "reads other submissions": """
import os
seen = [open(os.path.join(t, n)).read() for t, _, names in os.walk({folder!r}) for n in names]
answer_T1 = seen[0]""",
    "many processes with much memory": """
import os, time
for _ in range(8):
    if os.fork() == 0:
        kept = b"x" * (120 << 20)
        time.sleep(60)
time.sleep(60)""",
    "memory in shared segments": """
import ctypes
call = ctypes.CDLL(None)
call.shmat.restype = ctypes.c_void_p
while True:
    name = call.shmget(0, 1 << 26, 0o1600)
    place = call.shmat(name, None, 0)
    if name < 0 or place in (None, 2**64 - 1): break
    ctypes.memset(place, 1, 1 << 26)
    call.shmdt(ctypes.c_void_p(place))
answer_T1 = -1""",
    "memory in semaphores": """
import ctypes
made = 0
while made < 30000 and ctypes.CDLL(None).semget(0, 32000, 0o1600) >= 0: made += 1
answer_T1 = -made""",
    "memory in files without a place": """
import os
made = []
try:
    while True:
        made.append(os.memfd_create("x"))
        os.write(made[-1], bytes(15 << 20))
except OSError: pass
answer_T1 = -len(made)""",
    "very many empty files": """
number = 0
while number < 10**6:
    number += 1
    try: open(f"f{{number}}", "w").close()
    except OSError: pass""",
    "folders that cannot be removed": """
import os
os.makedirs("closed/inside"); open("closed/inside/file", "w").close()
os.chmod("closed/inside", 0); os.chmod("closed", 0)
for _ in range(2000):
    os.mkdir("deep"); os.chdir("deep")
answer_T1 = 0""",
    "names that are no text, links that lead out": r"""
import os
open(b"\xff\xfe\n", "w").close()
for name, to in (("link", "/"), ("loop", "loop"), ("up", ".."), ("program", "/grader/child.py")): os.symlink(to, name)
os.mkfifo("pipe")
answer_T1 = 0""",
    "stops its parent": """
import os, signal, time
for number in (signal.SIGINT, signal.SIGTSTP, signal.SIGSTOP, signal.SIGALRM, signal.SIGPIPE, signal.SIGCHLD):
    for pid in (os.getppid(), 1):
        try: os.kill(pid, number)
        except OSError: pass
time.sleep(0.2)
answer_T1 = 0""",
    "processes that want all of the processor": """
import os
for _ in range(14):
    if os.fork() == 0:
        os.setsid()
        while True: pass
answer_T1 = 0""",
    "new namespaces": """
import ctypes, os
call = ctypes.CDLL(None)
made = [call.unshare(flag) for flag in (0x10000000, 0x10020000, 0x50000000)]
made.append(call.mount(b"none", b"/tmp", b"tmpfs", 0, b""))
answer_T1 = "made" if 0 in made else "refused"
""",
    "the grader's keys and the kernel's log": """
import ctypes
call = ctypes.CDLL(None)
text = ctypes.create_string_buffer(4096)
got = [call.syscall(250, 6, -3, 0, 0, 0), call.syscall(250, 11, -3, text, 4096, 0), call.klogctl(3, text, 4096)]
answer_T1 = "something" if max(got) >= 0 else "nothing"
""",
    "sockets that no namespace holds": """
import socket
made = []
for family in (16, 17, 38, 40, 44):
    try: made.append(socket.socket(family, socket.SOCK_STREAM if family == 40 else socket.SOCK_RAW))
    except OSError: pass
answer_T1 = "something" if made else "nothing"
""",
    "changes the clock and its own name": """
import time
try: time.clock_settime(time.CLOCK_REALTIME, 0)
except OSError: pass
import os, socket
for action in (lambda: socket.sethostname("x"), lambda: os.setuid(0), lambda: os.chroot("/tmp"), lambda: os.nice(-5)):
    try: action()
    except OSError: pass
answer_T1 = 0""",
    "writes to the devices": """
for name in ("/dev/mem", "/dev/sda", "/dev/vda", "/dev/tty", "/dev/ptmx", "/dev/shm/x"):
    try: open(name, "wb").write(b"x")
    except OSError: continue
    answer_T1 = "written"
""",
}

# Memory that no process shows, more of the processor than others get, and harm to the answers that come after.
PAST_THE_WATCH = {
    "memory in shared maps of no file": """
import mmap
made = []
try:
    while len(made) < 40:
        made.append(mmap.mmap(-1, 1 << 24))
        made[-1].write(bytes(1 << 24))
        made[-1].madvise(mmap.MADV_DONTNEED)
except OSError: pass
answer_T1 = -len(made)""",
    "memory in maps of zeros": """
import mmap
made = []
for path in ("/dev/zero", "/dev/shm/zero", "/dev/mem"):
    try:
        with open(path, "r+b") as file: made.append(mmap.mmap(file.fileno(), 1 << 24))
    except (OSError, ValueError): pass
answer_T1 = -len(made)""",
    "memory in the buffers of sockets": """
import socket, struct
taken = 0
for family, kind in ((1, 1), (1, 2), (2, 1), (10, 1)):
    try: pair = socket.socketpair(family, kind) if family == 1 else [socket.socket(family, kind)]
    except OSError: continue
    for one in pair:
        for option in (7, 8, 32, 33, 60):
            try: one.setsockopt(1, option, struct.pack("i", 1 << 22))
            except OSError: continue
            taken -= 1
answer_T1 = taken""",
    "memory in pages that pipes hold": """
import ctypes, mmap, os
call = ctypes.CDLL(None, use_errno=True)
class Piece(ctypes.Structure): _fields_ = (("start", ctypes.c_void_p), ("length", ctypes.c_size_t))
page = mmap.mmap(-1, 1 << 22, flags=mmap.MAP_PRIVATE)
page.madvise(14)
page.write(bytes(1 << 22))
place = ctypes.addressof(ctypes.c_char.from_buffer(page))
out, into = os.pipe()
held = call.vmsplice(into, ctypes.byref(Piece(place, 4096)), 1, 0)
with open("file", "w+b") as file:
    file.write(bytes(1 << 16)); file.flush(); file.seek(0)
    held = max(held, call.splice(file.fileno(), None, into, None, 1 << 16, 0), call.tee(out, into, 1, 0))
answer_T1 = "held" if held > 0 else "nothing held"
""",
    "memory in huge pages and in queues of files": """
import ctypes
call = ctypes.CDLL(None)
call.mmap.restype = ctypes.c_void_p
call.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
got = [call.mmap(None, 1 << 21, 3, 0x40022, -1, 0) != 2**64 - 1, call.mmap(None, 1 << 21, 3, 0x23, -1, 0) != 2**64 - 1]
number = {{"x86_64": 206, "aarch64": 0}}[__import__("os").uname().machine]
got.append(call.syscall(number, 1 << 12, ctypes.byref(ctypes.c_ulong(0))) == 0)
answer_T1 = "something" if any(got) else "nothing"
""",
    "limits of the program that runs the answers": """
import os, resource
got = 0
for what in (resource.RLIMIT_NPROC, resource.RLIMIT_STACK, resource.RLIMIT_FSIZE, resource.RLIMIT_DATA,
             resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_NOFILE):
    for pid in (1, os.getppid()):
        try: resource.prlimit(pid, what, (0, 0))
        except OSError: continue
        got -= 1
answer_T1 = got""",
    "a slow program that runs the answers": """
import os
got, idle = 0, os.sched_param(0)
for action in (lambda: os.setpriority(os.PRIO_PROCESS, 1, 19), lambda: os.setpriority(os.PRIO_USER, 0, 19),
               lambda: os.setpriority(os.PRIO_PGRP, 0, 19), lambda: os.sched_setscheduler(1, os.SCHED_IDLE, idle),
               lambda: os.sched_setaffinity(1, {{0}}), lambda: os.sched_setparam(1, idle)):
    try: action()
    except OSError: continue
    got -= 1
answer_T1 = got""",
    "a session with a share of its own": """
import os
if os.fork() == 0:
    os.setsid()
    os._exit(7 if os.getsid(0) == os.getpid() else 0)
answer_T1 = "a session" if os.wait()[1] else "none"
""",
}
WALLS |= PAST_THE_WATCH

ANSWERS = OBJECTS | WALLS

# Sessions, each of which the kernel's scheduler would give a share of its own, and processes too short to be looked at.
HOGS = """
import os
def begin():
    try: return os.fork()
    except OSError: return -1
for number in range(14):
    if begin() == 0:
        os.setsid()
        while number < 7: pass
        while True:
            pid = begin()
            if pid == 0:
                for _ in range(10**5): pass
                os._exit(0)
            if pid > 0: os.wait()
while True: pass
"""


# What these find when the walls hold; None: they end before they have an answer.
HELD = {
    "reads the solutions": None,
    "reads the tasks": None,
    "reads other submissions": None,
    "network": None,
    "writes into its parent": None,
    "writes to the devices": None,
    "looks for the key": "nothing found",
    "lists other homes": "an empty place",
    "new namespaces": "refused",
    "the grader's keys and the kernel's log": "nothing",
    "sockets that no namespace holds": "nothing",
    "memory in shared segments": -1,
    "memory in semaphores": 0,
    "memory in files without a place": 0,
    "memory in shared maps of no file": 0,
    "memory in maps of zeros": 0,
    "memory in the buffers of sockets": 0,
    "memory in pages that pipes hold": "nothing held",
    "memory in huge pages and in queues of files": "nothing",
    "limits of the program that runs the answers": 0,
    "a slow program that runs the answers": 0,
    "a session with a share of its own": "none",
}


def answers(root, folder, key):
    """Return the hostile answers to T-1 by name; they know where project and submissions lie and look for this key."""
    words = {"root": str(root), "folder": str(folder), "yek": key[::-1]}
    marks = ("{root", "{folder", "{yek", "{{")
    return {
        name: code.format(**words) if any(mark in code for mark in marks) else code for name, code in ANSWERS.items()
    }


def solved(notebook, task, code):
    """Return a solved notebook with another answer to one task."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == f"{task}-answer":
            cell["source"] = code
    return notebook


def _old(notebook):
    cells = [{**cell, "input": cell["source"]} for cell in notebook["cells"]]
    for cell in cells:
        del cell["source"]
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}


def _bare(notebook):
    return {"cells": [{"cell_type": cell["cell_type"], "source": cell["source"]} for cell in notebook["cells"]]}


def _large(notebook):
    large = copy.deepcopy(notebook)
    large["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * (50 << 20)}]
    return large


def _marked(notebook, name):
    return next(cell for cell in notebook["cells"] if cell["metadata"]["nbgrader"]["grade_id"] == name)


def _duplicated(notebook):
    double = copy.deepcopy(notebook)
    place = double["cells"].index(_marked(double, "T-2-answer"))
    double["cells"].insert(place, copy.deepcopy(double["cells"][place]))
    return double


def _edited(notebook):
    """Statements and checks edited, a check deleted, everything from the back to the front."""
    edited = copy.deepcopy(notebook)
    for cell in edited["cells"]:
        name = cell["metadata"]["nbgrader"]["grade_id"]
        if cell["cell_type"] == "markdown":
            cell["source"] = "Every answer is right."
        elif name and not name.endswith("-answer") and name not in ("start", "imports"):
            cell["source"] = "raise SystemExit"
    edited["cells"] = [cell for cell in edited["cells"] if cell["metadata"]["nbgrader"]["grade_id"] != "T-3"][::-1]
    return edited


# Files that hold right answers all the same: name, and what is made of a solved notebook.
READABLE = {
    "notebook of version 3": _old,
    "no metadata at all": _bare,
    "fifty megabytes": _large,
    "duplicated answer cell": _duplicated,
    "edited, deleted and reordered cells": _edited,
}

# Files from which nothing can be read: the bytes, or what to do with the path.
UNREADABLE = {
    "empty": b"",
    "not JSON": b"{'cells': []}",
    "half a file": json.dumps({"cells": []}).encode()[:-4],
    "binary": bytes(range(256)) * 100,
    "a list": b"[1, 2]",
    "a deep list": b"[" * 200_000,
    "very many keys": b"{" + b",".join(b'"%x" :0' % number for number in range(1_000_001)) + b"}",
    "no cells": b'{"nbformat": 4}',
    "cells that are none": b'{"cells": [1, null, {"cell_type": "code", "source": 3}], "nbformat": 4}',
    "a link": lambda path: path.symlink_to("/etc/passwd"),
    "a folder": Path.mkdir,
}
