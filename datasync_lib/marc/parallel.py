"""The same work on several threads, results in the order of the jobs."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

# NumPy, Arrow and Polars let go of the interpreter while they work. More threads than this only cost memory.
THREADS = max(1, min(4, os.cpu_count() or 1))


def in_order(work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
    """The result of each job in order; no more jobs are taken on than threads, so that memory stays bounded."""
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
