"""How telegrams are read, field by field, for a person: behind ``fly-potato explain``."""

from fly_potato.explain.segments import ExplainedField, ExplainedTelegram, explain

__all__ = ["ExplainedField", "ExplainedTelegram", "explain"]
