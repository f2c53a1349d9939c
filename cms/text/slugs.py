"""The readable part of an address, and the short code that alone finds a publication.

An address ends in "<slug>-<code>". A slug may end in something that looks like a code ("-2025abc"); that does no
harm, because whoever reads an address takes the last seven characters and looks nowhere else.
"""

import re
import secrets
import unicodedata
from functools import cache

CODE_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32 in lower case: no i, l, o, u
CODE_LENGTH = 7
# With a digit and a letter, so that neither a word ("present") nor a year is taken for a code.
CODE_PATTERN = r"(?=[0-9]{0,6}[a-z])(?=[a-z]{0,6}[0-9])[0-9a-hjkmnp-tv-z]{7}"

_FALLBACK = "item"

# Cyrillic after ICAO Doc 9303, part 3, section 6 B (the table of passports), with one difference for readers' sake:
# the hard sign is left out, where passports have "ie" ("obekt", not "obieekt").
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "iu",
    "я": "ia",
    # Ukrainian, Belarusian
    "ґ": "g", "є": "ie", "і": "i", "ї": "i", "ў": "u",
    # Kazakh, Kyrgyz, Tajik; passports know none of them, so: the nearest letter that a reader would type
    "ә": "a", "ғ": "g", "қ": "q", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "ӣ": "i", "ӯ": "u", "ҳ": "h",
    "ҷ": "j",
    # Serbian, Macedonian
    "ђ": "d", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ѓ": "g", "ќ": "k", "ѕ": "dz",
}  # fmt: skip
_BY_LANGUAGE = {
    "uk": {"г": "h", "и": "y"},
    "be": {"г": "h"},
    "bg": {"ъ": "a", "щ": "sht"},
    "tg": {"ғ": "gh"},
}
_LATIN = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_APOSTROPHES = re.compile("['’‘ʼʹ`´]")


def slugify(title: str, language: str, max_length: int = 60) -> str:
    """A title as lower-case ASCII words with hyphens, at most `max_length` characters, cut between words.

    language: a BCP 47 tag; some letters are written differently in Ukrainian than in Russian. A title that has no
    letter we can write (Arabic, Chinese) gives "item".
    """
    # Composed first: й and ї are letters of their own, and only then are accents taken off what remains.
    letters = unicodedata.normalize("NFC", title.lower()).translate(_table(language.lower().partition("-")[0]))
    ascii_text = unicodedata.normalize("NFKD", letters.translate(_LATIN)).lower()
    if not ascii_text.isascii():
        ascii_text = "".join(map(_plain_letter, ascii_text))
    words = re.findall(r"[a-z0-9]+", _APOSTROPHES.sub("", ascii_text))
    return _cut("-".join(words), max(max_length, 1)) or _FALLBACK[:max_length] or _FALLBACK[0]


@cache
def _table(language: str) -> dict[int, str]:
    return str.maketrans(_CYRILLIC | _BY_LANGUAGE.get(language, {}))


def _plain_letter(letter: str) -> str:
    if unicodedata.category(letter) == "Mn":
        return ""
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter


def _cut(slug: str, length: int) -> str:
    if len(slug) <= length:
        return slug
    head, hyphen, _ = slug[: length + 1].rpartition("-")
    return head if hyphen else slug[:length]


def new_code() -> str:
    """A random code: 32 ** 7, about 34 thousand million, so that nobody finds drafts by trying."""
    while True:
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        if re.fullmatch(CODE_PATTERN, code):
            return code
