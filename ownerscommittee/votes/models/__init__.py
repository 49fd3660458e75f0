from ownerscommittee.votes.models.rolls import (
    RightUnit,
    Roll,
    RollCorrection,
    RollObjection,
    VotingRight,
)

__all__ = ["RightUnit", "Roll", "RollCorrection", "RollObjection", "VotingRight"]
