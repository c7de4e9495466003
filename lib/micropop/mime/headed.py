"""Headed: what the header of a mail says."""

_LONGEST = 256  # characters of a text


class Headed:
    """The header fields of a mail, each a line of 256 characters at the most, "" where it is missing.

    ``sender``: the name of who it is from, or the address where there is none; ``address``: the address, as it stands
    in ``<...>``, whatever the name looks like: for decisions.
    """

    def __init__(self, fields):
        self.sender = self.address = ""
        self.texts = {"subject": None, "from": None, "to": None, "date": None}
        for name in (fields,) if isinstance(fields, str) else fields:
            self.texts[name.lower()] = None

    @property
    def subject(self):
        """The Subject field."""
        return self.texts["subject"] or ""

    @property
    def to(self):
        """The To field: names and addresses."""
        return self.texts["to"] or ""

    @property
    def date(self):
        """The Date field, as it stands there."""
        return self.texts["date"] or ""

    @property
    def time(self):
        """The Date field as (year, month, day, hour, minute, second) in UTC; None where it is missing, or no date."""
        from .dates import utc

        return utc(self.date)

    def field(self, name):
        """The text of a field.

        :param str name: one that was named in ``read(..., fields=("list-id",))``, or subject, from, to or date
        Raises InvalidArgument for another.
        """
        try:
            return self.texts[name.lower()] or ""
        except KeyError:
            from ..errors import InvalidArgument

            raise InvalidArgument("the field %s was not kept: name it in read(source, fields=(...))" % name)

    def wants(self, name):
        """Whether a field is wanted: of two with one name the first is."""
        return name in self.texts and self.texts[name] is None

    def note(self, name, raw):
        """Keep the text of a field, if it is wanted.

        :param str name: in small letters
        :param bytes raw: what is behind the colon
        """
        if self.wants(name):
            from .fields import sender, text

            self.texts[name] = text(raw)[:_LONGEST]
            if name == "from":
                name, address = sender(raw)
                self.sender = name[:_LONGEST]
                self.address = address[:_LONGEST]
