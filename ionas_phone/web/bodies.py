"""What a request may carry. Rule: a form in UTF-8, a file only where one is asked for; what can't be read is theirs."""

from __future__ import annotations

from typing import Final

from aiohttp import hdrs, web

from ionas_phone.errors import FormWrong
from ionas_phone.web.access import Handler
from ionas_phone.words import N_

FORM: Final = "application/x-www-form-urlencoded"
FILE: Final = "multipart/form-data"
TAKES_FILES: Final = frozenset({"/kunden/einlesen"})
LARGEST_FORM: Final = 256 * 1024  # bytes; the longest problem text fits many times
LARGEST_FILE: Final = 2 * 1024 * 1024 + LARGEST_FORM  # bytes


@web.middleware
async def only_forms(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Read the form before anybody uses it (``request.post()`` returns it again). Raises FormWrong."""
    if request.method == hdrs.METH_POST and request.can_read_body:
        sentence = N_("This form was sent in a way that can't be understood; load the page anew.")
        file = request.path in TAKES_FILES and request.content_type == FILE
        if not file and request.content_type != FORM:  # nobody parses what nobody needs
            raise FormWrong(sentence)
        if not file and (request.content_length or 0) > LARGEST_FORM:
            raise web.HTTPRequestEntityTooLarge(LARGEST_FORM, request.content_length or 0)
        try:
            await request.post()
        except web.HTTPRequestEntityTooLarge as error:
            if not file:
                raise
            raise FormWrong(
                "The file is larger than 2 MB: split it, or have `ionas-phone customers import` read it in."
            ) from error
        except (ValueError, LookupError) as error:  # not UTF-8, or an encoding that does not exist
            raise FormWrong(sentence) from error
    return await handler(request)
