"""Seconds and memory from long tables of KPIs to windows of a day, beside the engine's own floor."""
