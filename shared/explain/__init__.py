"""How telegrams are read, field by field, for a person: behind ``fly-potato explain``, its page and flights' cards."""

from shared.explain.labels import facts, flight_of
from shared.explain.segments import ExplainedField, ExplainedTelegram, codes_in, explain, kind_of

__all__ = ["ExplainedField", "ExplainedTelegram", "codes_in", "explain", "facts", "flight_of", "kind_of"]
