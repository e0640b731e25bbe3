"""Names that telegrams of 1945–55 are full of, to mend a misread one.

Only a word that the dictionary does not know as a name is compared, and only by a letter or two;
the typed form is always kept beside the value. The lists are of public office holders: the
leadership to whom copies went, ministers, ambassadors, and the aliases in use; and of the cities
with an embassy, a mission or a command.
"""

from __future__ import annotations

from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from ocr.assemble.dictionary import inflected, is_known

PERSONS = (
    *("Сталин", "Филиппов", "Фын Си", "Молотов", "Маленков", "Берия", "Микоян", "Каганович"),
    *("Булганин", "Хрущев", "Ворошилов", "Андреев", "Вознесенский", "Жданов", "Косыгин", "Шверник"),
    *("Суслов", "Пономарев", "Пономаренко", "Григорьян", "Поскребышев", "Чадаев", "Первухин"),
    *("Сабуров", "Малышев", "Устинов", "Зверев", "Меньшиков", "Кабанов", "Вышинский", "Громыко"),
    *("Зорин", "Гусев", "Лаврентьев", "Деканозов", "Лозовский", "Малик", "Боголепов", "Семенов"),
    *("Василевский", "Штеменко", "Соколовский", "Жуков", "Конев", "Захаров", "Антонов", "Голиков"),
    *("Кузнецов", "Абакумов", "Игнатьев", "Круглов", "Серов", "Рощин", "Панюшкин", "Юдин"),
    *("Штыков", "Разуваев", "Суздалев", "Котов", "Ковалев", "Красовский", "Матвеев", "Царапкин"),
    *("Новиков", "Сурин", "Богомолов", "Павлов", "Зарубин", "Костылев", "Лебедев", "Силин"),
    *("Бодров", "Пушкин", "Чуйков", "Семичастнов", "Федоренко", "Рокоссовский", "Тимошенко"),
)
PLACES = (
    *("Пекин", "Нанкин", "Шанхай", "Мукден", "Харбин", "Дальний", "Порт-Артур", "Урумчи"),
    *("Пхеньян", "Сеул", "Токио", "Улан-Батор", "Ханой", "Дели", "Карачи", "Рангун", "Бангкок"),
    *("Джакарта", "Кабул", "Тегеран", "Анкара", "Стамбул", "Багдад", "Дамаск", "Бейрут", "Каир"),
    *("Тель-Авив", "Аддис-Абеба", "Лондон", "Париж", "Рим", "Брюссель", "Гаага", "Люксембург"),
    *("Берн", "Женева", "Вена", "Берлин", "Карлсхорст", "Прага", "Варшава", "Будапешт", "Бухарест"),
    *("София", "Белград", "Тирана", "Афины", "Хельсинки", "Стокгольм", "Осло", "Копенгаген"),
    *("Рейкьявик", "Вашингтон", "Нью-Йорк", "Оттава", "Мехико", "Гавана", "Монтевидео"),
    *("Буэнос-Айрес", "Канберра", "Веллингтон", "Москва", "Сочи", "Хабаровск", "Владивосток"),
)
# Letters that may be wrong, lost or added, by the length of the typed word. Short names have real
# neighbours (`Котов`, `Кетов`), so they are left as read.
ONE_WRONG_FROM, TWO_WRONG_FROM = 6, 9
# The same where anyone may be named and not the leadership alone: `Рожину` is not `Рощину`.
ANYONE_FROM = 7


@cache
def nearest_person(word: str, least: int = ONE_WRONG_FROM) -> str | None:
    """The person whose name, in the dative or nominative, `word` is a misreading of.

    `least`: letters of the shortest word that may be misread.
    """
    return _nearest(word, PERSONS, "datv", least)


@cache
def nearest_place(word: str) -> str | None:
    """The place whose name, in the genitive or nominative, `word` is, or is a misreading of."""
    exact = _forms(PLACES, "gent").get(word.lower())
    return exact or _nearest(word, PLACES, "gent", ONE_WRONG_FROM)


@cache
def _forms(names: tuple[str, ...], case: str) -> dict[str, str]:
    forms = {name.lower(): name for name in names}
    return forms | {inflected(name, case): name for name in names}


def _nearest(word: str, names: tuple[str, ...], case: str, least: int) -> str | None:
    """The one name that is near enough; None where none or several are."""
    if len(word) < least or is_known(word):
        return None
    forms = _forms(names, case)
    found = process.extract(
        word.lower(),
        list(forms),
        scorer=Levenshtein.distance,
        score_cutoff=1 if len(word) < TWO_WRONG_FROM else 2,
        limit=3,
    )
    fewest = min((distance for _, distance, _ in found), default=0)
    nearest = {forms[form] for form, distance, _ in found if distance == fewest}
    return nearest.pop() if len(nearest) == 1 else None
