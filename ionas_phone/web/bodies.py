"""What a request may carry. Rule: a form in UTF-8 and nothing else; what can't be read is theirs, not a bug of ours."""

from __future__ import annotations

from typing import Final

from aiohttp import hdrs, web

from ionas_phone.errors import FormWrong
from ionas_phone.web.access import Handler
from ionas_phone.words import N_

FORM: Final = "application/x-www-form-urlencoded"


@web.middleware
async def only_forms(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Read the form before anybody uses it (``request.post()`` returns it again). Raises FormWrong."""
    if request.method == hdrs.METH_POST and request.can_read_body:
        sentence = N_("This form was sent in a way that can't be understood; load the page anew.")
        if request.content_type != FORM:  # no page of ours sends files, and nobody parses what nobody needs
            raise FormWrong(sentence)
        try:
            await request.post()
        except (ValueError, LookupError) as error:  # not UTF-8, or an encoding that does not exist
            raise FormWrong(sentence) from error
    return await handler(request)
