"""Errors as RFC 9457 problem bodies.

One table gives each class of error its HTTP status. A body has ``type``, ``title``, ``status``, ``detail`` (a
sentence in Russian), ``code`` (stable) and ``request_id``; a refused request also lists ``errors`` by field. An
exception's own text never gets in.
"""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared import errors
from shared.runtime.http import PROBLEM, REQUEST_ID, problem_body, problem_headers

logger = logging.getLogger(__name__)


class TooLarge(errors.RequestError):
    """More than is taken."""


class UnsupportedFile(errors.RequestError):
    """A kind of file that is not read."""


class UnprocessableInput(errors.RequestError):
    """Well-formed, but no value that can be worked with."""


STATUS: dict[type[errors.FlyPotatoError], HTTPStatus] = {
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnsupportedFile: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    UnprocessableInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.WorkbookError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.RequestError: HTTPStatus.BAD_REQUEST,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.AccessError: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.ConfigurationError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.OutageError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.FlyPotatoError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The most specific class of an error that stands here gives its status."""

_REASONS = {
    "missing": "обязательное поле",
    "string_too_short": "слишком короткое значение",
    "string_too_long": "слишком длинное значение",
    "string_pattern_mismatch": "значение не того вида",
    "string_type": "нужна строка",
    "string_unicode": "недопустимые символы",
    "int_type": "нужно целое число",
    "int_parsing": "нужно целое число",
    "int_from_float": "нужно целое число",
    "greater_than": "слишком маленькое значение",
    "greater_than_equal": "слишком маленькое значение",
    "less_than": "слишком большое значение",
    "less_than_equal": "слишком большое значение",
    "enum": "нет среди допустимых значений",
    "literal_error": "нет среди допустимых значений",
    "uuid_parsing": "нужен идентификатор UUID",
    "uuid_version": "нужен идентификатор UUID версии 7",
    "json_invalid": "тело запроса не является JSON",
    "extra_forbidden": "лишнее поле",
    "model_attributes_type": "нужен объект JSON",
    "dict_type": "нужен объект JSON",
}
_HTTP = {
    400: ("BODY_MALFORMED", "Тело запроса не читается."),
    404: ("ROUTE_NOT_FOUND", "Такого адреса нет."),
    405: ("METHOD_NOT_ALLOWED", "Этот адрес не принимает такой метод."),
}


def status_of(error: errors.FlyPotatoError) -> HTTPStatus:
    """Give the status of an error, by the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(
    status: int,
    code: str,
    sentence: str,
    request_id: str | None,
    *,
    fields: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Make a problem answer."""
    body = problem_body(status, code, sentence, request_id, fields)
    return JSONResponse(body, status, {**problem_headers(), **(headers or {})}, PROBLEM)


def problem_of(error: errors.FlyPotatoError, request_id: str | None) -> JSONResponse:
    """Make the answer for an error of the product's own."""
    return problem(status_of(error), error.code, error.sentence, request_id, headers=problem_headers(error))


def install(app: FastAPI) -> None:
    """Give an application the answers for every kind of error."""

    async def own(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, errors.FlyPotatoError):
            raise TypeError
        if status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
            logger.error("The request failed.", exc_info=error, extra={"code": error.code})
        return problem_of(error, request.scope.get(REQUEST_ID))

    async def refused(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, RequestValidationError):
            raise TypeError
        fields = [
            {"field": ".".join(str(part) for part in fault["loc"]), "reason": _reason(str(fault["type"]))}
            for fault in error.errors()
        ]
        sentence = "Запрос заполнен неверно: " + ", ".join(dict.fromkeys(each["field"] for each in fields)) + "."
        return problem(422, "REQUEST_INVALID", sentence, request.scope.get(REQUEST_ID), fields=fields)

    async def http(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, HTTPException):
            raise TypeError
        code, sentence = _HTTP.get(error.status_code, ("REQUEST_REFUSED", "Запрос не может быть выполнен."))
        return problem(error.status_code, code, sentence, request.scope.get(REQUEST_ID), headers=error.headers)

    app.add_exception_handler(errors.FlyPotatoError, own)
    app.add_exception_handler(RequestValidationError, refused)
    app.add_exception_handler(HTTPException, http)


def _reason(kind: str) -> str:
    return _REASONS.get(kind, "недопустимое значение")
