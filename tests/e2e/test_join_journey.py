"""From a code on the committee's screen to a volunteer's first page; and what ends a log-in."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.browser import Watched
from tests.e2e.pages.accounts import Join, LogIn, LogIns, NewPassword, People
from tests.e2e.village import Human, Village, make_person

Open = Callable[..., Watched]
PASSWORD = "晒谷场 三只麻雀"


def on_the_desk(village: Village, open_browser: Open, who: Human | None = None) -> People:
    desk = open_browser("desk", desk=True).page()
    person = who or village.worker
    LogIn(desk, village.origin).open().with_(person.phone, person.password).leads_away()
    return People(desk, village.origin)


def test_a_volunteer_joins_by_the_code_on_the_committees_screen(
    village: Village, open_browser: Open
) -> None:
    people = on_the_desk(village, open_browser).open()
    link = people.invite("谢冬青")
    people.waits_for("谢冬青")

    phone = open_browser("phone", new=True).page()
    join = Join(phone, village.origin).open(link).offers("加入云栖里社区居委会，做志愿者")
    join.as_(phone="15400000099", password="12345678").is_told("容易被猜到")
    today = join.as_(phone="154 0000 0099", password=PASSWORD).ends_at_today()
    assert "#" not in phone.url, "the secret does not stay in the address bar"
    today.sync_line().wait_for()

    today.reload()
    today.sync_line().wait_for()
    assert phone.url.endswith("/today"), "the log-in survives a reload"
    people.open().has("谢冬青", "志愿者")

    other = open_browser("other").page()
    Join(other, village.origin).open(link).is_closed()


def test_a_wrong_password_is_told_in_a_sentence_and_the_right_one_enters(
    village: Village, open_browser: Open
) -> None:
    page = open_browser("phone").page()
    login = LogIn(page, village.origin).open()
    login.with_(village.volunteer.phone, "not the one").is_told("手机号或密码不对")
    login.with_(village.volunteer.phone, village.volunteer.password).leads_away()


def test_ending_a_log_in_elsewhere_takes_effect_there(village: Village, open_browser: Open) -> None:
    who = village.worker
    lost = open_browser("lost", desk=True).page()
    LogIn(lost, village.origin).open().with_(who.phone, who.password).leads_away()
    here = open_browser("here").page()
    LogIn(here, village.origin).open().with_(who.phone, who.password).leads_away()
    LogIns(here, village.origin).open().are(3).end_the_other("Chrome").are(2)
    lost.goto(village.origin + "/c/people")
    LogIn(lost, village.origin).is_here()


def test_a_forgotten_password_is_chosen_anew_by_the_person_alone(
    village: Village, open_browser: Open
) -> None:
    head = make_person(village.server, "康望晴", "15400000077", "committee_head")
    people = on_the_desk(village, open_browser, head).open()
    link = people.person(village.volunteer.name).reset()
    phone = open_browser("phone").page()
    NewPassword(phone, village.origin).open(link).choose(PASSWORD)
    other = open_browser("other").page()
    login = LogIn(other, village.origin).open()
    login.with_(village.volunteer.phone, village.volunteer.password).is_told("密码不对")
    login.with_(village.volunteer.phone, PASSWORD).leads_away()
