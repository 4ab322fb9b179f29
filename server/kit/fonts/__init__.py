"""The fonts every printed document embeds, because a viewer's own Chinese font cannot be relied on."""

from pathlib import Path

REGULAR = Path(__file__).with_name("NotoSansSC-Regular.ttf")
BOLD = Path(__file__).with_name("NotoSansSC-Bold.ttf")
