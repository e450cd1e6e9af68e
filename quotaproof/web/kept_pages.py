"""Pages that are the same for everybody: each is made once for its address and language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from .languages import language, without_language
from .problems import RequestError
from .services import Making, services_of

Handler = Callable[[Request], Awaitable[Response]]


def again(made: Response) -> Response:
    """Return the same response, with headers of its own: several may wait for it."""
    response = Response(bytes(made.body), made.status_code)
    response.raw_headers = list(made.raw_headers)
    return response


def kept_of_shipped(page: Handler, media_type: str = "text/html") -> Handler:
    """Return a page about a scenario, kept if that is shipped: then it is the same for everybody."""
    for_everybody = kept(page, media_type)

    async def found_or_made(request: Request) -> Response:
        shipped = request.path_params["scenario"] in services_of(request).shipped
        return await (for_everybody if shipped else page)(request)

    return found_or_made


def kept(page: Handler, media_type: str = "text/html") -> Handler:
    """Return a page that shows nothing of the one who asks, kept by its address and language.

    One on which an answer is missing, because the solver gave up, is made again for the next one who asks.
    The address is all of it: pages name the server by the name that it was asked by.
    """

    async def found_or_made(request: Request) -> Response:
        services = services_of(request)
        address = f"{language()} {request.base_url}{request.url.path}?{without_language(request.url.query)}"
        body = services.pages.get(address)
        if body is None:
            # Who asks for the same page meanwhile waits for it. If there is none, nobody of them tries it again: each
            # would wait for as long as all before together. Only if its browser leaves, the next one makes it.
            making = services.making.setdefault(address, Making())
            async with making.lock:
                body = services.pages.get(address)
                if body is None:
                    if making.failure is not None:
                        raise making.failure
                    if making.without is not None:
                        return again(making.without)
                    try:
                        response = await page(request)
                    except RequestError as error:
                        making.failure = error
                        raise
                    if response.status_code == 200 and not getattr(request.state, "unanswered", False):
                        services.pages.put(address, bytes(response.body), len(response.body))
                    else:
                        making.without = response
                    return response
        return Response(body, media_type=media_type)

    return found_or_made
