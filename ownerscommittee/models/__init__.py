from ownerscommittee.models.locality import Bylaws, LocalityProfile

__all__ = ["Bylaws", "LocalityProfile"]
