"""Every write of this room, by topic."""

from marketplace.cycles.services.answering import add_holiday, answer_question, change_day
from marketplace.cycles.services.asking import ask_about_holidays
from marketplace.cycles.services.days import cancel_cycle, join_cycle, move_cycle
from marketplace.cycles.services.opening import (
    SeasonDay,
    cutoff_for,
    cutoffs_for,
    open_cycles,
    preview_season,
    require_open,
    set_cutoff,
)
from marketplace.cycles.services.running import close_due_cycles, transition
from marketplace.cycles.services.ticking import tick

__all__ = [
    "SeasonDay",
    "add_holiday",
    "answer_question",
    "ask_about_holidays",
    "cancel_cycle",
    "change_day",
    "close_due_cycles",
    "cutoff_for",
    "cutoffs_for",
    "join_cycle",
    "move_cycle",
    "open_cycles",
    "preview_season",
    "require_open",
    "set_cutoff",
    "tick",
    "transition",
]
