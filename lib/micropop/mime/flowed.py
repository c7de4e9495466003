"""format=flowed: lines that were broken to be sent are joined again (RFC 3676)."""

_LONGEST = 1000  # characters of a line that are held till its end


class Flowed:
    """Joins the lines of one text; the line of a signature, "-- ", to no other.

    :param bool drop: the blank at the end of a line that goes on is not part of the text (DelSp)
    """

    def __init__(self, drop):
        self.drop = drop
        self.line = ""  # what is there of a line
        self.within = False  # its start was given out
        self.end = ""  # the line end that goes if the next line is joined
        self.depth = 0  # of quotes, of the line before

    def feed(self, text, final=False):
        """What can be said of the text so far.

        :param str text: what comes next
        :param bool final: no more will come
        """
        out = []
        lines = (self.line + text).split("\n")
        self.line = lines.pop()
        for line in lines:
            if line.endswith("\r"):
                self.add(out, line[:-1], "\r\n")
            else:
                self.add(out, line, "\n")
        if final:
            if self.line:
                self.add(out, self.line, "")
            out.append(self.end)
        elif len(self.line) > _LONGEST:
            self.add(out, self.line[:-2], None)
            self.line = self.line[-2:]
        return "".join(out)

    def add(self, out, line, end):
        # a line without its end; None: there is more of it
        signature = False
        if not self.within:
            depth = len(line) - len(line.lstrip(">"))
            line = line[depth:]
            if line.startswith(" "):
                line = line[1:]
            signature = line == "-- "
            if not self.end or depth != self.depth or signature:
                out.append(self.end)
                if depth:
                    out.append(">" * depth + " ")
            self.depth = depth
        self.end = ""
        self.within = end is None
        if end and line.endswith(" ") and not signature:
            self.end = end
            out.append(line[:-1] if self.drop else line)
        else:
            out.append(line)
            out.append(end or "")
