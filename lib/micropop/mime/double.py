"""Which decoder a charset of two octets a character has, and its table in a file on flash."""

from .other import Single
from .table_file import Table

_NAMES = (
    b"gbk gb2312 gb18030 xgbk cp936 ms936 euccn csgb2312",
    b"big5 xxbig5 cnbig5 big5hkscs cp950",
    b"euckr ksc5601 ksc56011987 cp949 ms949 uhc windows949 cseuckr",
    b"shiftjis xsjis sjis cp932 ms932 mskanji windows31j",
    b"eucjp xeucjp ujis",
    b"iso2022jp csiso2022jp iso2022jp1 iso2022jp2 iso2022jpms cp50220 cp50221",
)
"""A charset's name, and what else it is called, without what is neither letter nor digit."""


def decoder(name):
    """A decoder for a charset; None: it is not known, and no file has a table for it.

    :param bytes name: as ``charsets.short()`` makes it
    """
    known = False
    for names in _NAMES:
        if name in names.split():
            name = names.split()[0]
            known = True
            break
    japanese = name in (b"shiftjis", b"eucjp", b"iso2022jp")
    try:
        table = Table(b"shiftjis" if japanese else name)
    except OSError:
        if not known:
            return None
        table = None
    if japanese:
        from .japanese import Japanese

        return Japanese(name, table)
    if table is not None and table.first == 0:
        with open(table.path, "rb") as file:
            file.seek(8)
            return Single(file.read(256))
    from .east_asian import Double

    return Double(name, table)
