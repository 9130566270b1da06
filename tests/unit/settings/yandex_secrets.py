"""What secrets of Yandex Cloud and of age look like, for the scanner."""

import re

from detect_secrets.plugins.base import RegexBasedDetector


class YandexCloudDetector(RegexBasedDetector):
    """API keys, OAuth and IAM tokens, static keys, and the private half of an age key."""

    secret_type = "Yandex Cloud or age key"
    denylist = (
        re.compile(r"\bAQVN[A-Za-z0-9_-]{35,38}"),
        re.compile(r"\by[0-3]_[A-Za-z0-9_-]{40,}"),
        re.compile(r"\bt1\.[A-Za-z0-9_-]{60,}"),
        re.compile(r"\bYCA[A-Za-z0-9_-]{20,24}"),
        re.compile(r"\bYC[OPNM][A-Za-z0-9_-]{36,38}"),
        re.compile(r"AGE-SECRET-KEY-1[A-Z0-9]{58}"),
    )
