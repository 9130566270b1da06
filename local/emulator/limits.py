"""The platform's limits and what it does with headers.

Sources: https://yandex.cloud/docs/api-gateway/concepts/limits, https://yandex.cloud/docs/functions/concepts/limits,
https://yandex.cloud/docs/functions/concepts/function-invoke.
"""

GATEWAY_BYTES = 2_621_440
"""2.5 MB of body, each way."""
FUNCTION_JSON_BYTES = 3_670_016
"""3.5 MB of JSON, each way."""
GATEWAY_SECONDS = 300.0
BODY_SECONDS = 30.0
"""How long a request's body may take to arrive: as nginx on hosts; the gateway's own figure is not published."""

HOP_BY_HOP = frozenset(
    {
        "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade",
    }
)  # fmt: skip
ANSWER_DROPPED = frozenset({"host", "authorization", "user-agent", "connection", "max-forwards", "cookie"})
ANSWER_FORBIDDEN = frozenset({"proxy-authenticate", "transfer-encoding", "via"})
ANSWER_RENAMED = frozenset({"content-md5", "date", "server", "www-authenticate"})
RENAMED_PREFIX = "X-Yf-Remapped-"
