"""Names that telegrams of 1945–55 are full of, to mend a misread one.

Only a word that the dictionary does not know as a name is compared, and only by a letter or two;
the typed form is always kept beside the value. The lists are of public office holders: the
leadership to whom copies went, ministers, ambassadors, and the aliases in use; and of the cities
with an embassy, a mission or a command.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from ocr.assemble.dictionary import inflected, is_known, is_place, place_nominative

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
ALIKE = ("нмик", "вбзе", "оес", "лд", "шщ", "цч", "тг")
"""Capitals that worn type makes alike."""
LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
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
def begins_with_person(word: str) -> str | None:
    """The form of a person's name, as read, that a word is or begins with, where the rest of it is
    no ending: `Хрущеву` of `Хрущевуниу`.
    """
    low = word.lower()
    found = [form for form in _forms(PERSONS, "datv") if low.startswith(form)]
    if not found or (is_known(word) and low not in found):
        return None
    form = max(found, key=len)
    rest = len(low) - len(form)
    return word[: len(form)] if not rest or (rest > 1 and len(form) >= ONE_WRONG_FROM) else None


@cache
def nearest_place(word: str) -> str | None:
    """The place whose name, in the genitive or nominative, `word` is, or is a misreading of."""
    exact = _forms(PLACES, "gent").get(word.lower())
    return exact or _nearest(word, PLACES, "gent", ONE_WRONG_FROM)


@cache
def place_alike(word: str, *, torn: bool) -> str | None:
    """The one place that the dictionary has a letter away from a word of which it knows nothing.

    torn  the word was read in pieces: any letter of it may be wrong, lost or added. Else one may be
          another of nearly its shape: real places have real neighbours (`Синьцзян`, `Синцзян`)
    """
    low = word.lower()
    if len(low) < ONE_WRONG_FROM or is_known(word):
        return None
    words = _one_letter_off(low) if torn else _one_shape_off(low)
    found = {place_nominative(near) for near in words if is_place(near)}
    return found.pop() if len(found) == 1 else None


def _one_letter_off(word: str) -> Iterator[str]:
    """With a letter put for another, left out or put in; the first is sure."""
    for i in range(1, len(word) + 1):
        yield word[:i] + word[i + 1 :]
        for letter in LETTERS:
            yield word[:i] + letter + word[i + 1 :]
            yield word[:i] + letter + word[i:]


def _one_shape_off(word: str) -> Iterator[str]:
    for i, letter in enumerate(word):
        for other in (o for pair in ALIKE if letter in pair for o in pair if o != letter):
            yield word[:i] + other + word[i + 1 :]


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
