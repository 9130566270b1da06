"""A workbook in the bucket becomes flights in the database, exactly once and with nothing lost."""

from shared.ingest.housekeeping import run_job
from shared.ingest.outcome import Outcome
from shared.ingest.process import process_object

__all__ = ["Outcome", "process_object", "run_job"]
