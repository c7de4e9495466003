"""Years of a board's life with power cuts at random: ``life FILESYSTEM RUNS SEED``. For MicroPython.

Mails come and go on the server, the board runs and loses power at a random write, or not; one flash sees it all. Prints
how many runs, cuts and mails there were; or what went wrong.
"""

import random
import sys
from mailbox import Mailbox, mail

import power_cut
from flash_chip import Files
from power_cut import Board, hashlib


def main(filesystem, runs, seed):
    random.seed(seed)
    files = Files(filesystem)
    box = Mailbox(())
    life = Board(files, files.make(512 * 1024).memory, box, False, 20)
    life.cuts = 0
    sent = []
    for _ in range(runs):
        for _ in range(random.randrange(3)):
            content = mail(f"mail {len(sent)}", random.choice((50, 500, 6000)))
            power_cut.HASHES[hashlib.sha256(content).digest()] = content
            uids = box.uids()
            uid = next(b"%d" % n for n in range(len(uids) + 1) if b"%d" % n not in uids)  # used again, as servers may
            box.mails.append([uid, content])
            sent.append(hashlib.sha256(content).digest())
        life.delete = random.randrange(4) > 0
        if random.randrange(2):
            life.cuts += life.run(random.randrange(60), random.randrange(2)) is None
        else:
            life.run()
            life.check(sent, False)
    life.delete = True
    life.run()
    life.check(sent, False)
    missing = len([one for one in sent if one not in life.given])
    assert not missing, f"{missing} mails were never handed out"
    again = len(life.given) - len(sent)
    assert again <= life.cuts, f"{again} mails were handed out again"
    print(f"{runs} runs, {life.cuts} cuts, {len(sent)} mails, {again} handed out again")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
