"""Runs the calls to language models in one event loop, in a thread of its own.

A call in an event loop can be cancelled at any time, even before the server has sent a byte, and a waiting call takes
no thread. The rest of the service is synchronous and reads the events of a call from a queue.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import CancelledError, Future
from contextlib import aclosing, nullcontext
from functools import cache
from queue import Empty, SimpleQueue
from threading import Thread
from traceback import clear_frames
from typing import TypeAlias

from rag.answer.generation.deadline import Deadline
from rag.answer.generation.departure import departure
from rag.errors import BackendSkipped, BackendTimeout, ServiceStopping
from rag.protocols import GeneratorEvent

_GRACE = 0.2
"""Seconds after the deadline in which a cancelled call may end by itself. A plugin that blocks the loop never does."""


class ClientLeft(BackendSkipped):
    """The client left before the reply was complete."""


_Arrived: TypeAlias = "SimpleQueue[GeneratorEvent | Future[None]]"
"""The events of a call, then the finished call itself."""


def iterate(events: AsyncGenerator[GeneratorEvent, None], deadline: Deadline) -> Generator[GeneratorEvent, None, None]:
    """Yield the events of a call as they arrive. If the caller or the client leaves, the call is cancelled.

    Raises BackendTimeout at the deadline, ClientLeft, ServiceStopping, and the errors of `events`.
    """
    arrived: _Arrived = SimpleQueue()
    call = asyncio.run_coroutine_threadsafe(_pump(events, arrived, deadline), _loop())
    call.add_done_callback(arrived.put)
    client = departure.get()
    try:
        with client.calling(call.cancel) if client else nullcontext():
            while not isinstance(item := arrived.get(timeout=deadline.remaining + _GRACE), Future):
                yield item
        item.result()
    except (Empty, TimeoutError):
        raise BackendTimeout("the language model did not answer in time") from None
    except CancelledError:
        if client is not None and client.interrupted:
            raise ServiceStopping("the service is stopping: send the request again in a moment") from None
        raise ClientLeft("the client left") from None
    finally:
        call.cancel()


async def _pump(events: AsyncGenerator[GeneratorEvent, None], arrived: _Arrived, deadline: Deadline) -> None:
    try:
        async with asyncio.timeout(deadline.remaining), aclosing(events):
            async for event in events:
                arrived.put(event)
    except BaseException as error:  # also if the call is cancelled
        _drop_variables(error)
        raise


def _drop_variables(error: BaseException) -> None:
    """Drop the local variables that an error and its causes keep.

    They may hold a half-read generator of an SDK. It must end in this thread, because an asynchronous generator that
    ends in another thread may still run here.
    """
    cause: BaseException | None = error
    while cause is not None:
        clear_frames(cause.__traceback__)
        cause = cause.__cause__ or cause.__context__


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the running loop. Its thread ends with the process."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="language models", daemon=True).start()
    return loop
