"""The words a pairing is made of: forms of service and how often (form F10)."""

from __future__ import annotations

HELP_MODES: tuple[str, ...] = (
    "household_package",
    "paired_help",
    "volunteering",
    "purchased_service",
    "mutual_help",
)

SERVICE_FORMS: tuple[str, ...] = (
    "companionship",
    "daily_care",
    "humanistic_care",
    "counselling",
    "social_inclusion",
    "home_visit",
    "employment_help",
    "legal_aid",
    "errand",
    "meal",
    "cleaning",
    "bathing",
    "medical_escort",
    "mobility",
    "emergency_help",
    "policy_info",
    "safety_check",
)

FREQUENCIES: tuple[str, ...] = (
    "daily",
    "weekly",
    "fortnightly",
    "monthly",
    "quarterly",
    "as_needed",
)

VISITS_A_QUARTER: dict[str, int] = {
    "daily": 91,
    "weekly": 13,
    "fortnightly": 6,
    "monthly": 3,
    "quarterly": 1,
    "as_needed": 0,
}
"""How many visits a frequency comes to, so that a helper's load can be said before somebody is paired."""

HOW_HOME: tuple[str, ...] = ("voice", "signature", "paper_photo")
"""How a home said yes: said to the committee, signed on the card, a photo of the signed card."""
