"""Starts of answers, for ASGI middleware that acts on them."""

from collections.abc import Callable

from starlette.types import Message, Send


def noting_start(send: Send, note: Callable[[Message], None]) -> Send:
    """Return a function that sends messages, and hands over the first one of an answer before.

    Args:
        send: function that sends a message of an answer.
        note: called with the message that has the status and the headers, which it may change.
    """

    async def send_and_note(message: Message) -> None:
        if message["type"] == "http.response.start":
            note(message)
        await send(message)

    return send_and_note
