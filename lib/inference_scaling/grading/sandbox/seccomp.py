"""System calls that a submission may not make: a filter of the kernel's, set before any of its code runs.

Closed are those that hold memory outside every limit (shared segments and maps, semaphores, queues, files without a
place, pages and large buffers in the kernel), that reach what belongs to the grader (its keys, the kernel's log,
sockets that no namespace holds) or to the program that runs the answers (its limits, its share of the processor), that
begin a session, to which the kernel's scheduler gives a share of its own, or that make new namespaces, where a process
has rights again and much more of the kernel to attack.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

__all__ = ["close"]

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
KILL, DENY, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
# Offsets in the kernel's `struct seccomp_data`; both machines below are little-endian.
NUMBER, MACHINE, FIRST_ARGUMENT = 0, 4, 16
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06

X86_64, ARM_64 = 0xC000003E, 0xC00000B7
MACHINES = {"x86_64": X86_64, "aarch64": ARM_64}
# Name: number on x86_64, number on aarch64.
CLOSED = {
    "shmget": (29, 194),
    "shmat": (30, 196),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "syslog": (103, 116),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_setup": (206, 0),
    "vmsplice": (278, 75),
    "splice": (275, 76),
    "tee": (276, 77),
}
CLONE3, SETSID = (435, 435), (112, 157)
OTHER_NUMBERS = 0x40000000  # On x86_64 every call has a second number from here on.

# A test of an argument: its place, how it is compared, with what, and whether that has to be so. The kernel reads all
# these arguments as 32 bits, or uses no higher ones.
Test = tuple[int, int, int, bool]
NEW_NAMESPACES = 0x7E020000
MAP_SHARED, MAP_ANONYMOUS, MAP_HUGETLB = 0x01, 0x20, 0x40000
AF_UNIX, SOL_SOCKET = 1, 1
# SO_SNDBUF, SO_RCVBUF, the same by force, SO_ZEROCOPY.
BUFFERS = (7, 8, 32, 33, 60)


def _another(place: int, own: int = 0) -> tuple[Test, ...]:
    return ((place, EQUAL, own, False),)


# Name: numbers, the error, and the cases in which a call is refused: in each, all tests hold.
LOOKED_AT: dict[str, tuple[tuple[int, int], int, tuple[tuple[Test, ...], ...]]] = {
    "mmap": (
        (9, 222),
        errno.EPERM,
        (((3, ANY_BIT, MAP_SHARED, True), (3, ANY_BIT, MAP_ANONYMOUS, True)), ((3, ANY_BIT, MAP_HUGETLB, True),)),
    ),
    "clone": ((56, 220), errno.EPERM, (((0, ANY_BIT, NEW_NAMESPACES, True),),)),
    # Another process, or a group of processes: the program that runs the answers has the same user.
    "prlimit64": ((302, 261), errno.EPERM, (_another(0),)),
    "setpriority": ((141, 140), errno.EPERM, (_another(0), _another(1))),
    "ioprio_set": ((251, 30), errno.EPERM, (_another(0, 1), _another(1))),
    "sched_setscheduler": ((144, 119), errno.EPERM, (_another(0),)),
    "sched_setparam": ((142, 118), errno.EPERM, (_another(0),)),
    "sched_setattr": ((314, 274), errno.EPERM, (_another(0),)),
    "sched_setaffinity": ((203, 122), errno.EPERM, (_another(0),)),
    # Unix sockets are all that Python itself uses: an event loop has a pair of them.
    "socket": ((41, 198), errno.EAFNOSUPPORT, (_another(0, AF_UNIX),)),
    "socketpair": ((53, 199), errno.EAFNOSUPPORT, (_another(0, AF_UNIX),)),
    "setsockopt": (
        (54, 208),
        errno.EPERM,
        tuple(((1, EQUAL, SOL_SOCKET, True), (2, EQUAL, option, True)) for option in BUFFERS),
    ),
}
Step = tuple[int, int, int, int]


def _refused(error: int) -> Step:
    return (RETURN, 0, 0, DENY | error)


def _looked_at(number: int, error: int, cases: tuple[tuple[Test, ...], ...]) -> list[Step]:
    """Return the steps for a call that is refused in some cases."""
    steps: list[Step] = []
    for tests in cases:
        for left, (place, compared, value, wanted) in zip(range(len(tests) - 1, -1, -1), tests, strict=True):
            # Where the test fails, over the steps of those that are left, and the refusal.
            over = 2 * left + 1
            jumps = (0, over) if wanted else (over, 0)
            steps += [(LOAD, 0, 0, FIRST_ARGUMENT + 8 * place), (compared, *jumps, value)]
        steps.append(_refused(error))
    steps.append((RETURN, 0, 0, ALLOW))
    return [(EQUAL, 0, len(steps), number), *steps]


def _program(machine: int) -> bytes:
    """Return the filter: instructions of (code, jump if true, jump if false, value), read from the top."""
    place = 0 if machine == X86_64 else 1
    steps = [(LOAD, 0, 0, MACHINE), (EQUAL, 1, 0, machine), (RETURN, 0, 0, KILL), (LOAD, 0, 0, NUMBER)]
    if machine == X86_64:
        steps += [(AT_LEAST, 0, 1, OTHER_NUMBERS), _refused(errno.ENOSYS)]
    for numbers in CLOSED.values():
        steps += [(EQUAL, 0, 1, numbers[place]), _refused(errno.EPERM)]
    # The C library then uses `clone`, whose flags can be seen.
    steps += [(EQUAL, 0, 1, CLONE3[place]), _refused(errno.ENOSYS)]
    # A program that wants a session goes on without one: the call does nothing and reports no error.
    steps += [(EQUAL, 0, 1, SETSID[place]), _refused(0)]
    for numbers, error, cases in LOOKED_AT.values():
        steps += _looked_at(numbers[place], error, cases)
    steps.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def close() -> bool:
    """Close the calls for this process and all that it starts, for good; return whether that succeeded.

    It cannot on a machine that is neither x86_64 nor aarch64: the numbers of the calls are others there.
    """
    machine = MACHINES.get(os.uname().machine)
    if machine is None:
        return False

    class Filter(ctypes.Structure):
        _fields_ = (("steps", ctypes.c_ushort), ("program", ctypes.c_char_p))

    program = _program(machine)
    control, whole = ctypes.CDLL(None).prctl, ctypes.c_ulong
    if control(PR_SET_NO_NEW_PRIVS, whole(1), whole(0), whole(0), whole(0)):
        return False
    form = ctypes.byref(Filter(len(program) // 8, program))
    return not control(PR_SET_SECCOMP, whole(SECCOMP_MODE_FILTER), form, whole(0), whole(0))
