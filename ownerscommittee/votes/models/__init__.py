from ownerscommittee.votes.models.ballots import (
    Ballot,
    BallotSecret,
    BallotVoid,
    PaperBallot,
    PaperForm,
    PaperReading,
    Proxy,
)
from ownerscommittee.votes.models.contacts import ContactNote
from ownerscommittee.votes.models.meetings import (
    AssemblyMeeting,
    MeetingEvent,
    Motion,
    MotionOption,
    Scrutineer,
)
from ownerscommittee.votes.models.petitions import Petition, PetitionSignature
from ownerscommittee.votes.models.reminders import Reminder
from ownerscommittee.votes.models.results import (
    CountWitness,
    FollowUp,
    OfficialTotals,
    Result,
    ResultObjection,
)
from ownerscommittee.votes.models.roll_imports import RollImport, SheetLine
from ownerscommittee.votes.models.roll_objections import RollObjection
from ownerscommittee.votes.models.rolls import (
    RightUnit,
    Roll,
    RollCorrection,
    VotingRight,
)

__all__ = [
    "AssemblyMeeting",
    "Ballot",
    "BallotSecret",
    "BallotVoid",
    "ContactNote",
    "CountWitness",
    "FollowUp",
    "MeetingEvent",
    "Motion",
    "MotionOption",
    "OfficialTotals",
    "PaperBallot",
    "PaperForm",
    "PaperReading",
    "Petition",
    "PetitionSignature",
    "Proxy",
    "Reminder",
    "Result",
    "ResultObjection",
    "RightUnit",
    "Roll",
    "RollCorrection",
    "RollImport",
    "RollObjection",
    "Scrutineer",
    "SheetLine",
    "VotingRight",
]
