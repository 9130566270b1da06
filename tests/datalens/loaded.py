"""A database with flights, asked as the dashboards ask it and as the API does."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import asyncpg
import httpx
import pytest

from datalens.chart_sql import chart_query
from datalens.description import chart
from shared.api import statistics
from shared.runtime.http import CLAIMS
from shared.settings import StorageSettings
from tests.conftest import S3_SECRET, Database

NO_REGION, UNTOLD = "Без региона", "Не указан"
"""What the marts write where the API has null."""


class Loaded:
    """Flights, asked by chart as ``fp_datalens``, by route as the API answers an analyst who may see every region."""

    def __init__(self, database: Database, settings: Mapping[str, str]) -> None:
        self.database = database
        self._settings = settings
        self._answers: dict[str, Any] = {}

    @classmethod
    def of(cls, database: Database, s3: StorageSettings) -> "Loaded":
        """Take a database and the tests' bucket."""
        settings = {
            "POSTGRES_URI": database.uri("fp_api"),
            "S3_BUCKET": s3.bucket,
            "S3_ENDPOINT_URL": s3.endpoint_url,
            "S3_ACCESS_KEY_ID": s3.access_key_id,
            "S3_SECRET_ACCESS_KEY": S3_SECRET,
        }
        return cls(database, settings)

    def rows(self, name: str, **narrowed: Any) -> list[dict[str, Any]]:
        """Ask what a chart asks."""
        return self.select(chart_query(chart(name), **narrowed))

    def counts(self, name: str, by: str, column: str = "flights", **narrowed: Any) -> dict[Any, Any]:
        """Give a measure of a chart by one of its dimensions, the others summed up, without rows of nothing."""
        found: dict[Any, Any] = {}
        for row in self.rows(name, **narrowed):
            found[row[by]] = found.get(row[by], 0) + (row[column] or 0)
        return {key: value for key, value in found.items() if value}

    def select(self, statement: str) -> list[dict[str, Any]]:
        """Ask the marts anything, in the dashboards' role."""

        async def ask() -> list[dict[str, Any]]:
            connection = await asyncpg.connect(self.database.uri("fp_datalens"), statement_cache_size=0)
            try:
                return [dict(row) for row in await connection.fetch(statement)]
            finally:
                await connection.close()

        return asyncio.run(ask())

    def api(self, path: str) -> Any:
        """Ask a route of the statistics."""
        return self.all_of([path])[0]

    def all_of(self, paths: list[str]) -> list[Any]:
        """Ask several routes; an answer that is known is not asked for again, for the data stay as they are."""
        missing = [path for path in dict.fromkeys(paths) if path not in self._answers]
        if missing:
            with pytest.MonkeyPatch.context() as patch:
                for name, value in self._settings.items():
                    patch.setenv(name, value)
                self._answers |= dict(zip(missing, asyncio.run(_answers(missing)), strict=True))
        return [self._answers[path] for path in paths]

    @property
    def period(self) -> tuple[date, date]:
        """Give the days of everything that is dated: the first of the first month, the last day."""
        months = [row["month_of_day"] for row in self.rows("ch_months")]
        return min(months), self.rows("ch_days")[-1]["day"]

    @property
    def whole(self) -> str:
        """Write that period as the API takes it."""
        first, last = self.period
        return f"from={first}&to={last}"

    def by_region(self, write: Callable[[str], str]) -> dict[str, Any]:
        """Ask a route of every fourth region that has flights, the busiest first; answers by the region's name."""
        ranked = [item for item in self.api(f"regions?{self.whole}")["items"] if item["flights"]][::4]
        answers = self.all_of([write(item["code"]) for item in ranked])
        return {item["name"]: answer for item, answer in zip(ranked, answers, strict=True)}


async def _answers(paths: list[str]) -> list[Any]:
    app = statistics.application()
    claims = {"sub": "someone", "roles": json.dumps(["analyst"])}

    async def with_claims(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, CLAIMS: claims}, receive, send)

    transport = httpx.ASGITransport(app=with_claims)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="https://gateway.example") as client,
    ):
        answers = []
        for path in paths:
            answer = await client.get(f"/api/stats/{path}")
            assert answer.status_code == 200, f"{path}: {answer.text}"
            answers.append(answer.json())
        return answers
