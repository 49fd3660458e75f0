"""An open vote whose two sides could not be mistaken, so that whatever tells of them is found."""

from datetime import timedelta
from uuid import uuid4

from ownerscommittee.votes.actions.casting import cast_by_clerk, cast_on_web
from ownerscommittee.votes.actions.papers import print_forms, read_paper, receive_paper
from ownerscommittee.votes.actions.scrutiny import secret_of
from ownerscommittee.votes.terms import Channel
from ownerscommittee.votes.tests.hall import photo
from ownerscommittee.votes.tests.open_vote import OpenVote

AGREE, AGAINST = {"q1": ["agree"]}, {"q1": ["against"]}
TALLIES = ("757.83", '"area":75783', "94.48", '"area":9448')  # of no ballot and no channel alone


class LopsidedVote(OpenVote):
    """757.83 ㎡ agree, 94.48 ㎡ do not. The resident's own ballot is against; a paper that another
    owner sent has been typed once."""

    AREAS = (6111, 15226, 12000, 13000, 56113, 3337, 4444)

    def __init__(self, cast, at):
        super().__init__(cast, at)
        cast_on_web(self.meeting, choices=AGAINST, by=cast.resident, at=at)
        said = ((4, Channel.PHONE, AGREE), (5, Channel.HALL, AGAINST))
        for place, channel, choices in said:
            given = {"channel": channel, "choices": choices, "note": "录音 0421"}
            cast_by_clerk(self.meeting, self.rights[place], **given, by=self.clerk, at=at)
        (form,) = print_forms(self.meeting, self.rights[6:], by=self.clerk, at=at)
        self.typed = receive_paper(form, scan=photo("red"), by=self.clerk, at=at, key=uuid4())
        for clerk in (self.clerk, cast.community_staff):
            read_paper(self.typed, choices=AGREE, by=clerk, at=at)
        read_paper(self.paper, choices=AGREE, by=self.clerk, at=at + timedelta(seconds=1))
        self.ballots = list(self.meeting.ballots.select_related("secret", "entry").order_by("pk"))
        self.own = next(one for one in self.ballots if one.by == cast.resident)
        self.nonces = [secret_of(ballot)["nonce"] for ballot in self.ballots]

    def arguments(self, name):
        number = {"receipt": self.own.number}.get(name)
        return super().arguments(name) | ({"number": number} if number else {})
