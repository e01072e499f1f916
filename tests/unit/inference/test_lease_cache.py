"""Heavy things are loaded once, bounded, and never taken away from who uses them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Event

import pytest

from functions.inference.lease_cache import LeaseCache, Sized


class Loads:
    """Notes what was loaded."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def of(self, key: str, size_bytes: int = 1) -> Callable[[], Sized[str]]:
        def load() -> Sized[str]:
            self.keys.append(key)
            return Sized(f"value of {key}", size_bytes)

        return load


@contextmanager
def held(cache: LeaseCache[str], key: str, load: Callable[[], Sized[str]]) -> Iterator[str]:
    leased = cache.take(key, load)
    yield leased.wait()
    cache.release(leased)


def use(cache: LeaseCache[str], loads: Loads, key: str, size_bytes: int = 1) -> str:
    with held(cache, key, loads.of(key, size_bytes)) as value:
        return value


def test_loads_a_key_once() -> None:
    cache, loads = LeaseCache[str](10), Loads()
    assert [use(cache, loads, "a"), use(cache, loads, "a")] == ["value of a"] * 2
    assert loads.keys == ["a"]


def found(cache: LeaseCache[str], key: str) -> bool:
    leased = cache.find(key)
    if leased is not None:
        assert leased.wait() == f"value of {key}"
        cache.release(leased)
    return leased is not None


def test_finds_what_is_loaded_and_neither_what_is_loading_nor_what_was_dropped() -> None:
    cache, loads = LeaseCache[str](10), Loads()
    said: list[bool] = []

    def load() -> Sized[str]:
        said.append(found(cache, "a"))
        return Sized("value of a", 8)

    with held(cache, "a", load):
        said.append(found(cache, "a"))
    use(cache, loads, "b", 8)
    assert [*said, found(cache, "a"), found(cache, "b")] == [False, True, False, True]


def test_never_drops_what_was_found_and_is_in_use() -> None:
    cache, loads = LeaseCache[str](10), Loads()
    use(cache, loads, "a", 8)
    leased = cache.find("a")
    assert leased is not None
    use(cache, loads, "b", 8)
    assert found(cache, "a")
    cache.release(leased)
    use(cache, loads, "b", 8)
    assert not found(cache, "a")


def test_drops_the_longest_unused_when_the_bytes_run_out() -> None:
    cache, loads = LeaseCache[str](10), Loads()
    for key in ("a", "b", "a", "c"):
        use(cache, loads, key, 4)
    loads.keys.clear()
    for key in ("a", "c", "b"):
        use(cache, loads, key, 4)
    assert loads.keys == ["b"]


def test_never_drops_what_is_in_use() -> None:
    cache, loads = LeaseCache[str](10), Loads()
    with ExitStack() as together:
        for key in ("a", "b", "c"):
            together.enter_context(held(cache, key, loads.of(key, 8)))
        loads.keys.clear()
        assert [use(cache, loads, key, 8) for key in ("a", "b", "c")] == [
            "value of a",
            "value of b",
            "value of c",
        ]
        assert loads.keys == []
    for key in ("a", "b", "c"):
        use(cache, loads, key, 8)
    assert len(loads.keys) >= 2, "the bound is met again when nothing is in use"


def test_answers_with_a_thing_larger_than_the_whole_bound() -> None:
    cache, loads = LeaseCache[str](10), Loads()
    assert use(cache, loads, "a", 11) == "value of a"
    use(cache, loads, "a", 11)
    assert loads.keys == ["a", "a"]


def test_lets_all_who_ask_at_once_wait_for_one_load() -> None:
    cache = LeaseCache[str](10)
    begun, may_end = Event(), Event()
    loaded: list[str] = []

    def load() -> Sized[str]:
        begun.set()
        assert may_end.wait(timeout=10)
        loaded.append("once")
        return Sized("value", 1)

    def lease(_: int) -> str:
        with held(cache, "a", load) as value:
            return value

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(lease, number) for number in range(4)]
        assert begun.wait(timeout=10)
        may_end.set()
        assert [one.result() for one in asked] == ["value"] * 4
    assert loaded == ["once"]


def test_tries_again_after_a_load_that_failed() -> None:
    cache, loads = LeaseCache[str](10), Loads()

    def fail() -> Sized[str]:
        raise LookupError("not there")

    with pytest.raises(LookupError), held(cache, "a", fail):
        pytest.fail("there is nothing to use")
    assert use(cache, loads, "a") == "value of a"


def test_tells_all_who_wait_that_a_load_failed() -> None:
    cache = LeaseCache[str](10)
    begun, may_end = Event(), Event()

    def load() -> Sized[str]:
        begun.set()
        assert may_end.wait(timeout=10)
        raise LookupError("not there")

    def lease(_: int) -> str:
        with held(cache, "a", load) as value:
            return value

    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(lease, number) for number in range(3)]
        assert begun.wait(timeout=10)
        may_end.set()
        assert [type(one.exception()) for one in asked] == [LookupError] * 3
