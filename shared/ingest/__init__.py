"""A workbook in the bucket becomes flights in the database, exactly once and with nothing lost."""

from shared.ingest.deliveries import process_object
from shared.ingest.jobs import run_job
from shared.ingest.model import STEPS, LoadCounts, Outcome

__all__ = ["STEPS", "LoadCounts", "Outcome", "process_object", "run_job"]
