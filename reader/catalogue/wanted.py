"""A text as it is looked for in the columns of an item."""

from reader.query import Matcher, Style, Text, fold, pattern
from reader.values import dataclass

EVERYWHERE = ("title", "text", "source")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text, and the columns it is looked for in: what a matcher is asked about."""

    text: Text
    columns: tuple[str, ...] = EVERYWHERE
    inside: bool = False
    """Whether it is looked for inside words, because it begins none."""
    whole: bool = False
    """Whether it must be all that there is."""

    @property
    def matcher(self) -> Matcher:
        """What finds it, where it need not be all that there is."""
        return pattern(self.text, self.inside)

    @property
    def is_anywhere(self) -> bool:
        """Whether it has a sign at its front, and so is found inside words as it is at their start."""
        value = self.text.value.lstrip()
        return not value[:1].isalnum() and not fold(value).lstrip()[:1].isalnum()

    @property
    def ends_a_word(self) -> bool:
        """Whether it has a sign at its end, before which no word goes on."""
        return not fold(self.text.value).rstrip()[-1:].isalnum()

    @property
    def exact(self) -> bool:
        """Whether the index's answer is the matcher's: lower case, and nothing but words and blanks."""
        value = self.text.value
        if self.whole or self.text.style is Style.REGEX or any(map(str.isupper, value)):
            return False
        return all(char.isalnum() or (char == " " and not self.inside) for char in fold(value))
