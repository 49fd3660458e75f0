"""The Merkle tree of RFC 6962, and how it grows by one leaf in O(log n).

A tree under growth is kept as its `peaks`: the roots of its full subtrees, the largest first. There
is one for each 1 in the binary form of the size. Every hash is 32 bytes of SHA-256.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY = sha256(b"").digest()


def leaf_hash(line: bytes) -> bytes:
    return sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def grown(peaks: Sequence[bytes], size: int, leaf: bytes) -> list[bytes]:
    """The peaks of a tree of `size` leaves after one leaf more."""
    after, top = list(peaks), leaf
    while size & 1:
        top = node_hash(after.pop(), top)
        size >>= 1
    return [*after, top]


def path_of_next(peaks: Sequence[bytes]) -> list[bytes]:
    """The inclusion path of the leaf that is about to be added, in the tree that ends with it."""
    return list(reversed(peaks))


def root_of_peaks(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY
    return root_of_last(peaks[-1], path_of_next(peaks[:-1]))


def root_of_last(leaf: bytes, path: Iterable[bytes]) -> bytes:
    """The root of a tree by its last leaf, whose siblings all stand on the left."""
    top = leaf
    for left in path:
        top = node_hash(left, top)
    return top


def root_of(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, over leaf hashes."""
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves):
        peaks = grown(peaks, size, leaf)
    return root_of_peaks(peaks)


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1: the siblings of a leaf from the lowest to the highest."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} in a tree of {len(leaves)}")
    if len(leaves) == 1:
        return []
    half = _largest_power_below(len(leaves))
    if index < half:
        return [*inclusion_path(leaves[:half], index), root_of(leaves[half:])]
    return [*inclusion_path(leaves[half:], index - half), root_of(leaves[:half])]


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that leaf and path lead to (RFC 9162, 2.1.3.2); None if the path has a wrong length."""
    if not 0 <= index < size:
        return None
    place, last, top = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            top = node_hash(sibling, top)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            top = node_hash(top, sibling)
        place, last = place >> 1, last >> 1
    return top if last == 0 else None


def consistency_path(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """PROOF of RFC 6962, 2.1.2: that the tree of the first `earlier` leaves is a beginning of this."""
    if not 0 < earlier <= len(leaves):
        raise IndexError(f"no earlier tree of {earlier} leaves in one of {len(leaves)}")
    return _subproof(leaves, earlier, is_whole=True)


def _subproof(leaves: Sequence[bytes], earlier: int, *, is_whole: bool) -> list[bytes]:
    if earlier == len(leaves):
        return [] if is_whole else [root_of(leaves)]
    half = _largest_power_below(len(leaves))
    if earlier <= half:
        return [*_subproof(leaves[:half], earlier, is_whole=is_whole), root_of(leaves[half:])]
    return [*_subproof(leaves[half:], earlier - half, is_whole=False), root_of(leaves[:half])]


def is_consistent(
    earlier: int, size: int, earlier_root: bytes, root: bytes, path: Sequence[bytes]
) -> bool:
    """RFC 9162, 2.1.4.2: whether the path leads from the earlier root to the later one."""
    if earlier == size:
        return not path and earlier_root == root
    if not 0 < earlier < size:
        return False
    hashes = [earlier_root, *path] if earlier & (earlier - 1) == 0 else list(path)
    if not hashes:
        return False
    place, last = earlier - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and (old, new) == (earlier_root, root)


def joined(hashes: Iterable[bytes]) -> bytes:
    """Hashes end to end, as a column keeps them."""
    return b"".join(hashes)


def split(together: bytes | memoryview) -> list[bytes]:
    return [bytes(together[at : at + HASH_SIZE]) for at in range(0, len(together), HASH_SIZE)]


def _largest_power_below(size: int) -> int:
    """The largest power of two smaller than a size of at least two."""
    return 1 << (size - 1).bit_length() - 1
