"""The same work on several threads, results in the order of the jobs."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

# NumPy, Arrow and Polars let go of the interpreter while they work. More threads than this only cost memory.
THREADS = max(1, min(4, os.cpu_count() or 1))


def in_order(work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
    """The result of each job in order; no more jobs are taken on than threads, so that memory stays bounded.

    When the jobs themselves break off with an error, the results of those before it are given first.
    """
    broken: list[Exception] = []
    todo = _until_break(jobs, broken)
    first = list(islice(todo, 2))
    if len(first) < 2:  # a small file needs no threads
        yield from map(work, first)
    else:
        yield from _on_threads(work, chain(first, todo))
    if broken:
        raise broken[0]


def _until_break(jobs: Iterable[Job], broken: list[Exception]) -> Iterator[Job]:
    try:
        yield from jobs
    except Exception as error:  # raised again when what came before has been given
        broken.append(error)


def _on_threads(work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
    waiting: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="marc")
    try:
        for job in jobs:
            waiting.append(pool.submit(work, job))
            if len(waiting) > THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
