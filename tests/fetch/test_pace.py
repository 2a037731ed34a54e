"""Whose turn it is, simulated with a clock of numbers."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from ingest.fetch.pace import Block, HostTimes, Pace, Postpone, Start, Wait

HOSTS = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=60)


@given(HOSTS, st.integers(1, 3), st.integers(1, 4), st.floats(0, 3), st.lists(st.floats(0.01, 2), min_size=1))
def test_turns(hosts: list[str], per_host: int, threads: int, delay: float, durations: list[float]) -> None:
    """Everything is started once; a host is never asked too often, too soon or by too many; no thread is idle while
    a host is ready."""
    times = {host: HostTimes(delay=delay) for host in hosts}
    pace: Pace[int] = Pace(per_host=per_host, patience=10)
    for task, host in enumerate(hosts):
        pace.add(host, times[host], task)
    now, started, running, busy = 0.0, Counter[int](), Counter[str](), list[tuple[float, str]]()
    waiting = Counter(hosts)
    while waiting.total() or busy:
        turn = pace.take(now) if len(busy) < threads else Wait(None)
        if isinstance(turn, Start):
            assert times[turn.host].ready_at <= now
            assert running[turn.host] < per_host
            assert hosts[turn.task] == turn.host
            started[turn.task] += 1
            running[turn.host] += 1
            waiting[turn.host] -= 1
            heapq.heappush(busy, (now + durations[turn.task % len(durations)], turn.host))
            continue
        assert isinstance(turn, Wait)
        if len(busy) < threads:
            ready = [h for h in waiting if waiting[h] and running[h] < per_host and times[h].ready_at <= now]
            assert not ready
        ends = busy[0][0] if busy else float("inf")
        now = min(ends, turn.at if turn.at is not None else float("inf"))
        if busy and busy[0][0] <= now:
            _, host = heapq.heappop(busy)
            times[host].ready_at = max(times[host].ready_at, now + delay)
            running[host] -= 1
            pace.done(host)
    assert set(started.values()) == {1}
    assert len(started) == len(hosts)
    assert len(pace) == 0


def test_hosts_take_turns() -> None:
    """A host with many requests does not go before one that waits."""
    pace: Pace[int] = Pace(per_host=1, patience=0)
    times: dict[str, HostTimes] = defaultdict(HostTimes)
    for task in range(10):
        pace.add("many", times["many"], task)
    for task in range(3):
        pace.add("few", times["few"], task)
    order = []
    for now in range(6):
        turn = pace.take(now)
        assert isinstance(turn, Start)
        order.append(turn.host)
        times[turn.host].ready_at = float(now)
        pace.done(turn.host)
    assert order == ["many", "few"] * 3


def test_time_asked_for() -> None:
    """A short time is waited for, a long one postpones all that waits; a host given up on is not waited for at all."""
    pace: Pace[int] = Pace(per_host=1, patience=5)
    times = HostTimes(blocked_until=4)
    pace.add("a", times, 1)
    pace.add("a", times, 2)
    assert pace.take(0) == Wait(4)
    assert pace.take(4) == Start("a", 1)
    times.blocked_until = 8
    pace.again("a", [1])
    pace.done("a")
    assert pace.take(4) == Wait(8)
    pace.give_up("a")
    assert pace.take(4) == Postpone("a", (1, 2), 8)
    pace.add("a", times, 3)
    times.blocked_until = 100
    assert pace.take(9) == Postpone("a", (3,), 100)
    assert pace.take(9) == Wait(None)


def test_held() -> None:
    """While a host's robots.txt is asked for, nothing else of it starts, however many may run; but who comes on an
    errand of another host does, in its turn."""
    pace: Pace[int] = Pace(per_host=3, patience=5)
    times = HostTimes()
    for task in range(3):
        pace.add("a", times, task)
    assert pace.take(0) == Start("a", 0)
    pace.hold("a")
    assert pace.take(0) == Wait(None)
    pace.add("a", times, 7, errand=True)
    times.ready_at = 1
    assert pace.take(0) == Wait(1)
    assert pace.take(1) == Start("a", 7)
    pace.done("a")
    assert pace.take(1) == Wait(None)
    pace.add("a", times, 8, errand=True)
    assert pace.withdraw("a") == (1, 2)
    assert len(pace) == 1
    assert pace.take(1) == Start("a", 8)
    pace.done("a")
    pace.again("a", [0, 2])
    pace.done("a")
    assert pace.take(1) == Wait(None)
    times.ready_at = 0
    pace.free("a")
    assert [pace.take(0), pace.take(0), pace.take(0)] == [Start("a", 0), Start("a", 2), Wait(None)]
    pace.add("b", HostTimes(), 9)
    pace.add("b", HostTimes(), 10, errand=True)
    assert sorted(pace.drain()) == [9, 10]
    assert not len(pace)


@given(HOSTS, st.integers(1, 3), st.integers(1, 6), st.floats(0, 1), st.lists(st.floats(0.01, 2), min_size=1))
def test_hosts_of_one_address(
    hosts: list[str], per_block: int, threads: int, gap: float, durations: list[float]
) -> None:
    """Hosts behind one address are asked no more at once, and no sooner after each other, than one address may be;
    everything is started once, and others are not held up."""
    shared = Block(gap=gap)
    times = {host: HostTimes(block=shared if host in "abc" else None) for host in hosts}
    pace: Pace[int] = Pace(per_host=1, patience=10, per_block=per_block)
    for task, host in enumerate(hosts):
        pace.add(host, times[host], task)
    now, started, starts, busy = 0.0, Counter[int](), list[float](), list[tuple[float, str]]()
    while len(pace) or busy:
        turn = pace.take(now) if len(busy) < threads else Wait(None)
        if isinstance(turn, Start):
            started[turn.task] += 1
            if turn.host in "abc":
                assert sum(host in "abc" for _, host in busy) < per_block
                assert not starts or now >= starts[-1] + gap
                starts.append(now)
            heapq.heappush(busy, (now + durations[turn.task % len(durations)], turn.host))
            continue
        assert isinstance(turn, Wait)
        if len(busy) < threads:
            asked = {host for _, host in busy}
            left = Counter(host for task, host in enumerate(hosts) if task not in started)
            assert all(host in "abc" or host in asked for host in left)
        now = min(busy[0][0] if busy else float("inf"), turn.at if turn.at is not None else float("inf"))
        if busy and busy[0][0] <= now:
            pace.done(heapq.heappop(busy)[1])
    assert set(started.values()) == {1}
    assert len(started) == len(hosts)
