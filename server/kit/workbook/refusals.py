"""Why a whole file is not taken: a closed list, each with a sentence that says what to do instead."""

from __future__ import annotations

from typing import ClassVar

SENTENCES: dict[str, tuple[str, str]] = {
    "empty": (
        "这个文件是空的，没有读到内容。请重新选一个文件。",
        "This file is empty. Please choose another one.",
    ),
    "too_big": (
        "文件超过 10 MB，没有读。请删掉图片和多余的工作表后另存再传。",
        "The file is over 10 MB and was not read. Remove pictures and spare sheets, save and send it again.",
    ),
    "too_large_inside": (
        "文件展开后太大，没有读。请只留要用的工作表，另存为 .xlsx 再传。",
        "Unpacked, the file is too large and was not read. Keep only the sheets it needs and save it as .xlsx.",
    ),
    "suspicious_archive": (
        "这个文件的内部结构不正常，没有读。请用 WPS 或 Excel 打开，另存为 .xlsx 再传。",
        "The inside of this file is not as it should be, so it was not read. Open it in WPS or Excel and save as .xlsx.",
    ),
    "dtd": (
        "文件里夹带了会展开的内容，没有读。请用 WPS 或 Excel 打开，另存为 .xlsx 再传。",
        "The file carries content that unfolds itself, so it was not read. Open it and save a fresh .xlsx.",
    ),
    "macros": (
        "文件里有宏（小程序），没有读。请另存为不带宏的 .xlsx 再传。",
        "The file holds macros and was not read. Save it as .xlsx without macros.",
    ),
    "password": (
        "文件设了打开密码，读不了。请去掉密码后再传。",
        "The file has a password and cannot be read. Remove the password and send it again.",
    ),
    "unsupported": (
        "这不是表格文件，读不了。可以传 .xlsx、.xls、.et 或 .csv。",
        "This is not a table we can read. Use .xlsx, .xls, .et or .csv.",
    ),
    "save_as_xlsx": (
        "这种格式暂时读不了。请用 WPS 或 Excel 打开，另存为 .xlsx 再传。",
        "This format cannot be read yet. Open it in WPS or Excel and save as .xlsx.",
    ),
    "encoding": (
        "文字编码认不出来，没有读。请另存为 .xlsx 再传。",
        "The text encoding could not be recognised. Save the file as .xlsx and send it again.",
    ),
    "broken": (
        "文件没有存完整，读不出来。请在电脑上打开确认能看到内容，另存一份再传。",
        "The file is incomplete and cannot be read. Check that it opens on the computer and save a fresh copy.",
    ),
    "too_slow": (
        "这个文件读得太久，停下了。请只留要用的工作表，另存为 .xlsx 再传。",
        "Reading this file took too long and was stopped. Keep only the sheets it needs and save it as .xlsx.",
    ),
    "too_many_rows": (
        "超过 60000 行，没有读。请分成几个文件再传。",
        "More than 60,000 rows, so it was not read. Split it into several files.",
    ),
}


class Refusal(Exception):
    """A file that is not taken at all; nothing of it is kept."""

    sentences: ClassVar[dict[str, tuple[str, str]]] = SENTENCES

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    @property
    def sentence(self) -> str:
        return self.sentence_in("zh")

    def sentence_in(self, language: str) -> str:
        chinese, english = self.sentences[self.code]
        return english if language == "en" else chinese
