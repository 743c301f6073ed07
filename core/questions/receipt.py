"""The receipt of a question: a reference, and five words that only the resident is given.

Both are chosen at random, 40 bits each, so neither is come upon by trying. The database keeps the reference and a hash of both, which gives
the words back to nobody.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

# letters and digits that are not taken for each other
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_REFERENCE = re.compile(rf"[{_SIGNS}]{{4}}-[{_SIGNS}]{{4}}")
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
WORDS_OF_A_CODE = 5

# 256 words that are short, told apart when they are spoken, and mean no harm
WORDS = """
    able acid acorn actor album alley amber angel ankle apple apron arch arena arrow ash atlas attic autumn badge bagel baker
    bamboo banjo barn basin beach bean bear beech bell bench berry birch bird biscuit blanket blossom bold bolt book boot
    bottle bowl branch bread brick bridge brook broom brush bucket bus button cabin cactus cake camel candle canoe canvas cap
    card carpet carrot castle cat cedar cellar chalk cheese cherry chess chimney church cider circle clay cliff clock cloud
    clover coach coast coat cocoa coin comb cook copper cork corn cotton cove cow crab crane crayon cream creek cricket crow
    cup curtain daisy dance dawn desk diary dinner dish dock dolphin donkey door dove dragon drum duck dune eagle easel east
    echo eel egg elbow elm ember engine fabric falcon farm feather fence fern ferry fiddle field fig finch fire fish flag flame
    flask flint flute fog forest fork fox frog frost fruit garden garlic gate ginger giraffe glass globe glove goat gold goose
    grape grass gravel guitar gull hammer harbour harp hat hawk hazel heath hedge hen heron hill hive honey hood horn horse
    hotel igloo ink iris iron island ivory ivy jacket jam jelly jewel jug jungle kettle key kite kitten ladder lake lamb lamp
    lantern lark laurel lawn leaf lemon lily lime lion lizard llama loaf lobster loft lotus magnet mango maple marble market
    marsh meadow melon mill mint mirror moon moss moth mountain muffin music napkin needle nest nettle north notebook nut oak
    oat ocean olive onion orange orchard otter oven
""".split()  # noqa: SIM905 - a list would be as long as it is hard to read


@dataclass(frozen=True)
class Receipt:
    """reference: such as 7K3F-9XQ2. code: five words with blanks between."""

    reference: str
    code: str

    @property
    def code_hash(self) -> str:
        """What the database keeps of the words: SHA-256 of them with the reference, as hexadecimal digits."""
        return hashlib.sha256(f"{self.reference} {self.code}".encode()).hexdigest()


def new_receipt() -> Receipt:
    signs = "".join(secrets.choice(_SIGNS) for _ in range(8))
    return Receipt(f"{signs[:4]}-{signs[4:]}", " ".join(secrets.choice(WORDS) for _ in range(WORDS_OF_A_CODE)))


def as_typed(reference: str, code: str) -> Receipt | None:
    """A receipt as somebody copies it from paper: small letters, other signs between, O for 0. None for what can be none."""
    signs = re.sub(r"[^0-9A-Z]", "", reference[:40].upper()).translate(_MISREAD)
    found = f"{signs[:4]}-{signs[4:]}"
    words = re.findall(r"[a-z]+", code[:120].lower())
    if not _REFERENCE.fullmatch(found) or len(words) != WORDS_OF_A_CODE:
        return None
    return Receipt(found, " ".join(words))
