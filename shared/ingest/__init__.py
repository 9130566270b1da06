"""A workbook in the bucket becomes flights in the database, exactly once and with nothing lost."""

from shared.ingest.deliveries import process_object
from shared.ingest.jobs import run_job
from shared.ingest.model import STEPS, Counts, Outcome

__all__ = ["STEPS", "Counts", "Outcome", "process_object", "run_job"]
