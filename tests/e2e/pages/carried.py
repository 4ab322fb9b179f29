"""The committee's page where carried files are taken in."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.pages.phone import Screen


class TakeIn(Screen):
    """捎来的记录."""

    def open(self) -> TakeIn:
        self.page.goto(self.origin + "/c/carried")
        expect(self.page.get_by_role("heading", name="捎来的记录", level=1)).to_be_visible()
        return self

    def put(self, *files: Path) -> TakeIn:
        self.page.get_by_label("选文件").set_input_files(list(files))
        return self

    def says(self, file: Path, words: str) -> TakeIn:
        row = self.page.get_by_role("listitem").filter(has_text=file.name).first
        expect(row).to_contain_text(words)
        return self
