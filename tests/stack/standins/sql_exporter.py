#!/usr/bin/python3
"""Stands in for sql_exporter: reads its configuration and collectors, runs the queries at each scrape."""

import glob
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg2
import yaml
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

FAMILIES = {"gauge": GaugeMetricFamily, "counter": CounterMetricFamily}


class Collected:
    def __init__(self, families):
        self.families = families

    def collect(self):
        return self.families


def scrape(config):
    paths = [path for pattern in config["collector_files"] for path in sorted(glob.glob(pattern))]
    collectors = [yaml.safe_load(Path(path).read_text()) for path in paths]
    connection = psycopg2.connect(config["target"]["data_source_name"])
    connection.set_session(readonly=True, autocommit=True)
    families = []
    try:
        for collector in collectors:
            queries = {query["query_name"]: query["query"] for query in collector.get("queries", [])}
            for metric in collector["metrics"]:
                families.append(family(connection, metric, metric.get("query") or queries[metric["query_ref"]]))
    finally:
        connection.close()
    registry = CollectorRegistry()
    registry.register(Collected(families))
    return generate_latest(registry)


def family(connection, metric, query):
    labels = metric.get("key_labels", [])
    result = FAMILIES[metric["type"]](metric["metric_name"], metric["help"], labels=labels)
    (value,) = metric["values"]
    with connection.cursor() as cursor:
        cursor.execute(query)
        columns = [column.name for column in cursor.description]
        for row in cursor:
            cells = dict(zip(columns, row, strict=True))
            if cells[value] is not None:
                result.add_metric([str(cells[label]) for label in labels], float(cells[value]))
    return result


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path != "/metrics":
            return self.answer(200, b"sql_exporter\n")
        try:
            self.answer(200, scrape(self.server.config))
        except psycopg2.Error as error:
            self.answer(500, f"{error}\n".encode())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("0.0.0.0", 9399), Handler)  # noqa: S104 - inside a container
config_file = next(argument.partition("=")[2] for argument in sys.argv if argument.startswith("-config.file="))
server.config = yaml.safe_load(Path(config_file).read_text())
server.serve_forever()
