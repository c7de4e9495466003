"""HTML made plain: what a person would read of it."""

_TAG = 1000  # characters of a tag that are looked at
_ENTITY = 12
_UNSEEN = ("script", "style", "title")
_PARAGRAPHS = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "ul", "ol", "dl", "hr")
_LINES = ("div", "tr", "li", "dt", "dd", "center", "address", "section", "article", "header", "footer", "form", "br")


class Html:
    """Makes one text plain, piece by piece: blocks and ``<br>`` become lines, cells are apart, links stay as text."""

    def __init__(self):
        self.rest = ""  # of a tag or an entity whose end did not come yet
        self.skip = None  # what ends what is passed over
        self.head = False
        self.pre = False
        self.item = False  # of a list: its first word comes next
        self.breaks = 0  # line ends before the next word
        self.blank = False  # a blank before the next word
        self.any = False  # there were words

    def feed(self, text, final=False):
        """The readable text of what is known so far.

        :param str text: what comes next
        :param bool final: no more will come
        """
        text = self.rest + text
        self.rest = ""
        out = []
        at = 0
        while at >= 0:
            at = self.skipped(text, at) if self.skip else self.step(out, text, at, final)
            if len(out) > 64:
                out = ["".join(out)]
        return "".join(out)

    def skipped(self, text, at):
        # the end of what is passed over, or -1
        skip = self.skip
        found = text.find(skip[:2], at)
        while found >= 0 and text[found : found + len(skip)].lower() != skip:
            if found + len(skip) > len(text):
                self.rest = text[found:]
                return -1
            found = text.find(skip[:2], found + 1)
        if found < 0:
            self.rest = text[max(at, len(text) - 1) :]
            return -1
        if skip[:2] == "</":
            self.skip = ">"
            return found + 2
        self.skip = None
        return found + len(skip)

    def step(self, out, text, at, final):
        # deal with what is up to the next tag or entity, and with that; where to go on, or -1
        tag = text.find("<", at)
        mark = text.find("&", at, tag if tag >= 0 else len(text))
        stop = mark if mark >= 0 else tag if tag >= 0 else len(text)
        self.words(out, text[at:stop])
        if stop == len(text):
            return -1
        if mark >= 0:
            end = text.find(";", mark, mark + _ENTITY)
            if end < 0 and not final and len(text) - mark < _ENTITY and text.find(" ", mark) < 0:
                self.rest = text[mark:]
                return -1
            from .entities import character

            found = character(text[mark + 1 : end]) if end >= 0 else None
            self.words(out, found or "&")
            return end + 1 if found else mark + 1
        if not final and len(text) - tag < 4:
            self.rest = text[tag:]
            return -1
        if text.startswith("<!--", tag):
            self.skip = "-->"
            return tag + 4
        first = text[tag + 1 : tag + 2]
        if not ("a" <= first.lower() <= "z" or first in ("/", "!", "?")):
            self.words(out, "<")
            return tag + 1
        far = tag + _TAG
        end = text.find(">", tag, far)
        while end >= 0 and text.count('"', tag, end) % 2:
            end = text.find(">", end + 1, far)
        if end < 0:
            if not final and len(text) < far:
                self.rest = text[tag:]
                return -1
            end = text.find(">", tag, far)
            if end < 0:
                self.skip = ">"
                end = min(len(text), far)
        self.tag(text[tag + 1 : end])
        return min(end + 1, len(text)) if self.skip != ">" else end

    def tag(self, text):
        # what is between "<" and ">"
        closing = text.startswith("/")
        name = spaced(text[closing:]).replace("/", " ").split(" ", 1)[0].lower()
        if name in _UNSEEN:
            if not closing:
                self.skip = "</" + name
        elif name == "head":
            self.head = not closing
        elif name == "body":
            self.head = False
        elif name in _PARAGRAPHS or name in _LINES:
            self.head = False
            if name == "br":
                self.breaks += 1
            else:
                self.breaks = max(self.breaks, 2 if name in _PARAGRAPHS else 1)
            if name == "pre":
                self.pre = not closing
            self.item = name == "li" and not closing
        elif name in ("td", "th"):
            self.blank = True

    def words(self, out, text):
        # text between tags
        if self.head:
            return
        if self.pre:
            lines = text.replace("\r", "").split("\n")
            for i in range(len(lines)):
                self.breaks += i > 0
                self.put(out, lines[i])
            return
        text = spaced(text)
        while text.find("  ") >= 0:
            text = text.replace("  ", " ")
        self.blank = self.blank or text.startswith(" ")
        blank = text.endswith(" ")
        self.put(out, text.strip(" "))
        self.blank = self.blank or blank

    def put(self, out, text):
        # text, behind what stands between it and the text before it
        if text:
            if self.any and self.breaks:
                out.append("\r\n" * min(self.breaks, 2))
            elif self.any and self.blank:
                out.append(" ")
            if self.item:
                out.append("- ")
            out.append(text)
            self.any = True
            self.blank = self.item = False
            self.breaks = 0


def spaced(text):
    """The text with one kind of blank."""
    for blank in ("\t", "\r", "\n", "\f", "\xa0"):
        text = text.replace(blank, " ")
    return text
